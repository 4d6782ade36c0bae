package dev.redstart.resp;

import static dev.redstart.resp.Transcripts.array;
import static dev.redstart.resp.Transcripts.attributed;
import static dev.redstart.resp.Transcripts.big;
import static dev.redstart.resp.Transcripts.bulk;
import static dev.redstart.resp.Transcripts.error;
import static dev.redstart.resp.Transcripts.integer;
import static dev.redstart.resp.Transcripts.map;
import static dev.redstart.resp.Transcripts.push;
import static dev.redstart.resp.Transcripts.real;
import static dev.redstart.resp.Transcripts.set;
import static dev.redstart.resp.Transcripts.simple;
import static dev.redstart.resp.Transcripts.verbatim;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ReplyTest {
  private static final Reply TRUE = new Reply.Bool(true);

  /** One of each type, in the order of their names in {@link #NAMES}. */
  private static final List<Reply> EACH =
      List.of(
          simple("words"),
          bulk("words"),
          verbatim("txt", "words"),
          integer(7),
          real(1.5),
          TRUE,
          big("99999999999999999999"),
          Reply.NULL,
          error("WRONGTYPE secret"),
          array(),
          set(),
          map(),
          push(),
          attributed(map(), array()));

  private static final List<String> NAMES =
      List.of(
          "a simple string",
          "a bulk string",
          "a verbatim string",
          "an integer",
          "a double",
          "a boolean",
          "a big number",
          "a null",
          "an error (WRONGTYPE)",
          "an array",
          "a set",
          "a map",
          "a push",
          "an array");

  private static String refused(Reply reply, Function<Reply, Object> accessor) {
    return assertThrows(UnexpectedReplyException.class, () -> accessor.apply(reply)).getMessage();
  }

  /** The accessor throws for all types but those at the given indices, and names what came. */
  private static void assertOnlyFor(
      List<Integer> allowed, String expected, Function<Reply, Object> accessor) {
    for (int i = 0; i < EACH.size(); i++) {
      if (allowed.contains(i)) {
        accessor.apply(EACH.get(i));
      } else {
        String message = refused(EACH.get(i), accessor);
        assertTrue(
            message.startsWith("expected " + expected + " but the server sent " + NAMES.get(i)),
            message);
      }
    }
  }

  @Test
  void everythingElseIsRefusedAndNamed() {
    assertOnlyFor(List.of(0, 1, 2, 3, 4, 6, 8), "a text", Reply::text);
    assertOnlyFor(List.of(3, 5), "an integer", Reply::integer);
    assertOnlyFor(List.of(3, 4), "a double", Reply::real);
    assertOnlyFor(List.of(5), "a boolean", Reply::bool);
    assertOnlyFor(List.of(9, 10, 11, 12, 13), "an array", Reply::items);
  }

  @Test
  void texts() {
    assertEquals("PONG", simple("PONG").text());
    assertEquals("café", bulk("café").text());
    assertEquals("a\ufffdb", new Reply.Bulk(new byte[] {'a', -1, 'b'}).text());
    assertEquals("some text", verbatim("txt", "some text").text());
    assertEquals("-7", integer(-7).text());
    assertEquals("99999999999999999999", big("99999999999999999999").text());
  }

  @Test
  void theTextOfADoubleIsThatOfRedis() {
    assertEquals("3", real(3).text());
    assertEquals("-0", real(-0.0).text());
    assertEquals("1.5", real(1.5).text());
    assertEquals("0.1", real(0.1).text());
    assertEquals("1.0e20", real(1e20).text());
    assertEquals("inf", real(Double.POSITIVE_INFINITY).text());
    assertEquals("-inf", real(Double.NEGATIVE_INFINITY).text());
    assertEquals("nan", real(Double.NaN).text());
  }

  @Test
  void bytes() {
    Reply.Bulk bulk = bulk("abc");
    assertSame(bulk.bytes(), bulk.bytes());
    Reply.Verbatim verbatim = verbatim("txt", "abc");
    assertSame(verbatim.bytes(), verbatim.bytes());
    assertArrayEquals("é".getBytes(StandardCharsets.UTF_8), simple("é").bytes());
    assertArrayEquals(Wire.bytes("12"), integer(12).bytes());
    assertArrayEquals(Wire.bytes("1.5"), real(1.5).bytes());
    assertArrayEquals(Wire.bytes("12"), big("12").bytes());
    assertEquals(
        "expected bytes but the server sent an error (ERR)", refused(error("ERR a"), Reply::bytes));
    assertEquals("expected a text but the server sent a null", refused(Reply.NULL, Reply::bytes));
  }

  @Test
  void integers() {
    assertEquals(7, integer(7).integer());
    assertEquals(1, TRUE.integer());
    assertEquals(0, new Reply.Bool(false).integer());
    assertEquals(-12, bulk("-12").integer());
    assertEquals(12, simple("12").integer());
    assertEquals(Long.MIN_VALUE, bulk("-9223372036854775808").integer());
    assertEquals(Long.MAX_VALUE, big("9223372036854775807").integer());
    assertEquals(Long.MIN_VALUE, big("-9223372036854775808").integer());
  }

  @Test
  void whatIsNoIntegerIsNotTakenForOne() {
    for (String text :
        List.of("", " 1", "1 ", "1.0", "1e3", "0x1", "9223372036854775808", "-", "١")) {
      assertEquals(
          "expected an integer but the server sent a bulk string that holds none",
          refused(bulk(text), Reply::integer));
    }
    refused(big("9223372036854775808"), Reply::integer);
    refused(big("-9223372036854775809"), Reply::integer);
    refused(real(1), Reply::integer);
  }

  @Test
  void reals() {
    assertEquals(1.5, real(1.5).real());
    assertEquals(7, integer(7).real());
    assertEquals(1.5, bulk("1.5").real());
    assertEquals(1e20, bulk("1e+20").real());
    assertEquals(-3, simple("-3").real());
    assertEquals(Double.POSITIVE_INFINITY, bulk("inf").real());
    assertEquals(Double.NEGATIVE_INFINITY, bulk("-inf").real());
    assertTrue(Double.isNaN(bulk("nan").real()));
    assertTrue(Double.isNaN(bulk("-nan").real()));
    assertEquals(
        "expected a double but the server sent a bulk string that holds none",
        refused(bulk("secret"), Reply::real));
  }

  @Test
  void booleans() {
    assertTrue(TRUE.bool());
    assertTrue(integer(1).bool());
    assertFalse(integer(0).bool());
    refused(integer(2), Reply::bool);
    refused(bulk("1"), Reply::bool);
  }

  @Test
  void itemsOfAMapAreFlat() {
    assertEquals(List.of(simple("a"), integer(1)), map(simple("a"), integer(1)).items());
    assertThrows(IllegalArgumentException.class, () -> map(simple("a")));
  }

  @Test
  void onlyNullIsNull() {
    assertTrue(Reply.NULL.isNull());
    assertTrue(attributed(map(), Reply.NULL).isNull());
    assertFalse(bulk("").isNull());
    assertFalse(array().isNull());
  }

  @Test
  void aValueWithAttributesAnswersAsTheValue() {
    assertEquals("a", attributed(map(), bulk("a")).text());
    assertArrayEquals(Wire.bytes("a"), attributed(map(), bulk("a")).bytes());
    assertEquals(7, attributed(map(), integer(7)).integer());
    assertEquals(1.5, attributed(map(), bulk("1.5")).real());
    assertTrue(attributed(map(), TRUE).bool());
    assertEquals(List.of(TRUE), attributed(map(), array(TRUE)).items());
  }

  @Test
  void anErrorHasACodeAndAMessage() {
    assertEquals("WRONGTYPE", error("WRONGTYPE Operation against").code());
    assertEquals("Operation against", error("WRONGTYPE Operation against").message());
    assertEquals("LOADING", error("LOADING").code());
    assertEquals("", error("LOADING").message());
    assertEquals("", error("").code());
    assertEquals("", error(" x").code());
  }

  @Test
  void theKindOfAPushIsItsFirstText() {
    assertEquals("message", push(simple("message"), bulk("a")).kind());
    assertEquals("invalidate", push(bulk("invalidate"), Reply.NULL).kind());
    assertEquals("", push().kind());
    assertEquals("", push(Reply.NULL).kind());
    assertEquals("", push(array()).kind());
  }

  @Test
  void repliesWithTheSameContentAreEqual() {
    assertEquals(bulk("a"), bulk("a"));
    assertEquals(bulk("a").hashCode(), bulk("a").hashCode());
    assertNotEquals(bulk("a"), bulk("b"));
    assertNotEquals(bulk("a"), simple("a"));
    assertEquals(verbatim("txt", "a"), verbatim("txt", "a"));
    assertEquals(verbatim("txt", "a").hashCode(), verbatim("txt", "a").hashCode());
    assertNotEquals(verbatim("txt", "a"), verbatim("mkd", "a"));
    assertEquals(array(map(bulk("a"), TRUE)), array(map(bulk("a"), TRUE)));
    assertNotEquals(array(), set());
    assertEquals(Reply.NULL, new Reply.Null());
  }

  @Test
  void nullAndNonsenseAreRefusedByName() {
    assertEquals(
        "text",
        assertThrows(NullPointerException.class, () -> new Reply.Simple(null)).getMessage());
    assertEquals(
        "bytes", assertThrows(NullPointerException.class, () -> new Reply.Bulk(null)).getMessage());
    assertEquals(
        "items", assertThrows(NullPointerException.class, () -> new Reply.Map(null)).getMessage());
    for (String format : List.of("", "text", "tx", "t t", "tx\n", "txé")) {
      assertThrows(IllegalArgumentException.class, () -> verbatim(format, ""), format);
    }
  }

  @Test
  void aReplyIsShownOnOneLine() {
    assertEquals("PONG", simple("PONG").toString());
    assertEquals("café", bulk("café").toString());
    assertEquals("two\\r\\nlines\\t\\x1b[2J", bulk("two\r\nlines\t\u001b[2J").toString());
    assertEquals("\\xff\\x80\"\\", new Reply.Bulk(new byte[] {-1, -128, '"', '\\'}).toString());
    assertEquals("text", verbatim("txt", "text").toString());
    assertEquals("42", integer(42).toString());
    assertEquals("1.5", real(1.5).toString());
    assertEquals("true", TRUE.toString());
    assertEquals("12", big("12").toString());
    assertEquals("(nil)", Reply.NULL.toString());
    assertEquals("ERR no\\n", error("ERR no\n").toString());
    assertEquals("[a, [1, (nil)]]", array(bulk("a"), array(integer(1), Reply.NULL)).toString());
    assertEquals("{a, b}", set(bulk("a"), bulk("b")).toString());
    assertEquals(
        "{k: v, l: [1]}", map(bulk("k"), bulk("v"), bulk("l"), array(integer(1))).toString());
    assertEquals(">[message, hi]", push(simple("message"), bulk("hi")).toString());
    assertEquals("|{ttl: 60} a", attributed(map(simple("ttl"), integer(60)), bulk("a")).toString());
  }

  @Test
  void aLongReplyIsShownInPart() {
    assertEquals("x".repeat(1000), bulk("x".repeat(1000)).toString());
    assertEquals("x".repeat(1000) + "...", bulk("x".repeat(1001)).toString());
    assertEquals("€".repeat(1000) + "...", bulk("€".repeat(5000)).toString());
    assertEquals("\ud83d\ude00".repeat(500) + "...", bulk("\ud83d\ude00".repeat(5000)).toString());
    assertEquals(
        "x" + "\ud83d\ude00".repeat(499) + "...",
        simple("x" + "\ud83d\ude00".repeat(5000)).toString());
    Reply.Array many = new Reply.Array(Collections.nCopies(10_000_000, integer(1)));
    assertEquals("[" + "1, ".repeat(333) + "...", many.toString());
  }

  @Test
  void evenAnEndlesslyNestedReplyIsShown() {
    Reply nested = array();
    for (int i = 0; i < 100_000; i++) {
      nested = i % 2 == 0 ? array(nested) : attributed(map(), nested);
    }
    assertEquals(1003, nested.toString().length());
  }
}
