package dev.redstart.queue;

import java.time.Duration;
import java.util.Objects;

/** Checks what callers say, and writes it as the scripts want it. */
final class Numbers {
  private Numbers() {}

  /** Rounded up: what is short must not become nothing. Far beyond any life, it is cut. */
  static long millis(Duration time) {
    long secondsMax = Long.MAX_VALUE / 1_000_000;
    long seconds = Math.min(time.getSeconds(), secondsMax);
    return seconds * 1000 + (time.getNano() + 999_999) / 1_000_000;
  }

  static int between(int number, String name, int min, int max) {
    if (number < min || number > max) {
      throw new IllegalArgumentException(
          name + ": must be from " + min + " to " + max + ", was " + number);
    }
    return number;
  }

  static int atLeast(int number, String name, int min) {
    return between(number, name, min, Integer.MAX_VALUE);
  }

  static Duration atLeast(Duration time, String name, Duration min) {
    if (Objects.requireNonNull(time, name).compareTo(min) < 0) {
      throw new IllegalArgumentException(
          name + ": must be at least " + min.toMillis() + " ms, was " + time);
    }
    return time;
  }
}
