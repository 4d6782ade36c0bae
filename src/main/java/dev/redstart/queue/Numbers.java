package dev.redstart.queue;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Checks what callers say, and writes it as the scripts want it. */
final class Numbers {
  /** Nobody means more, and a long of nanoseconds has room for it. */
  private static final Duration TIME_MAX = Duration.ofDays(36_500);

  private Numbers() {}

  /** Rounded up: what is short must not become nothing. Far beyond any life, it is cut. */
  static long millis(Duration time) {
    long secondsMax = Long.MAX_VALUE / 1_000_000;
    long seconds = Math.min(time.getSeconds(), secondsMax);
    return seconds * 1000 + (time.getNano() + 999_999) / 1_000_000;
  }

  /**
   * A score as Redis writes it, which has a way of its own with infinity.
   *
   * @throws NumberFormatException if it is none
   */
  static double score(String text) {
    return Double.parseDouble(text.endsWith("inf") ? text.replace("inf", "Infinity") : text);
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
    Objects.requireNonNull(time, name);
    if (time.compareTo(min) < 0 || time.compareTo(TIME_MAX) > 0) {
      throw new IllegalArgumentException(
          name
              + ": must be from "
              + min.toMillis()
              + " ms to "
              + TIME_MAX.toDays()
              + " days, was "
              + time);
    }
    return time;
  }

  /** Refuses a missing element by its name, too. */
  static <T> List<T> copy(List<T> list, String name) {
    Objects.requireNonNull(list, name).forEach(each -> Objects.requireNonNull(each, name));
    return List.copyOf(list);
  }
}
