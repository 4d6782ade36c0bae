package dev.redstart.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.message.Written.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The text grows by what is appended, once, whoever appends and however often. */
class AppendTest {

  @Test
  void textGrowsAndEachEventSaysWhereItsPartBegins() {
    try (var one = OneStore.open()) {
      var message = one.message();
      assertEquals(5, message.appendText("Héé").textBytes());
      message.appendText("😀/\"\\\n");
      assertEquals("Héé😀/\"\\\n", one.text());
      assertEquals(
          List.of(
              "message_start {\"role\":\"assistant\"}",
              "text_delta {\"delta\":\"Héé\",\"offset\":0}",
              "text_delta {\"delta\":\"😀/\\\"\\\\\\n\",\"offset\":5}"),
          one.events());
    }
  }

  @Test
  void theSameTextAtTheSamePlaceIsNotAppendedAgain() {
    try (var one = OneStore.open()) {
      var message = one.message();
      var first = message.appendText(0, "abc");
      assertEquals(Result.APPLIED, first.result());
      message.appendText(first.textBytes(), "def");
      var again = one.elsewhere().load(OneStore.ID).orElseThrow().appendText(0, "abc");
      assertEquals(new Written(Result.REPEATED, MessageStatus.STREAMING, 6), again);
      assertTrue(again.isDone());
      assertEquals("abcdef", one.text());
      assertEquals(3, one.events().size());
    }
  }

  @Test
  void otherTextAtThatPlaceIsRefused() {
    try (var one = OneStore.open()) {
      var message = one.message();
      message.appendText("abc");
      for (var delta : List.of("abd", "abcd", "bc")) {
        var e =
            assertThrows(
                MessageException.Conflict.class, () -> message.appendText(0, delta), delta);
        assertEquals("the message msg_001 has other text at byte 0", e.getMessage());
      }
      assertThrows(MessageException.Conflict.class, () -> message.appendText(4, "x"));
      assertThrows(MessageException.Conflict.class, () -> message.appendText(1, ""));
      assertEquals("abc", one.text());
      assertEquals(2, one.events().size());
    }
  }

  @Test
  void halfOfACharacterIsRefusedBeforeAnythingIsSent() {
    try (var one = OneStore.open()) {
      var message = one.message();
      assertThrows(IllegalArgumentException.class, () -> message.appendText("a\uD83D"));
      assertThrows(IllegalArgumentException.class, () -> message.appendText(0, "\uDE00"));
      assertThrows(IllegalArgumentException.class, () -> message.appendText(-1, "a"));
      assertEquals(List.of("message_start"), one.types());
    }
  }

  @Test
  void anOffsetInsideACharacterIsAConflict() {
    try (var one = OneStore.open()) {
      var message = one.message();
      message.appendText("éé");
      assertThrows(MessageException.Conflict.class, () -> message.appendText(1, "é"));
      assertThrows(MessageException.Conflict.class, () -> message.appendText(3, "a"));
    }
  }

  @Test
  void writersOnTwoInstancesLoseNothingAndNothingIsTornApart() throws Exception {
    try (var one = OneStore.open()) {
      one.message();
      var writers = new ArrayList<CompletableFuture<Void>>();
      for (var store : List.of(one.store, one.elsewhere())) {
        for (int n = 0; n < 3; n++) {
          var message = store.load(OneStore.ID).orElseThrow();
          var word = "<" + store.hashCode() + "." + n + "é>";
          writers.add(
              CompletableFuture.runAsync(
                  () -> {
                    for (int i = 0; i < 50; i++) {
                      message.appendText(word);
                    }
                  }));
        }
      }
      for (var writer : writers) {
        writer.get();
      }
      var words = one.text().split("(?<=>)");
      assertEquals(300, words.length);
      assertEquals(6, List.of(words).stream().distinct().count());
      assertTrue(List.of(words).stream().allMatch(word -> word.endsWith("é>")));
      long offset = 0;
      for (var entry : one.entries().subList(1, 301)) {
        var payload = OneStore.payload(entry);
        assertEquals(offset, payload.get("offset").asLong());
        offset += Names.utf8(payload.get("delta").asString()).length;
      }
    }
  }

  @Test
  void nothingToAppendAsksHowTheMessageIs() {
    try (var one = OneStore.open()) {
      var message = one.message();
      message.appendText("ab");
      var updated = one.load().updatedAt();
      var asked = message.appendText("");
      assertEquals(new Written(Result.APPLIED, MessageStatus.STREAMING, 2), asked);
      assertEquals(asked, message.last());
      assertEquals(updated, one.load().updatedAt());
      assertEquals(2, one.events().size());
      one.elsewhere().load(OneStore.ID).orElseThrow().cancel();
      assertTrue(message.appendText("").isCancelled());
    }
  }

  @Test
  void theLongestTextIsALimit() {
    try (var one = OneStore.open(MessageOptions.defaults().withTextBytes(10))) {
      var message = one.message();
      message.appendText("12345678");
      var full = assertThrows(MessageException.Full.class, () -> message.appendText("9éé"));
      assertTrue(full.getMessage().contains("msg_001"), full.getMessage());
      message.appendText("90");
      assertEquals("1234567890", one.text());
    }
  }

  @Test
  void aMegabyteMayComeAtOnce() {
    try (var one = OneStore.open()) {
      var message = one.message();
      var large = "0123456789é/".repeat(100_000);
      message.appendText(large);
      message.appendText("!");
      assertEquals(large + "!", one.text());
      message.complete();
      assertEquals(large + "!", one.text());
      assertEquals(large + "!", Fold.of(one.readAll("0")).text());
    }
  }

  @Test
  void aMessageThatIsGoneSaysSo() {
    try (var one = OneStore.open()) {
      var message = one.message();
      one.redis.call("FLUSHDB");
      var gone = assertThrows(MessageException.Unknown.class, () -> message.appendText("a"));
      assertTrue(gone.getMessage().startsWith("there is no message msg_001"), gone.getMessage());
      assertEquals(0, one.redis.call("DBSIZE").integer());
    }
  }
}
