package dev.redstart.orchestration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import dev.redstart.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What becomes of a dead child's work; step by step, without a real death. */
@Apart
class DeadChildTest {
  private static final Duration LIMIT = OneSession.LIMIT;

  /** A subclass runs the same tests in the other mode. */
  Mode mode() {
    return Mode.SUMMONER;
  }

  final OneSession open(SessionOptions options) {
    return OneSession.open(mode(), options);
  }

  final OneSession open(int children) {
    return OneSession.open(mode(), children);
  }

  private static ReportMessage success(TaskMessage task, int child) {
    return ReportMessage.success(task, child, Json.of("done"), Duration.ZERO);
  }

  /** A report of a child that holds the first task of its list, in its own spelling. */
  private static Verdict report(OneSession s, ChildSession holding, TaskMessage task) {
    byte[] raw = task.toJson().toString().getBytes(UTF_8);
    return holding.report(raw, success(task, holding.child()), false).verdict();
  }

  @Test
  void itGoesToTheLivingWithTheFewestTasksAndKeepsItsOrder() {
    try (var s = open(3)) {
      s.send(1, "a", "b", "c", "d");
      s.send(2, "x", "y", "z");
      s.joinOnly(1);
      s.joinOnly(2);
      s.joinOnly(3);
      s.takeFor(1);
      s.endLease(1);
      s.session.recover();
      assertEquals(List.of(), s.waiting(1));
      assertEquals(List.of("a", "x", "y", "z"), s.waiting(2));
      assertEquals(List.of("b", "c", "d"), s.waiting(3));
      assertEquals(1, s.list(s.keys.taken(1)).size(), "only the mark");
      assertEquals(1, s.events().stream().filter("child_lost"::equals).count());
      s.session.recover();
      assertEquals(1, s.events().stream().filter("child_lost"::equals).count());
    }
  }

  @Test
  void withoutSiblingsItWaitsInItsOrder() {
    try (var s = open(2)) {
      s.send(1, "a", "b", "c");
      s.joinOnly(1);
      s.takeFor(1);
      s.endLease(1);
      s.session.recover();
      s.session.recover();
      assertEquals(List.of("a", "b", "c"), s.waiting(1));
      s.joinOnly(2);
      s.session.recover();
      assertEquals(List.of("a", "b", "c"), s.waiting(2));
    }
  }

  @Test
  void aTaskSentToTheDeadGoesToTheLiving() {
    try (var s = open(2)) {
      s.joinOnly(1);
      s.endLease(1);
      s.joinOnly(2);
      s.session.recover();
      s.send(1, "a");
      s.session.recover();
      assertEquals(List.of("a"), s.waiting(2));
    }
  }

  @Test
  void aShutdownOfTheDeadIsNotForTheLiving() {
    try (var s = open(2)) {
      s.send(1, "a");
      s.parent.shutdown(1, "over");
      s.send(1, "b");
      s.joinOnly(1);
      s.joinOnly(2);
      s.endLease(1);
      s.session.recover();
      assertEquals(List.of("a", "b"), s.waiting(2));
      assertEquals(List.of("other"), s.waiting(1));
    }
  }

