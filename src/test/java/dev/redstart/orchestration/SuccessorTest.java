package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A parent that goes on where another has died, at each place where that may have been. */
@Apart
class SuccessorTest {
  private static final Duration LIMIT = OneSession.LIMIT;

  /** In both modes, with one child and a task that it has reported on. */
  private static void reported(Consumer<Stage> test) {
    for (var mode : Mode.values()) {
      try (var s = Stage.open(mode, Stage.PATIENT.withChildren(1))) {
        s.parent().send(s.task(1, "a"));
        s.sessions.child(s.id(), 1).run(task -> Json.of("done"), 1);
        test.accept(s);
      }
    }
  }

  private static Set<String> gathered(Parent parent) {
    return parent.gather(Duration.ZERO).reports().keySet();
  }

  @Test
  void isToldOfWhatWasSent() {
    for (var mode : Mode.values()) {
      try (var s = Stage.open(mode, Stage.PATIENT.withChildren(1))) {
        s.parent().send(s.task(1, "a"));
        var run = Background.run(() -> s.parent().gather(LIMIT));
        s.sessions.child(s.id(), 1).run(task -> Json.of("done"), 1);
        assertEquals(Set.of("a"), run.join().reports().keySet());
      }
    }
  }

  /** It was so that only tasks without a report, and reports that were taken, were found. */
  @Test
  void isToldOfReportsThatNobodyHasTaken() {
    reported(s -> assertEquals(Set.of("a"), gathered(s.parent())));
  }

  @Test
  void isToldOfReportsThatWereTakenAndNotHandedOut() {
    reported(
        s -> {
          new ParentSession(s.session).collect(LIMIT, (field, value) -> {});
          assertEquals(Set.of("a"), gathered(s.parent()));
        });
  }

  @Test
  void isToldOfReportsThatWereHandedOutAndNotAcknowledged() {
    reported(
        s -> {
          var report = s.parent().gather(LIMIT).reports();
          assertEquals(report, s.parent().gather(LIMIT).reports());
        });
  }

  @Test
  void isNotToldOfWhatWasAcknowledged() {
    reported(
        s -> {
          var parent = s.parent();
          parent.acknowledge(parent.gather(List.of("a"), LIMIT).reports().keySet());
          assertEquals(Set.of(), gathered(s.parent()));
        });
  }

  /** It was so that the task counted as sent, and its report was waited for in vain. */
  @Test
  void doesNotWaitForWhatItSendsAgainThoughItWasAcknowledged() {
    reported(
        s -> {
          var parent = s.parent();
          parent.acknowledge(parent.gather(List.of("a"), LIMIT).reports().keySet());
          var next = s.parent();
          next.send(s.task(1, "a"));
          assertTrue(next.gather(Duration.ofMillis(100)).isComplete());
          s.assertAllDoneOnce(Set.of("a"));
        });
  }

  /** It was so that whoever came late and died took the report away from the one who waits. */
  @Test
  void isToldOfWhatItsPredecessorTakesLate() {
    for (var mode : Mode.values()) {
      try (var s = Stage.open(mode, Stage.PATIENT.withChildren(1))) {
        var parent = s.parent();
        assertEquals(Set.of(), gathered(parent));
        parent.send(s.task(1, "a"));
        s.sessions.child(s.id(), 1).run(task -> Json.of("done"), 1);
        new ParentSession(s.session).collect(LIMIT, (field, value) -> {});
        assertEquals(Set.of("a"), parent.gather(LIMIT).reports().keySet());
      }
    }
  }
}
