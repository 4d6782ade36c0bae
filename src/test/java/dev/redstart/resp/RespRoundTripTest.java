package dev.redstart.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RespRoundTripTest {
  private static final int REPLIES = 1000;

  /**
   * Feeds the bytes in pieces of random sizes, mostly small, to heap and direct buffers in turn.
   */
  private static List<Reply> readInRandomPieces(byte[] bytes, Random random) {
    RespParser parser = new RespParser(RespLimits.defaults());
    List<Reply> frames = new ArrayList<>();
    ByteBuffer direct = ByteBuffer.allocateDirect(1 << 14);
    int most = 1 << random.nextInt(14);
    for (int start = 0; start < bytes.length; ) {
      int end = Math.min(bytes.length, start + 1 + random.nextInt(most));
      ByteBuffer heap = ByteBuffer.wrap(bytes, start, end - start);
      frames.addAll(
          Wire.read(parser, random.nextBoolean() ? heap : direct.clear().put(heap).flip()));
      start = end;
    }
    return frames;
  }

  private static void assertMeans(List<Reply> expected, byte[] bytes, long seed) {
    List<Reply> frames = readInRandomPieces(bytes, new Random(seed));
    assertEquals(expected, frames, () -> "seed " + seed + ": " + Wire.shown(bytes));
  }

  @Test
  void whatTheEncoderWritesTheParserReads() {
    for (long seed = 0; seed < REPLIES; seed++) {
      Reply reply = new RandomReplies(seed).next();
      assertMeans(List.of(reply), RespEncoder.reply(reply, 3), seed);
    }
  }

  @Test
  void aPushIsReadAsItWasWritten() {
    for (long seed = 0; seed < REPLIES / 10; seed++) {
      Reply push = new RandomReplies(seed).nextPush();
      assertMeans(List.of(push), RespEncoder.reply(push, 3), seed);
    }
  }

  @Test
  void allSpellingsMeanTheSame() {
    for (long seed = 0; seed < REPLIES; seed++) {
      Spelling spelling = new Spelling(seed).next();
      assertMeans(spelling.frames(), spelling.bytes(), seed);
    }
  }

  @Test
  void aLongConversationIsReadInOrder() {
    for (long seed = 0; seed < 20; seed++) {
      Spelling spelling = new Spelling(seed);
      for (int i = 0; i < 200; i++) {
        spelling.next();
      }
      assertMeans(spelling.frames(), spelling.bytes(), seed);
    }
  }

  @Test
  void inRespTwoAllTypesAreStillThereInItsOwnWay() {
    for (long seed = 0; seed < REPLIES; seed++) {
      Reply reply = new RandomReplies(seed).next();
      assertMeans(List.of(inRespTwo(reply)), RespEncoder.reply(reply, 2), seed);
    }
  }

  private static Reply inRespTwo(Reply reply) {
    if (reply instanceof Reply.Attributed attributed) {
      return inRespTwo(attributed.value());
    }
    if (reply instanceof Reply.Array || reply instanceof Reply.Set || reply instanceof Reply.Map) {
      return new Reply.Array(reply.items().stream().map(RespRoundTripTest::inRespTwo).toList());
    }
    if (reply instanceof Reply.Bool bool) {
      return new Reply.Int(bool.value() ? 1 : 0);
    }
    if (reply instanceof Reply.Error error) {
      return new Reply.Error(error.text().replace("\r", " ").replace("\n", " "));
    }
    boolean asText = reply instanceof Reply.Real || reply instanceof Reply.BigNumber;
    return asText || reply instanceof Reply.Verbatim ? new Reply.Bulk(reply.bytes()) : reply;
  }

  @Test
  void theTextOfADoubleReadsBackAsTheSameDouble() {
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      double value =
          i % 2 == 0 ? Double.longBitsToDouble(random.nextLong()) : random.nextInt() / 1000.0;
      byte[] text = new Reply.Real(value).bytes();
      assertEquals(
          value, Numerals.real(ByteBuffer.wrap(text), 0, text.length), "seed 7, double " + i);
    }
  }

  @Test
  void everyShortDecimalIsTheDoubleThatJavaReads() {
    Random random = new Random(8);
    for (int i = 0; i < 100_000; i++) {
      long digits = random.nextLong() % (1L << random.nextInt(1, 55));
      String text = BigDecimal.valueOf(digits, random.nextInt(20)).toPlainString();
      byte[] bytes = Wire.bytes(text);
      double value = Numerals.real(ByteBuffer.wrap(bytes), 0, bytes.length);
      assertEquals(Double.parseDouble(text), value, text);
    }
  }
}