  @Test
  void aTaskThatKeepsKillingIsGivenUp() {
    try (var s = open(1)) {
      s.send(1, "poison", "good");
      for (int death = 1; death <= 3; death++) {
        s.joinOnly(1);
        s.takeFor(1);
        s.endLease(1);
        s.session.recover();
        assertEquals(death < 3, s.waiting(1).contains("poison"), "after death " + death);
      }
      var report = s.parent.gather(List.of("poison"), LIMIT).reports().get("poison");
      assertEquals("error", report.status());
      assertEquals(
          "given up: the child died in each of 3 deliveries", report.error().orElseThrow());
      assertEquals(1, report.childId());
      assertEquals(s.id(), report.sessionId());
      assertTrue(report.messageId().matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));
      assertTrue(report.metadata().get("synthetic").asBoolean());
      assertEquals(List.of("good"), s.waiting(1));
    }
  }

  @Test
  void theSyntheticReportIsStrictJson() {
    try (var s = open(SessionOptions.defaults().withChildren(1).withDeliveries(1))) {
      s.parent.send(s.task(1, "quoted \" and \u20ac"));
      s.joinOnly(1);
      s.takeFor(1);
      s.endLease(1);
      s.session.recover();
      var raw = s.list(s.keys.reports(1)).get(0);
      var report = assertInstanceOf(ReportMessage.class, Message.parse(raw));
      assertEquals("quoted \" and \u20ac", report.taskId());
      assertEquals(report.toJson(), Json.parse(raw));
      assertEquals(
          List.copyOf(report.toJson().asMap().keySet()),
          List.copyOf(Json.parse(raw).asMap().keySet()));
    }
  }

  @Test
  void whoeverReportsOnATaskThatWasGivenUpIsTooLate() {
    try (var s = open(SessionOptions.defaults().withChildren(1).withDeliveries(1))) {
      var task = s.task(1, "a");
      s.parent.send(task);
      var holding = s.joinOnly(1);
      s.takeFor(1);
      s.endLease(1);
      s.session.recover();
      assertEquals(Verdict.DUPLICATE, report(s, holding, task));
      assertEquals(1, s.list(s.keys.reports(1)).size());
    }
  }

  @Test
  void aChildThatComesBackToItsTaskInTimeReports() {
    try (var s = open(1)) {
      var task = s.task(1, "a");
      s.parent.send(task);
      var holding = s.joinOnly(1);
      s.takeFor(1);
      s.endLease(1);
      assertEquals(Verdict.COUNTED, report(s, holding, task), "nobody had looked yet");
      assertTrue(s.parent.gather(LIMIT).isComplete());
    }
  }

  @Test
  void aChildThatComesBackAfterItsTaskWasGivenAwayDoesNotReport() {
    try (var s = open(2)) {
      var task = s.task(1, "a");
      s.parent.send(task);
      var late = s.joinOnly(1);
      s.takeFor(1);
      var other = s.child(2);
      s.endLease(1);
      s.session.recover();
      assertEquals(Verdict.NOT_HELD, report(s, late, task));
      assertTrue(late.beat(true).end().isEmpty(), "it may go on working");
      assertEquals(Verdict.COUNTED, other.report(success(other.take(LIMIT).orElseThrow(), 2)));
      assertEquals(Verdict.DUPLICATE, report(s, late, task));
      assertEquals(1, s.list(s.keys.reports(2)).size());
    }
  }

  @Test
  void aNewProcessTakesTheNumberOver() {
    try (var s = open(1)) {
      var task = s.task(1, "a");
      s.parent.send(task);
      var before = s.joinOnly(1);
      s.takeFor(1);
      var child = s.child(1);
      assertEquals(Child.End.REPLACED, before.beat(false).end().orElseThrow());
      assertEquals(task, child.take(LIMIT).orElseThrow());
      assertEquals(Verdict.NOT_HELD, report(s, before, task), "though it is in that list again");
      before.leave(new byte[0]);
      assertEquals(Verdict.COUNTED, child.report(success(task, 1)));
    }
  }

  @Test
  void aReplacedChildEnds() {
    var options = SessionOptions.defaults().withChildren(1).withLease(Duration.ofMillis(300));
    try (var s = open(options)) {
      var before = s.child(1);
      s.joinOnly(1);
      Eventually.within(LIMIT, "it notices", () -> before.end().isPresent());
      assertEquals(Child.End.REPLACED, before.end().orElseThrow());
      s.send(1, "a");
      assertTrue(before.take(LIMIT).isEmpty());
      assertEquals(List.of("a"), s.waiting(1));
    }
  }

  @Test
  void aChildWhoseReportIsRefusedAsksWhyBeforeItTakesMore() {
    try (var s = open(1)) {
      s.send(1, "a");
      var before = s.child(1);
      var task = before.take(LIMIT).orElseThrow();
      s.joinOnly(1);
      assertEquals(Verdict.NOT_HELD, before.report(success(task, 1)));
      assertTrue(before.take(LIMIT).isEmpty());
      assertEquals(Child.End.REPLACED, before.end().orElseThrow());
      assertEquals(List.of("a"), s.waiting(1));
    }
  }

  @Test
  void aTaskThatWasTakenWithoutTheHoldersKnowingComesBack() {
    var options = SessionOptions.defaults().withChildren(1).withLease(Duration.ofMillis(300));
    try (var s = open(options)) {
      var child = s.child(1);
      // By now each of its threads has its own rhythm.
      assertTrue(child.take(Duration.ofMillis(250)).isEmpty());
      s.send(1, "a");
      s.takeFor(1);
      assertEquals("a", child.take(LIMIT).orElseThrow().taskId());
      s.send(1, "b");
      s.takeFor(1);
      child.report(success(s.task(1, "a"), 1));
      assertEquals(List.of("b"), s.waiting(1), "a report puts strays back at once");
    }
  }

  @Test
  void whoLeavesGivesBackWhatItHolds() {
    try (var s = open(2)) {
      s.send(1, "a", "b");
      var child = s.child(1);
      child.take(LIMIT).orElseThrow();
      child.close();
      assertEquals(List.of("a", "b"), s.waiting(1));
      s.joinOnly(2);
      s.session.recover();
      assertEquals(List.of("a", "b"), s.waiting(2));
      assertFalse(s.events().contains("child_lost"), "it did not die");
    }
  }

  @Test
  void theDeadsReportedTaskIsNotDoneAgain() {
    try (var s = open(2)) {
      var task = s.task(1, "a");
      s.parent.send(task);
      s.joinOnly(1);
      s.takeFor(1);
      s.redis.call("HSET", s.keys.done(), "a", "success m");
      s.joinOnly(2);
      s.endLease(1);
      s.session.recover();
      assertEquals(List.of(), s.waiting(1));
      assertEquals(List.of(), s.waiting(2));
    }
  }

  @Test
  void muchWorkIsMovedInBoundedStepsAndKeepsItsOrder() {
    try (var s = open(2)) {
      var ids = IntStream.range(0, 350).mapToObj(i -> "t" + i).toArray(String[]::new);
      s.send(1, ids);
      s.joinOnly(1);
      s.joinOnly(2);
      s.endLease(1);
      s.redis.call("CONFIG", "RESETSTAT");
      s.session.recover();
      assertEquals(List.of(ids), s.waiting(2));
      var calls = Admin.call(s.redis, "INFO", "commandstats").text();
      assertTrue(calls.contains("cmdstat_evalsha:calls=4,"), calls);
    }
  }

  @Test
  void gatheringLooksAfterTheDead() {
    var options = SessionOptions.defaults().withChildren(2).withDeliveries(1);
    try (var s = open(options)) {
      s.send(1, "a");
      s.joinOnly(1);
      s.takeFor(1);
      s.endLease(1);
      assertEquals("error", s.parent.gather(LIMIT).reports().get("a").status());
    }
  }

  @Test
  void siblingsLookAfterTheDead() {
    var options = SessionOptions.defaults().withChildren(2).withLease(Duration.ofMillis(300));
    try (var s = open(options)) {
      s.send(1, "a");
      s.joinOnly(1);
      s.takeFor(1);
      var child = s.child(2);
      assertEquals("a", child.take(LIMIT).orElseThrow().taskId());
    }
  }
}
