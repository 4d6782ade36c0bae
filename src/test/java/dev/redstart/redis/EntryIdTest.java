package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryIdTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0-0",
        "0-1",
        "1526919030474-55",
        "18446744073709551615-18446744073709551615",
        "9223372036854775808-1"
      })
  void anIdIsWrittenAsItWasRead(String text) {
    assertEquals(text, EntryId.parse(text).toString());
  }

  @Test
  void anIdWithoutASequenceIsTheFirstOfItsMillisecond() {
    assertEquals(new EntryId(5, 0), EntryId.parse("5"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "1-",
        "-1",
        "1-2-3",
        "*",
        "$",
        ">",
        "+",
        "1-*",
        "+1-1",
        "1-+1",
        " 1-1",
        "a-b",
        "18446744073709551616-0",
        "1--1"
      })
  void whatIsNoIdIsRefused(String text) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> EntryId.parse(text));
    assertTrue(refusal.getMessage().contains('"' + text + '"'), refusal.getMessage());
  }

  @Test
  void idsAreOrderedAsNumbersWithoutASign() {
    var ordered =
        List.of(
            EntryId.MIN,
            EntryId.parse("0-1"),
            EntryId.parse("0-18446744073709551615"),
            EntryId.parse("1-0"),
            EntryId.parse("9-0"),
            EntryId.parse("10-0"),
            EntryId.parse("9223372036854775808-0"),
            EntryId.MAX);
    for (int i = 0; i < ordered.size(); i++) {
      for (int j = 0; j < ordered.size(); j++) {
        int expected = Integer.compare(i, j);
        assertEquals(expected, Integer.signum(ordered.get(i).compareTo(ordered.get(j))));
      }
    }
  }

  @Test
  void anIdHasNeighbours() {
    assertEquals(EntryId.parse("5-1"), EntryId.parse("5-0").next());
    assertEquals(EntryId.parse("5-0"), EntryId.parse("5-1").previous());
    var end = EntryId.parse("5-18446744073709551615");
    assertEquals(EntryId.parse("6-0"), end.next());
    assertEquals(end, EntryId.parse("6-0").previous());
    assertThrows(IllegalStateException.class, EntryId.MAX::next);
    assertThrows(IllegalStateException.class, EntryId.MIN::previous);
  }
}
