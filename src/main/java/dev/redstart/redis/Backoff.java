package dev.redstart.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Pauses that double from one failure to the next, up to a limit, each cut by up to a half at
 * random: those who failed together must not come back together.
 *
 * @param first the longest pause after the first failure
 * @param max the longest pause of all
 */
public record Backoff(Duration first, Duration max) {
  private static final int DOUBLINGS_MAX = 40;

  /**
   * @throws IllegalArgumentException if a time is not positive, or the first exceeds the other
   */
  public Backoff {
    RedisOptions.positive(first, "first");
    RedisOptions.positive(max, "max");
    if (first.compareTo(max) > 0) {
      throw new IllegalArgumentException("first: must not exceed max, was " + first);
    }
  }

  /** The pause after so many failures in a row, the first being 1. */
  public Duration pause(int failures) {
    int doublings = Math.min(Math.max(failures, 1) - 1, DOUBLINGS_MAX);
    double longest = Math.min(max.toNanos(), first.toNanos() * Math.pow(2, doublings));
    double share = 0.5 + ThreadLocalRandom.current().nextDouble() / 2;
    return Duration.ofNanos((long) Math.ceil(longest * share));
  }
}
