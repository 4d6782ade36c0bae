package dev.redstart.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A million damaged conversations: nothing but frames and {@link RespException} comes of them. */
class RespMutationTest {
  private static final long SEED = 20_260_101;
  private static final int MUTATIONS = 1_000_000;
  private static final int SEEDS = 8;
  private static final int COMPARED_EVERY = 16;

  private static final long REPLY_BYTES = 20_000;
  private static final RespLimits LIMITS =
      RespLimits.defaults()
          .withReplyBytes(REPLY_BYTES)
          .withBulkBytes(8_000)
          .withElements(1_000)
          .withDepth(16)
          .withLineBytes(200);

  /** Frames delivered and dropped, growth, an exception with its stack trace. */
  private static final long ALLOCATED_MAX = 4 * REPLY_BYTES + 30_000;

  /** What came of some bytes: frames, and whether they ended in a violation. */
  private record Outcome(List<Reply> frames, boolean broken) {}

  private static Outcome outcome(byte[] bytes, int piece) {
    RespParser parser = new RespParser(LIMITS);
    List<Reply> frames = new ArrayList<>();
    try {
      for (int start = 0; start < bytes.length; start += piece) {
        ByteBuffer in = ByteBuffer.wrap(bytes, start, Math.min(piece, bytes.length - start));
        while (parser.advance(in)) {
          frames.add(parser.reply());
        }
      }
      return new Outcome(frames, false);
    } catch (RespException e) {
      return new Outcome(frames, true);
    }
  }

  @Test
  @Timeout(300)
  void damagedTrafficIsReadOrRefusedInBoundedMemory() {
    List<byte[]> corpus = Mutation.corpus();
    LongStream seeds = LongStream.range(SEED, SEED + SEEDS).parallel();
    long broken = seeds.map(seed -> broken(new Mutation(corpus, seed), seed)).sum();
    assertTrue(broken > MUTATIONS / 10, "too harmless, broken only " + broken);
    assertTrue(broken < MUTATIONS * 9 / 10, "too harsh, broken " + broken);
  }

  private static long broken(Mutation mutation, long seed) {
    long broken = 0;
    for (int i = 0; i < MUTATIONS / SEEDS; i++) {
      broken += check(mutation.next(), i % COMPARED_EVERY == 0, seed, i) ? 1 : 0;
    }
    return broken;
  }

  private static boolean check(byte[] bytes, boolean compared, long seed, int number) {
    try {
      Outcome whole = outcomeInBounds(bytes);
      if (compared) {
        assertEquals(whole, outcome(bytes, 1), "read in one piece and byte by byte");
      }
      return whole.broken();
    } catch (Throwable e) {
      // Whatever it is, assertions included: it is told with the seed that brings it back.
      return fail("seed " + seed + ", number " + number + ": " + Wire.shown(bytes), e);
    }
  }

  // Measured again if it was too much: code that runs for the first time loads its classes.
  private static Outcome outcomeInBounds(byte[] bytes) {
    long before = Allocation.bytes();
    Outcome outcome = outcome(bytes, Integer.MAX_VALUE);
    if (Allocation.bytes() - before > ALLOCATED_MAX) {
      long allocated = Allocation.bytesOf(() -> outcome(bytes, Integer.MAX_VALUE));
      assertTrue(allocated <= ALLOCATED_MAX, () -> "allocated " + allocated);
    }
    return outcome;
  }
}
