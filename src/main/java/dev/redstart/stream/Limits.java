package dev.redstart.stream;

import java.time.Duration;
import java.util.Objects;

/** Refuses arguments at once, by name. */
final class Limits {
  private Limits() {}

  static String notBlank(String text, String name) {
    if (Objects.requireNonNull(text, name).isBlank()) {
      throw new IllegalArgumentException(name + ": must not be blank");
    }
    return text;
  }

  static long atLeast(long number, String name, long min) {
    if (number < min) {
      throw new IllegalArgumentException(name + ": must be at least " + min + ", was " + number);
    }
    return number;
  }

  static void within(int number, String name, int max) {
    if (number < 1 || number > max) {
      throw new IllegalArgumentException(name + ": must be 1 to " + max + ", was " + number);
    }
  }

  static Duration atLeast(Duration time, String name, Duration min) {
    if (Objects.requireNonNull(time, name).compareTo(min) < 0) {
      throw new IllegalArgumentException(
          name + ": must be at least " + min.toMillis() + " ms, was " + time);
    }
    return time;
  }
}
