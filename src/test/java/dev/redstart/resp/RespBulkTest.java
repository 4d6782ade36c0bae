package dev.redstart.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.resp.Transcripts.Transcript;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bulk strings that are looked at where they lie. */
class RespBulkTest {
  private static final RespLimits DEFAULTS = RespLimits.defaults();
  private static final int LARGEST = Body.BELIEVED_BYTES;

  static List<Transcript> transcripts() {
    return Transcripts.all();
  }

  private static Reply found(RespParser parser, ByteBuffer in) {
    byte[] content = new byte[parser.bulkLength()];
    in.get(parser.bulkStart(), content);
    return new Reply.Bulk(content);
  }

  /** All frames, bulk strings where they lie whenever that is possible. */
  private static List<Reply> read(RespParser parser, ByteBuffer in) {
    List<Reply> frames = new ArrayList<>();
    while (true) {
      if (parser.advanceBulk(in)) {
        frames.add(found(parser, in));
      } else if (parser.advance(in)) {
        frames.add(parser.reply());
      } else {
        return frames;
      }
    }
  }

  private static void assertNone(RespParser parser, ByteBuffer in, String wire) {
    int before = in.position();
    assertFalse(parser.advanceBulk(in), wire);
    assertEquals(before, in.position(), wire);
  }

  private static String bulk(int bytes) {
    return "$" + bytes + "\r\n" + "x".repeat(bytes) + "\r\n";
  }

  @Test
  void aWholeBulkStringIsFoundWhereItLies() {
    for (ByteBuffer in : Wire.everyKind(Wire.bytes("$5\r\nhello\r\n$0\r\n\r\n$2\r\n\r\n\r\n"))) {
      RespParser parser = new RespParser(DEFAULTS);
      for (String content : List.of("hello", "", "\r\n")) {
        assertTrue(parser.advanceBulk(in));
        assertEquals(new Reply.Bulk(Wire.bytes(content)), found(parser, in));
      }
      assertFalse(in.hasRemaining());
      assertNone(parser, in, "nothing");
    }
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void aTranscriptSplitAtAnyByteMeansTheSameWithBulkStringsWhereTheyLie(Transcript transcript) {
    byte[] bytes = transcript.bytes();
    for (int split = 0; split <= bytes.length; split++) {
      RespParser parser = new RespParser(DEFAULTS);
      List<Reply> frames = read(parser, ByteBuffer.wrap(bytes, 0, split));
      frames.addAll(read(parser, ByteBuffer.wrap(bytes, split, bytes.length - split)));
      assertEquals(transcript.frames(), frames, "split at " + split);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "$",
        "$5",
        "$5\r\n",
        "$5\r\nhello",
        "$5\r\nhello\r",
        "$-1\r\n",
        "$?\r\n;1\r\na\r\n;0\r\n",
        "+OK\r\n",
        ":5\r\nhello\r\n",
        "=5\r\ntxt:a\r\n",
        "!5\r\nERR a\r\n",
        "*1\r\n$1\r\na\r\n",
        "$5\r\nhelloworld",
        "$05\r\nhello\r\n",
        "$+5\r\nhello\r\n",
        "$5\nhello\r\n",
        "$2147483648\r\na\r\n",
        "$4294967297\r\na\r\n",
        "$18446744073709551617\r\na\r\n"
      })
  void allElseIsLeftToTheOrdinaryWay(String wire) {
    for (ByteBuffer in : Wire.everyKind(Wire.bytes(wire))) {
      assertNone(new RespParser(DEFAULTS), in, wire);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"$", "$1\r", "*2\r\n", "|1\r\n+k\r\n+v\r\n", "$?\r\n", "$1\r\n", "+a"})
  void inTheMiddleOfAFrameThereIsNone(String beginning) {
    RespParser parser = new RespParser(DEFAULTS);
    assertFalse(parser.advance(Wire.heap(Wire.bytes(beginning))));
    assertNone(parser, Wire.heap(Wire.bytes("$1\r\na\r\n")), beginning);
  }

  @Test
  void aLargeOneIsLeftToTheOrdinaryWay() {
    RespParser parser = new RespParser(DEFAULTS);
    assertTrue(parser.advanceBulk(Wire.heap(Wire.bytes(bulk(LARGEST)))));
    assertNone(parser, Wire.heap(Wire.bytes(bulk(LARGEST + 1))), "large");
  }

  @Test
  void theLimitsAreTheSame() {
    String wire = bulk(10);
    for (RespLimits tight :
        List.of(
            DEFAULTS.withBulkBytes(9),
            DEFAULTS.withReplyBytes(Budget.STRING_BYTES + 9),
            DEFAULTS.withLineBytes(1))) {
      RespParser parser = new RespParser(tight);
      ByteBuffer in = Wire.heap(Wire.bytes(wire));
      assertNone(parser, in, wire);
      assertThrows(RespException.class, () -> parser.advance(in));
    }
    RespLimits exact =
        DEFAULTS.withBulkBytes(10).withReplyBytes(Budget.STRING_BYTES + 10).withLineBytes(2);
    assertTrue(new RespParser(exact).advanceBulk(Wire.heap(Wire.bytes(wire))));
  }

  @Test
  void afterAViolationThereIsNone() {
    RespParser parser = new RespParser(DEFAULTS);
    assertThrows(RespException.class, () -> parser.advance(Wire.heap(Wire.bytes("HTTP"))));
    assertNone(parser, Wire.heap(Wire.bytes("$1\r\na\r\n")), "after a violation");
  }

  @Test
  void itIsNoReply() {
    RespParser parser = new RespParser(DEFAULTS);
    assertTrue(parser.advance(Wire.heap(Wire.bytes("+OK\r\n"))));
    assertTrue(parser.advanceBulk(Wire.heap(Wire.bytes("$1\r\na\r\n"))));
    assertThrows(IllegalStateException.class, parser::reply);
  }

  @Test
  void lookingAllocatesNothing() {
    RespParser parser = new RespParser(DEFAULTS);
    ByteBuffer in = Wire.direct(Wire.bytes(bulk(1000).repeat(50)));
    Runnable look =
        () -> {
          in.rewind();
          while (parser.advanceBulk(in)) {}
        };
    look.run();
    assertEquals(0, Allocation.bytesOf(look));
    assertFalse(in.hasRemaining());
  }

  @Test
  void aNullBufferIsRefusedByName() {
    RespParser parser = new RespParser(DEFAULTS);
    assertEquals(
        "in",
        assertThrows(NullPointerException.class, () -> parser.advanceBulk(null)).getMessage());
  }
}
