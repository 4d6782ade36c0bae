package dev.redstart.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChildJvmTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void aChildPrintsAndExits() {
    try (var child =
        ChildJvm.of(ChildMain.class)
            .withHeap("32m")
            .withEnvironment("REDSTART_CHILD", "blue")
            .start("two words", "exit")) {
      assertEquals(3, child.awaitExit(LIMIT));
      assertEquals("variable blue", child.awaitLine("variable", LIMIT));
      assertEquals("two words", child.lines().get(0));
      assertTrue(Integer.parseInt(child.awaitLine("heap ", LIMIT).substring(5)) <= 32);
      Eventually.within(
          LIMIT, "its errors are there", () -> child.errors().equals(List.of("complaint")));
    }
  }

  @Test
  void aLineThatNeverComesFailsAsSoonAsTheChildEndsAndShowsWhatItSaid() {
    long start = System.nanoTime();
    try (var child = ChildJvm.of(ChildMain.class).start("exit")) {
      var error =
          assertThrows(
              AssertionError.class, () -> child.awaitLine("thanks", Duration.ofMinutes(1)));
      assertTrue(error.getMessage().contains("\"thanks\""), error.getMessage());
      assertTrue(error.getMessage().contains("heap"), error.getMessage());
      assertTrue(System.nanoTime() - start < LIMIT.toNanos());
    }
  }

  @Test
  void aKilledChildIsGone() {
    var child = ChildJvm.of(ChildMain.class).start("wait");
    child.awaitLine("wait", LIMIT);
    child.kill();
    assertFalse(child.isAlive());
    assertEquals(128 + 9, child.awaitExit(LIMIT));
  }

  @Test
  void aPausedChildDoesNothingUntilItIsResumed() {
    try (var child = ChildJvm.of(ChildMain.class).start("tick")) {
      child.awaitLine("tick 3", LIMIT);
      child.pause();
      int seen = child.lines().size();
      // At one tick in 5 ms, and with a few that were in the pipe.
      var later = "tick " + (seen + 20);
      assertThrows(AssertionError.class, () -> child.awaitLine(later, Duration.ofMillis(400)));
      child.resume();
      child.awaitLine(later, LIMIT);
    }
  }
}
