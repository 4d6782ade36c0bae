package dev.redstart.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.resp.Transcripts.Transcript;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not RESP, and what is said about it. */
class RespViolationTest {
  static List<Transcript> transcripts() {
    return Transcripts.all();
  }

  private static RespException refused(RespParser parser, byte[] bytes) {
    return assertThrows(
        RespException.class,
        () -> Wire.read(parser, ByteBuffer.wrap(bytes)),
        () -> Wire.shown(bytes));
  }

  private static String refused(String wire) {
    return refused(new RespParser(RespLimits.defaults()), Wire.bytes(wire)).getMessage();
  }

  /** The same refusal must come when the bytes do one by one. */
  private static void refusedByteByByte(String wire) {
    RespParser parser = new RespParser(RespLimits.defaults());
    assertThrows(
        RespException.class,
        () -> {
          for (byte b : Wire.bytes(wire)) {
            Wire.read(parser, ByteBuffer.wrap(new byte[] {b}));
          }
        },
        wire);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":",
        ":+",
        ":-",
        ":x",
        ":1e3",
        ":1.0",
        ": 1",
        ":1 ",
        ":--1",
        ":0x10",
        ":9223372036854775808",
        ":-9223372036854775809",
        ":99999999999999999999999",
        ":\u0661"
      })
  void whatIsNoIntegerIsRefused(String line) {
    assertTrue(refused(line + "\r\n").startsWith("expected an integer of 64 bits after ':'"));
    refusedByteByByte(line + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",",
        ",.",
        ",1.",
        ",.5",
        ",+",
        ",1e",
        ",1e+",
        ",1.5.5",
        ",1e5.5",
        ",x",
        ",0x1p3",
        ",1d",
        ",1f",
        ",NaN",
        ",Infinity",
        ",INF",
        ",+inf",
        ",infinity",
        ",--1",
        ", 1",
        ",1 ",
        ",1_000",
        ",1e999",
        ",-1e999"
      })
  void whatIsNoDoubleIsRefused(String line) {
    assertTrue(refused(line + "\r\n").startsWith("expected a double after ','"));
    refusedByteByByte(line + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$",
        "$x",
        "$-2",
        "$-0",
        "$-",
        "$+5",
        "$05",
        "$00",
        "$1e3",
        "$ 1",
        "$--1",
        "$-1x",
        "$??",
        "$99999999999999999999",
        "*",
        "*x",
        "*-2",
        "*+1",
        "*01",
        "*-01",
        "%-1",
        "%x",
        "%-2",
        "~-1",
        "~x",
        ">-1",
        ">x",
        ">?",
        "|-1",
        "|x",
        "|?",
        "!-1",
        "!x",
        "!?",
        "=-1",
        "=x",
        "=?"
      })
  void whatIsNoLengthIsRefused(String line) {
    assertTrue(refused(line + "\r\n").startsWith("expected a length after '" + line.charAt(0)));
    refusedByteByByte(line + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "(-", "(x", "(1.5", "(1e3", "(--1", "( 1"})
  void whatIsNoBigNumberIsRefused(String line) {
    assertTrue(refused(line + "\r\n").startsWith("expected a big number after '('"));
    refusedByteByByte(line + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"#", "#x", "#T", "#F", "#true", "#1"})
  void whatIsNoBooleanIsRefused(String line) {
    assertTrue(refused(line + "\r\n").startsWith("expected t or f after '#'"));
    refusedByteByByte(line + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"_0\r\n", "_nil\r\n", "*?\r\n.x\r\n"})
  void whatShouldBeEmptyMustBe(String wire) {
    assertTrue(refused(wire).startsWith("expected nothing after"));
    refusedByteByByte(wire);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=3\r\ntxt\r\n",
        "=0\r\n\r\n",
        "=4\r\ntxt;\r\n",
        "=5\r\ntext:\r\n",
        "=4\r\nt\u0000t:\r\n",
        "=4\r\n\u00ff\u00ff\u00ff:\r\n"
      })
  void aVerbatimStringHasAFormatOfThreeLettersAndAColon(String wire) {
    assertTrue(refused(wire).startsWith("expected a"));
    refusedByteByByte(wire);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".\r\n",
        "*1\r\n.\r\n",
        "*?\r\n*1\r\n.\r\n",
        "%?\r\n+key\r\n.\r\n",
        "*?\r\n|1\r\n+k\r\n+v\r\n.\r\n",
        "*?\r\n:1\r\n.\r\n.\r\n",
        "%1\r\n+a\r\n.\r\n"
      })
  void anEndWithoutABeginningIsRefused(String wire) {
    assertTrue(refused(wire).contains("'.'"));
    refusedByteByByte(wire);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$?\r\n+OK\r\n",
        "$?\r\n$1\r\na\r\n",
        "$?\r\n>1\r\n+a\r\n",
        "$?\r\n.\r\n",
        "$?\r\n;-1\r\n",
        "$?\r\n;?\r\n",
        "$?\r\n;1\r\nab\r\n",
        "$?\r\n;1\r\na\r\n:1\r\n"
      })
  void aStreamedStringConsistsOfPiecesOnly(String wire) {
    refused(wire);
    refusedByteByByte(wire);
  }

  @ParameterizedTest
  @ValueSource(strings = {";1\r\na\r\n", ";0\r\n", "*1\r\n;0\r\n"})
  void aPieceOfNothingIsRefused(String wire) {
    assertTrue(refused(wire).startsWith("expected the start of a value but found \";"));
    refusedByteByByte(wire);
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void aMissingCrOrLfIsNoticedAtEachPlace(Transcript transcript) {
    byte[] bytes = Wire.concat(transcript.bytes(), new byte[] {'X'});
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\r' || bytes[i] == '\n') {
        refused(new RespParser(RespLimits.defaults()), without(bytes, i));
      }
    }
  }

  private static byte[] without(byte[] bytes, int index) {
    byte[] shorter = new byte[bytes.length - 1];
    System.arraycopy(bytes, 0, shorter, 0, index);
    System.arraycopy(bytes, index + 1, shorter, index, shorter.length - index);
    return shorter;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+a\nb\r\n",
        "+a\rb\r\n",
        "-\n\r\n",
        "+\r\r\n",
        ":1\n\r\n",
        "$1\r\r\na\r\n",
        "+a\n\n"
      })
  void aLineHoldsNoLoneCrOrLf(String wire) {
    assertTrue(refused(wire).startsWith("expected CR LF at the end of the line"));
    refusedByteByByte(wire);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$1\r\na\n\n",
        "$1\r\na\r\r",
        "$1\r\na\n\r",
        "$1\r\nab\r",
        "$0\r\n\n\r",
        "$1\r\na\r+"
      })
  void aStringEndsWithCrLfInThisOrder(String wire) {
    assertTrue(refused(wire).startsWith("expected CR LF after a string of"));
    refusedByteByByte(wire);
  }

  @Test
  void everyOtherTypeIsRefusedAtItsFirstByte() {
    for (int type = 0; type < 256; type++) {
      byte[] first = {(byte) type};
      if ("+-:$*_#,(!=~%>|;.".indexOf(type) < 0) {
        refused(new RespParser(RespLimits.defaults()), first);
      } else {
        assertFalse(new RespParser(RespLimits.defaults()).advance(ByteBuffer.wrap(first)));
      }
    }
  }

  @Test
  void theMessageSaysWhatWasExpectedAndWhatCame() {
    says(
        "HTTP/1.1 400 Bad Request\r\n",
        "expected the start of a value but found \"HTTP/1.1 400 Bad Request\"");
    says("HTTP/1.1", "expected the start of a value but found \"HTTP/1.1\"");
    says(
        "220 mail.example.org ESMTP Postfix (Debian)",
        "expected the start of a value but found \"220 mail.example.org ESMTP Postf\"...");
    says("$5\r\nhelloworld", "expected CR LF after a string of 5 bytes but found \"w\"");
    says("$5\r\nhello\rx", "expected CR LF after a string of 5 bytes but found \"x\"");
    says("+OK\n", "expected CR LF at the end of the line \"+OK\" but found \"\\n\"");
    says("+OK\rX", "expected CR LF at the end of the line \"+OK\\r\" but found \"X\"");
    says(":1e3\r\n", "expected an integer of 64 bits after ':' but found \"1e3\"");
    says(
        ":\0\33[2J\u00ff\"\r\n",
        "expected an integer of 64 bits after ':' but found \"\\x00\\x1b[2J\\xff\\\"\"");
    says("$-2\r\n", "expected a length after '$' but found \"-2\"");
    says("#x\r\n", "expected t or f after '#' but found \"x\"");
    says("=3\r\n", "expected a verbatim string of 4 bytes or more but found 3");
    says("=5\r\ntext:\r\n", "expected a format of three letters and a colon but found \"text\"");
    says("%?\r\n+k\r\n.\r\n", "expected the value to a key of a map but found its end, '.'");
    says(".\r\n", "expected a value but found '.', the end of an aggregate that is not open");
    says("$?\r\n+OK\r\n", "expected a piece of a streamed string but found \"+OK\"");
    says(
        "$536870913\r\n",
        "a string claims 536870913 bytes, more than the limit of 536870912"
            + " (RespLimits.withBulkBytes)");
    says(
        "*16777217\r\n",
        "'*' brings 16777217 elements, more than the limit of 16777216 (RespLimits.withElements)");
    says(
        "%8388609\r\n",
        "'%' brings 8388609 elements, more than the limit of 8388608 (RespLimits.withElements)");
  }

  private static void says(String wire, String message) {
    assertEquals(message, refused(wire));
  }

  @Test
  void afterAViolationTheParserRefusesToGoOn() {
    RespParser parser = new RespParser(RespLimits.defaults());
    refused(parser, Wire.bytes("+OK\r\nHTTP"));
    RespException again = refused(parser, Wire.bytes("+OK\r\n"));
    assertEquals(
        "the parser has stopped at an earlier failure: the connection must be closed",
        again.getMessage());
    refused(parser, new byte[0]);
    assertThrows(IllegalStateException.class, parser::reply);
  }

  @Test
  void framesBeforeAViolationAreDelivered() {
    RespParser parser = new RespParser(RespLimits.defaults());
    ByteBuffer in = ByteBuffer.wrap(Wire.bytes("+OK\r\n:1\r\n:x\r\n"));
    assertTrue(parser.advance(in));
    assertTrue(parser.advance(in));
    assertEquals(Transcripts.integer(1), parser.reply());
    assertThrows(RespException.class, () -> parser.advance(in));
  }
}
