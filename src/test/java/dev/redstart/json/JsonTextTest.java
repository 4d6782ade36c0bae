package dev.redstart.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.redstart.harness.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Text is read in words and printed in parts, and names are kept: none of it may be noticed. */
class JsonTextTest {
  /** Few letters, so that names are alike: the same but for one byte, or the start of another. */
  @Test
  void aNameIsReadAsItIsWhateverWasReadBefore() {
    Seeds.check(
        seed ->
            IntStream.range(0, 4)
                .parallel()
                .mapToObj(thread -> new Random(seed + thread))
                .forEach(
                    random -> {
                      for (int i = 0; i < 20_000; i++) {
                        String name = letters(random, random.nextInt(20), "ab\u00e9");
                        JsonValue read = Json.parse("{\"" + name + "\":" + i + "}");
                        assertEquals(List.of(name), List.copyOf(read.asMap().keySet()));
                      }
                    }));
  }

  @Test
  void aNameMayEndWhereTheDocumentAlmostDoes() {
    for (int length = 0; length < 40; length++) {
      String name = "n".repeat(length);
      assertEquals(1, Json.parse("{\"" + name + "\":1}").get(name).asInt());
      assertThrows(JsonParseException.class, () -> Json.parse("{\"" + name));
      assertThrows(JsonParseException.class, () -> Json.parse("{\"" + name + "\""));
    }
  }

  @Test
  void namesOfOneHashAreDistinct() {
    assertEquals("{\"Aa\":1,\"BB\":2}", Json.parse("{\"Aa\":1,\"BB\":2}").toString());
    assertThrows(JsonParseException.class, () -> Json.parse("{\"Aa\":1,\"BB\":2,\"Aa\":3}"));
    assertThrows(JsonParseException.class, () -> Json.parse("{\"Aa\":1,\"BB\":2,\"BB\":3}"));
  }

  @Test
  void longStringsAreReadAndPrintedWhole() {
    Seeds.check(
        seed -> {
          var random = new Random(seed);
          for (int i = 0; i < 300; i++) {
            List<String> texts = new ArrayList<>();
            for (int length : new int[] {10, 9_000, 100, 20_000}) {
              texts.add(letters(random, random.nextInt(length), alphabet(random)));
            }
            JsonValue value = Json.of(texts);
            assertEquals(texts, strings(Json.parse(Json.toBytes(value))));
            assertEquals(texts, strings(Json.parse(escaped(texts))));
          }
        });
  }

  private static String alphabet(Random random) {
    return Stream.of("abc\n", "\n\"\\\u0001", "ab\u00e9", "\u20ac\u2028\u4e00", "a\ud83d\ude00")
        .filter(some -> random.nextBoolean())
        .reduce("x", String::concat);
  }

  /** Pairs of surrogates stay together. */
  private static String letters(Random random, int count, String alphabet) {
    int[] letters = alphabet.codePoints().toArray();
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.appendCodePoint(letters[random.nextInt(letters.length)]);
    }
    return text.toString();
  }

  /** Every char with four digits, as our printer never does it. */
  private static String escaped(List<String> texts) {
    var document = new StringBuilder("[");
    for (String text : texts) {
      document.append(document.length() > 1 ? ",\"" : "\"");
      text.chars().forEach(unit -> document.append(String.format("\\u%04x", unit)));
      document.append('"');
    }
    return document.append(']').toString();
  }

  private static List<String> strings(JsonValue array) {
    return array.asList().stream().map(JsonValue::asString).toList();
  }

  @Test
  void aPairIsPrintedWholeAtEveryPlace() {
    for (int before = 0; before < 200; before++) {
      String text = "x".repeat(before) + "\ud83d\ude00\u00e9\u20ac\ud83d\ude00";
      assertArrayEquals(("\"" + text + "\"").getBytes(UTF_8), Json.toBytes(JsonString.of(text)));
    }
  }

  /** What was asked for is in the message, whatever it is. */
  @Test
  void halfAPairIsAQuestionMarkInAMessage() {
    for (String half : List.of("\ud83d", "\ude00", "\ude00\ud83d")) {
      var e = assertThrows(JsonValueException.class, () -> Json.object().get("\n" + half + "\n"));
      String shown = "?".repeat(half.length());
      assertEquals("$[\"\\n" + shown + "\\n\"]: is missing", e.getMessage());
    }
  }

  @Test
  void wholeNumbersArePrintedAsJavaDoes() {
    for (long power = 1; power > 0; power *= 2) {
      for (long number = power - 2; number <= power + 2; number++) {
        assertEquals(Long.toString(number), JsonNumber.of(number).toString());
        assertArrayEquals(Bytes.of("[" + number + "]"), Json.toBytes(Json.array(number)));
        assertArrayEquals(Bytes.of("[" + -number + "]"), Json.toBytes(Json.array(-number)));
      }
    }
    for (long number : new long[] {Long.MIN_VALUE, Long.MAX_VALUE, 0, -9, 10, -10, 99, -100}) {
      assertArrayEquals(Bytes.of("[" + number + "]"), Json.toBytes(Json.array(number)));
    }
  }

  @Test
  void aZeroIsNotTheEndOfADocument() {
    for (String document : List.of("[1", "{\"a\":1}", "[1,", "{\"a\"", "tru", "-", "[1e")) {
      assertEquals(
          "U+0000 at line 1, column " + (document.length() + 1), found(document + "\0").strip());
    }
    assertEquals("the end of the document at line 1, column 3", found("[1"));
    var e = assertThrows(JsonParseException.class, () -> Json.parse("\"a\0"));
    assertEquals("U+0000 in a string must be escaped at line 1, column 3", e.getMessage());
  }

  private static String found(String document) {
    var e = assertThrows(JsonParseException.class, () -> Json.parse(document), document);
    return e.getMessage().replaceFirst(".* but found ", "");
  }

  @Test
  void aStringIsRefusedWhereverItIsCut() {
    byte[] whole = "\"a\u00e9\\n\u20ac\\u00e9\ud83d\ude00b\"".getBytes(UTF_8);
    for (int length = 1; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(JsonParseException.class, () -> Json.parse(cut), "cut at " + length);
    }
    assertEquals("a\u00e9\n\u20ac\u00e9\ud83d\ude00b", Json.parse(whole).asString());
  }
}
