package dev.redstart.agent;

import dev.redstart.redis.Backoff;
import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** How often, and until when, a service is asked that has too much to do. For one thread. */
final class Patience {
  private static final Backoff PAUSES = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(20));
  private static final int TOO_MANY_REQUESTS = 429;

  private final int attemptsMax;
  private final long deadlineNanos;
  private int failed;

  Patience(ChatOptions options) {
    this.attemptsMax = options.attempts();
    this.deadlineNanos = System.nanoTime() + options.firstLimit().toNanos();
  }

  Duration left() {
    return Duration.ofNanos(Math.max(1_000_000, deadlineNanos - System.nanoTime()));
  }

  /** After what pause to ask again, once more refused; empty if that is of no use. */
  Optional<Duration> pause(int status, HttpHeaders headers) {
    failed++;
    if (failed >= attemptsMax || (status != TOO_MANY_REQUESTS && status < 500)) {
      return Optional.empty();
    }
    var wanted = headers.firstValue("Retry-After").flatMap(Patience::parse);
    return Optional.of(wanted.orElseGet(() -> PAUSES.pause(failed)))
        .filter(pause -> pause.compareTo(left()) < 0);
  }

  /** Seconds, or when; what is neither says nothing. */
  static Optional<Duration> parse(String text) {
    if (text.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    try {
      var when = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      var pause = Duration.between(Instant.now(), when);
      return Optional.of(pause.isNegative() ? Duration.ZERO : pause);
    } catch (DateTimeException neither) {
      return Optional.empty();
    }
  }
}
