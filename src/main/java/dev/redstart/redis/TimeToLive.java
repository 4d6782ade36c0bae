package dev.redstart.redis;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** The answer to "for how long will this key be there?". */
public sealed interface TimeToLive {

  /** There is no such key. */
  record NoKey() implements TimeToLive {}

  /** The key is there and does not expire. */
  record Forever() implements TimeToLive {}

  /**
   * The key is there and expires.
   *
   * @param time in milliseconds, at the moment when the server answered
   */
  record Left(Duration time) implements TimeToLive {
    public Left {
      Objects.requireNonNull(time, "time");
    }
  }

  /** The time that is left; empty if there is no such key, and if it does not expire. */
  default Optional<Duration> remaining() {
    return this instanceof Left left ? Optional.of(left.time) : Optional.empty();
  }
}
