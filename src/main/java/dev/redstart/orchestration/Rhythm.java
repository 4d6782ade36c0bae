package dev.redstart.orchestration;

import java.time.Duration;

/** When something that recurs is due, on the clock of this process. */
final class Rhythm {
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final Duration period;
  private volatile long lastNanos = System.nanoTime();

  Rhythm(Duration period) {
    this.period = period;
  }

  static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Whoever says "for ever" means it: as much as a clock can count. */
  static long nanos(Duration time) {
    return least(time, LONGEST).toNanos();
  }

  Duration period() {
    return period;
  }

  void start() {
    lastNanos = System.nanoTime();
  }

  boolean isOver() {
    return isOver(period);
  }

  boolean isOver(Duration other) {
    return System.nanoTime() - lastNanos >= other.toNanos();
  }

  /** Until it is due; at least a millisecond, since zero means for ever to a blocking command. */
  Duration left() {
    long nanos = period.toNanos() - (System.nanoTime() - lastNanos);
    return Duration.ofNanos(Math.max(1_000_000, nanos));
  }
}
