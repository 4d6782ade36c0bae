package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static void assertBetween(Duration min, Duration pause, Duration max) {
    assertTrue(
        pause.compareTo(min) >= 0 && pause.compareTo(max) <= 0, min + " " + pause + " " + max);
  }

  @Test
  void pausesDoubleUpToTheLimitEachCutByAHalfAtMost() {
    var backoff = new Backoff(SECOND, Duration.ofSeconds(10));
    for (int i = 0; i < 200; i++) {
      assertBetween(Duration.ofMillis(500), backoff.pause(1), SECOND);
      assertBetween(SECOND, backoff.pause(2), Duration.ofSeconds(2));
      assertBetween(Duration.ofSeconds(4), backoff.pause(4), Duration.ofSeconds(8));
      assertBetween(Duration.ofSeconds(5), backoff.pause(5), Duration.ofSeconds(10));
    }
  }

  @Test
  void thereIsNoEndToFailures() {
    var backoff = new Backoff(Duration.ofNanos(1), Duration.ofDays(365));
    for (int failures : List.of(60, 100, 1_000_000, Integer.MAX_VALUE)) {
      var pause = backoff.pause(failures);
      assertBetween(Duration.ofNanos(1), pause, Duration.ofDays(365));
    }
    assertBetween(Duration.ofMillis(500), new Backoff(SECOND, SECOND).pause(99), SECOND);
  }

  @Test
  void noFailureAndLessCountAsTheFirst() {
    var backoff = new Backoff(SECOND, Duration.ofSeconds(10));
    for (int failures : List.of(0, -1, Integer.MIN_VALUE)) {
      assertBetween(Duration.ofMillis(500), backoff.pause(failures), SECOND);
    }
  }

  @Test
  void aPauseIsNeverNothing() {
    var shortest = new Backoff(Duration.ofNanos(1), Duration.ofNanos(1));
    for (int i = 0; i < 100; i++) {
      assertEquals(1, shortest.pause(1).toNanos());
    }
  }

  @Test
  void thoseWhoFailedTogetherDoNotComeBackTogether() {
    var backoff = new Backoff(SECOND, SECOND);
    var pauses = new HashSet<Duration>();
    for (int i = 0; i < 100; i++) {
      pauses.add(backoff.pause(1));
    }
    assertTrue(pauses.size() > 90, () -> "of 100 pauses so many differ: " + pauses.size());
  }

  @Test
  void timesThatMakeNoSenseAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Backoff(Duration.ZERO, SECOND));
    assertThrows(IllegalArgumentException.class, () -> new Backoff(SECOND, Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> new Backoff(SECOND.negated(), SECOND));
    assertThrows(IllegalArgumentException.class, () -> new Backoff(SECOND, Duration.ofMillis(999)));
    var forEver = Duration.ofSeconds(Long.MAX_VALUE);
    assertThrows(IllegalArgumentException.class, () -> new Backoff(SECOND, forEver));
  }

  @Test
  void nullsAreRefusedByName() {
    assertEquals(
        "first",
        assertThrows(NullPointerException.class, () -> new Backoff(null, SECOND)).getMessage());
    assertEquals(
        "max",
        assertThrows(NullPointerException.class, () -> new Backoff(SECOND, null)).getMessage());
  }
}
