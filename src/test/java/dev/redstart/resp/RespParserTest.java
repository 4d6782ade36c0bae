package dev.redstart.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.resp.Transcripts.Transcript;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RespParserTest {
  private static final byte[] SENTINEL = {'X'};
  private static final byte[] STRING = {'s', 't', 'r', 'i', 'n', 'g'};

  static List<Transcript> transcripts() {
    return Transcripts.all();
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void aTranscriptIsReadToItsEndAndNotFurther(Transcript transcript) {
    byte[] bytes = Wire.concat(transcript.bytes(), SENTINEL);
    for (ByteBuffer in : Wire.everyKind(bytes)) {
      RespParser parser = new RespParser(RespLimits.defaults());
      for (Reply expected : transcript.frames()) {
        assertTrue(parser.advance(in));
        assertEquals(expected, parser.reply());
      }
      assertEquals('X', in.get(in.position()));
      assertEquals(1, in.remaining());
    }
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void aHalfReplyIsNotAReply(Transcript transcript) {
    byte[] bytes = transcript.bytes();
    for (int end = 0; end < bytes.length; end++) {
      ByteBuffer half = ByteBuffer.wrap(bytes, 0, end);
      List<Reply> frames = Wire.read(new RespParser(RespLimits.defaults()), half);
      assertTrue(frames.size() < transcript.frames().size(), "cut at " + end);
      assertEquals(transcript.frames().subList(0, frames.size()), frames);
      assertFalse(half.hasRemaining());
    }
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void aTranscriptSplitAtAnyByteMeansTheSame(Transcript transcript) {
    byte[] bytes = transcript.bytes();
    for (int split = 0; split <= bytes.length; split++) {
      assertEquals(transcript.frames(), Wire.readInPieces(bytes, split), "split at " + split);
    }
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void aTranscriptSplitAtAnyTwoBytesMeansTheSame(Transcript transcript) {
    byte[] bytes = transcript.bytes();
    for (int first = 0; first <= bytes.length; first++) {
      for (int second = first; second <= bytes.length; second++) {
        assertEquals(transcript.frames(), Wire.readInPieces(bytes, first, second));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void aTranscriptByteByByteMeansTheSame(Transcript transcript) {
    byte[] bytes = transcript.bytes();
    int[] everywhere = IntStream.range(0, bytes.length).toArray();
    assertEquals(transcript.frames(), Wire.readInPieces(bytes, everywhere));
  }

  @Test
  void allTranscriptsInARowSplitAtEveryByteMeanTheSame() {
    byte[] bytes = new byte[0];
    List<Reply> expected = new ArrayList<>();
    for (Transcript transcript : transcripts()) {
      bytes = Wire.concat(bytes, transcript.bytes());
      expected.addAll(transcript.frames());
    }
    for (int split = 0; split <= bytes.length; split++) {
      assertEquals(expected, Wire.readInPieces(bytes, split), "split at " + split);
    }
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void aDirectBufferFilledAgainAndAgainIsNotLookedAtLater(Transcript transcript) {
    ByteBuffer in = ByteBuffer.allocateDirect(3);
    RespParser parser = new RespParser(RespLimits.defaults());
    List<Reply> frames = new ArrayList<>();
    byte[] bytes = transcript.bytes();
    for (int start = 0; start < bytes.length; start += 3) {
      in.clear().put(bytes, start, Math.min(3, bytes.length - start)).flip();
      frames.addAll(Wire.read(parser, in));
    }
    assertEquals(transcript.frames(), frames);
  }

  @Test
  void aBulkStringOfAMegabyteArrivesInAnyPieces() {
    byte[] content = new byte[1_000_003];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i * 31);
    }
    byte[] wire = RespEncoder.reply(new Reply.Bulk(content), 3);
    for (int piece : new int[] {1, 7, 4096, 65_536, 65_537, 500_000, wire.length}) {
      int[] ends = IntStream.iterate(piece, end -> end < wire.length, end -> end + piece).toArray();
      assertEquals(List.of(new Reply.Bulk(content)), Wire.readInPieces(wire, ends));
    }
  }

  @Test
  void aReplyAllocatesNothingButItselfWhateverItsPieces() {
    byte[] wire = Wire.bytes("*5\r\n$5\r\nhello\r\n:1234567\r\n+string\r\n_\r\n*1\r\n$-1\r\n");
    Runnable byHand = () -> made();
    for (int size : new int[] {wire.length, wire.length - 1, 20, 3, 1}) {
      RespParser parser = new RespParser(RespLimits.defaults());
      ByteBuffer in = Wire.direct(wire);
      Runnable parsing = () -> readInPieces(parser, in, size);
      Allocation.bytesOf(parsing); // once for nothing: levels are made, which are used again
      assertEquals(Allocation.bytesOf(byHand), Allocation.bytesOf(parsing), "pieces of " + size);
      assertEquals(made(), parser.reply());
    }
  }

  private static Reply made() {
    String string = new String(STRING, 0, 6, StandardCharsets.UTF_8);
    return array(
        new Reply.Bulk(new byte[] {'h', 'e', 'l', 'l', 'o'}),
        new Reply.Int(1234567),
        new Reply.Simple(string),
        Reply.NULL,
        array(Reply.NULL));
  }

  private static Reply array(Reply... items) {
    return new Reply.Array(new Items(items));
  }

  private static void readInPieces(RespParser parser, ByteBuffer in, int size) {
    int end = in.clear().capacity();
    for (int next = size; in.position() < end; next += size) {
      parser.advance(in.limit(Math.min(next, end)));
    }
  }

  @Test
  void frequentValuesAreShared() {
    String wire = "+OK\r\n+PONG\r\n+QUEUED\r\n:0\r\n:127\r\n#t\r\n#f\r\n_\r\n";
    List<Reply> once = Wire.readInPieces(Wire.bytes(wire));
    List<Reply> again = Wire.readInPieces(Wire.bytes(wire));
    for (int i = 0; i < once.size(); i++) {
      assertSame(once.get(i), again.get(i));
    }
  }

  @Test
  void theListsOfAReplyCannotBeChanged() {
    for (Reply reply : Wire.readInPieces(Wire.bytes("*1\r\n:1\r\n~?\r\n:1\r\n.\r\n*0\r\n"))) {
      assertThrows(UnsupportedOperationException.class, () -> reply.items().add(Reply.NULL));
      assertThrows(UnsupportedOperationException.class, () -> reply.items().set(0, Reply.NULL));
    }
  }

  @Test
  void thereIsNoReplyBeforeAFrameIsComplete() {
    RespParser parser = new RespParser(RespLimits.defaults());
    assertThrows(IllegalStateException.class, parser::reply);
    parser.advance(Wire.heap(Wire.bytes("+OK\r")));
    assertThrows(IllegalStateException.class, parser::reply);
    parser.advance(Wire.heap(Wire.bytes("\n")));
    assertEquals(Transcripts.ok(), parser.reply());
    assertEquals(Transcripts.ok(), parser.reply());
    assertFalse(parser.advance(Wire.heap(new byte[0])));
    assertThrows(IllegalStateException.class, parser::reply);
  }

  @Test
  void nullArgumentsAreRefusedByName() {
    RespParser parser = new RespParser(RespLimits.defaults());
    assertEquals(
        "limits",
        assertThrows(NullPointerException.class, () -> new RespParser(null)).getMessage());
    assertEquals(
        "in", assertThrows(NullPointerException.class, () -> parser.advance(null)).getMessage());
    assertTrue(parser.advance(Wire.heap(Wire.bytes("+OK\r\n"))));
  }
}
