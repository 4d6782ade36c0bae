package dev.redstart.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventuallyTest {

  @Test
  void asksUntilTheConditionHolds() {
    var asked = new AtomicInteger();
    Eventually.within(Duration.ofSeconds(5), "three", () -> asked.incrementAndGet() == 3);
    assertEquals(3, asked.get());
  }

  @Test
  void anExceptionMeansNotYet() {
    var asked = new AtomicInteger();
    Eventually.within(Duration.ofSeconds(5), "no zero", () -> 1 / asked.getAndIncrement() == 1);
    assertEquals(2, asked.get());
  }

  @Test
  void aConditionThatNeverHoldsFailsInTimeAndSaysWhatWasWaitedFor() {
    long start = System.nanoTime();
    var error =
        assertThrows(
            AssertionError.class,
            () -> Eventually.within(Duration.ofMillis(50), "pigs fly", () -> false));
    assertEquals("not within 50 ms: pigs fly", error.getMessage());
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(2).toNanos());
  }

  @Test
  void theLastExceptionIsTheCause() {
    var trouble = new IllegalStateException("still no wings");
    var error =
        assertThrows(
            AssertionError.class,
            () ->
                Eventually.within(
                    Duration.ofMillis(20),
                    "pigs fly",
                    () -> {
                      throw trouble;
                    }));
    assertEquals(trouble, error.getCause());
  }

  @Test
  void aFailureOfASeededTestCarriesTheSeed() {
    var error =
        assertThrows(
            AssertionError.class,
            () ->
                Seeds.check(
                    seed -> {
                      throw new IllegalStateException("seed was " + seed);
                    }));
    var seed = error.getCause().getMessage().substring("seed was ".length());
    assertTrue(error.getMessage().startsWith("with -Dredstart.seed=" + seed + ":"));
  }
}
