package dev.redstart.harness;

import java.util.concurrent.ThreadLocalRandom;

/** Seeds for random tests: from {@code -Dredstart.seed=N} if set, otherwise random. */
public final class Seeds {

  private Seeds() {}

  /** A test with a seed. */
  @FunctionalInterface
  public interface Trial {
    void run(long seed) throws Exception;
  }

  public static long next() {
    var given = Long.getLong("redstart.seed");
    return given != null ? given : ThreadLocalRandom.current().nextLong(1L << 32);
  }

  /** Runs the trial with a seed; its failure says how to repeat it. */
  public static void check(Trial trial) {
    long seed = next();
    try {
      trial.run(seed);
    } catch (Exception | AssertionError e) {
      throw new AssertionError("with -Dredstart.seed=" + seed + ": " + e, e);
    }
  }
}
