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
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RespEncoderTest {
  private static void assertCommand(String wire, String... words) {
    byte[] encoded = RespEncoder.command(Arrays.stream(words).map(Wire::bytes).toList());
    assertEquals(Wire.shown(Wire.bytes(wire)), Wire.shown(encoded));
  }

  private static void assertReply(String resp3, String resp2, Reply reply) {
    assertEquals(Wire.shown(Wire.bytes(resp3)), Wire.shown(RespEncoder.reply(reply, 3)));
    assertEquals(Wire.shown(Wire.bytes(resp2)), Wire.shown(RespEncoder.reply(reply, 2)));
  }

  @Test
  void aCommandIsAnArrayOfBulkStrings() {
    assertCommand("*1\r\n$4\r\nPING\r\n", "PING");
    assertCommand("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nhello\r\n", "SET", "k", "hello");
    assertCommand("*2\r\n$4\r\nECHO\r\n$10\r\n0123456789\r\n", "ECHO", "0123456789");
  }

  @Test
  void lengthsOfAnyNumberOfDigitsAreWritten() {
    for (int length : new int[] {0, 9, 10, 99, 100, 999, 1000, 99_999, 100_000}) {
      String word = "x".repeat(length);
      assertCommand("*1\r\n$" + length + "\r\n" + word + "\r\n", word);
    }
    byte[] hundred = RespEncoder.command(Collections.nCopies(100, new byte[0]));
    assertEquals("*100\r\n" + "$0\r\n\r\n".repeat(100), new String(hundred, ISO_8859_1));
  }

  @Test
  void aWordMayBeEmptyOrHoldAnyBytes() {
    assertCommand("*2\r\n$4\r\nECHO\r\n$0\r\n\r\n", "ECHO", "");
    assertCommand("*2\r\n$4\r\nECHO\r\n$6\r\n\0\r\n$1\u00ff\r\n", "ECHO", "\0\r\n$1\u00ff");
  }

  @Test
  void randomWordsComeBackFromTheParser() {
    Random random = new Random(5);
    for (int i = 0; i < 500; i++) {
      List<byte[]> words = new ArrayList<>();
      for (int word = random.nextInt(20); word >= 0; word--) {
        byte[] bytes = new byte[random.nextInt(1 << random.nextInt(16))];
        random.nextBytes(bytes);
        words.add(bytes);
      }
      List<Reply> items = words.stream().<Reply>map(Reply.Bulk::new).toList();
      assertEquals(List.of(new Reply.Array(items)), Wire.readInPieces(RespEncoder.command(words)));
    }
  }

  @Test
  void aCommandHasAtLeastOneWordAndNoNull() {
    Throwable none =
        assertThrows(IllegalArgumentException.class, () -> RespEncoder.command(List.of()));
    assertEquals("words must hold at least the name of a command", none.getMessage());
    List<byte[]> withNull = Arrays.asList(new byte[0], null);
    Throwable hole =
        assertThrows(IllegalArgumentException.class, () -> RespEncoder.command(withNull));
    assertEquals("words must not hold null, as at index 1", hole.getMessage());
    Throwable nothing = assertThrows(NullPointerException.class, () -> RespEncoder.command(null));
    assertEquals("words", nothing.getMessage());
  }

  @Test
  void aTextBecomesUtf8() {
    assertArrayEquals(Wire.bytes(""), RespEncoder.word(""));
    assertArrayEquals(Wire.bytes("SET"), RespEncoder.word("SET"));
    assertArrayEquals(Wire.bytes("\u00c3\u00a9\u00e2\u0082\u00ac"), RespEncoder.word("é€"));
    assertArrayEquals(Wire.bytes("\u00f0\u009f\u0098\u0080?"), RespEncoder.word("\ud83d\ude00?"));
    assertArrayEquals(Wire.bytes("\0\r\n"), RespEncoder.word("\0\r\n"));
    Throwable nothing = assertThrows(NullPointerException.class, () -> RespEncoder.word(null));
    assertEquals("text", nothing.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ab\ud83d", "ab\ud83dx", "ab\ude00", "ab\ude00\ud83d", "ab\ud83d\ud83d\ude00"})
  void halfASurrogatePairIsRefusedWithItsIndex(String text) {
    Throwable refusal = assertThrows(IllegalArgumentException.class, () -> RespEncoder.word(text));
    assertEquals(
        "text must be valid Unicode but holds half a surrogate pair at index 2",
        refusal.getMessage());
  }

  @Test
  void theIndexIsThatOfTheHalfPairNotOfTheWholeOnesBefore() {
    String text = "\ud83d\ude00\ud83d\ude00\ude00";
    Throwable refusal = assertThrows(IllegalArgumentException.class, () -> RespEncoder.word(text));
    assertEquals(
        "text must be valid Unicode but holds half a surrogate pair at index 4",
        refusal.getMessage());
  }

  @Test
  void scalarsAreSentAsRedisSendsThem() {
    assertReply("+OK\r\n", "+OK\r\n", simple("OK"));
    assertReply("$5\r\nhello\r\n", "$5\r\nhello\r\n", bulk("hello"));
    assertReply(":-7\r\n", ":-7\r\n", integer(-7));
    assertReply("_\r\n", "$-1\r\n", Reply.NULL);
    assertReply("#t\r\n", ":1\r\n", new Reply.Bool(true));
    assertReply("#f\r\n", ":0\r\n", new Reply.Bool(false));
    assertReply(",1.5\r\n", "$3\r\n1.5\r\n", real(1.5));
    assertReply(",3\r\n", "$1\r\n3\r\n", real(3));
    assertReply(",1.0e20\r\n", "$6\r\n1.0e20\r\n", real(1e20));
    assertReply(",-inf\r\n", "$4\r\n-inf\r\n", real(Double.NEGATIVE_INFINITY));
    assertReply(",nan\r\n", "$3\r\nnan\r\n", real(Double.NaN));
    assertReply("(123\r\n", "$3\r\n123\r\n", big("123"));
    assertReply("=8\r\ntxt:text\r\n", "$4\r\ntext\r\n", verbatim("txt", "text"));
  }

  @Test
  void anErrorOfSeveralLinesIsABulkErrorOrLosesItsLines() {
    assertReply("-ERR no\r\n", "-ERR no\r\n", error("ERR no"));
    assertReply("!8\r\nERR a\r\nb\r\n", "-ERR a  b\r\n", error("ERR a\r\nb"));
    String longer = "x".repeat(RespLimits.LINE_BYTES + 1);
    assertReply("!65537\r\n" + longer + "\r\n", "-" + longer + "\r\n", error(longer));
  }

  @Test
  void aggregatesAreSentAsRedisSendsThem() {
    assertReply("*2\r\n:1\r\n_\r\n", "*2\r\n:1\r\n$-1\r\n", array(integer(1), Reply.NULL));
    assertReply("~1\r\n#t\r\n", "*1\r\n:1\r\n", set(new Reply.Bool(true)));
    assertReply("%1\r\n+a\r\n,1.5\r\n", "*2\r\n+a\r\n$3\r\n1.5\r\n", map(simple("a"), real(1.5)));
    assertReply(">1\r\n+a\r\n", "*1\r\n+a\r\n", push(simple("a")));
    assertReply(
        "|1\r\n+k\r\n+v\r\n*1\r\n|0\r\n:1\r\n",
        "*1\r\n:1\r\n",
        attributed(map(simple("k"), simple("v")), array(attributed(map(), integer(1)))));
  }

  @Test
  void whatCannotBeSentIsRefused() {
    Throwable nothing = assertThrows(NullPointerException.class, () -> RespEncoder.reply(null, 3));
    assertEquals("reply", nothing.getMessage());
    assertThrows(IllegalArgumentException.class, () -> RespEncoder.reply(simple("a\nb"), 3));
    assertThrows(IllegalArgumentException.class, () -> RespEncoder.reply(simple("a\rb"), 2));
    Throwable version =
        assertThrows(IllegalArgumentException.class, () -> RespEncoder.reply(Reply.NULL, 4));
    assertEquals("version must be 2 or 3 but is 4", version.getMessage());
  }
}
