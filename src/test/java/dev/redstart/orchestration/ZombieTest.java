package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.Seeds;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Processes that were stopped for so long that others took their place, and that go on then. */
@Apart
class ZombieTest {
  private static final Duration LIMIT = Stage.LIMIT;

  @Test
  void aChildThatWasStoppedPastItsLeaseDoesNoHarm() {
    Seeds.check(
        seed -> {
          try (var s = Stage.open(Stage.mode(seed), Stage.QUICK.withChildren(2));
              var slow = s.worker(1, 1000)) {
            stopPastItsLease(s, slow);
          }
        });
  }

  private static void stopPastItsLease(Stage s, ChildJvm slow) {
    slow.awaitLine("ready", LIMIT);
    var parent = s.parent();
    parent.send(s.task(1, "x"));
    slow.awaitLine("task x", LIMIT);
    slow.pause();
    try (var other = s.sessions.child(s.id(), 2)) {
      var run = Background.run(() -> other.run(task -> Json.of("by the other")));
      assertEquals(2, parent.gather(LIMIT).reports().get("x").childId());
      slow.resume();
      Eventually.within(LIMIT, "it is back", () -> !s.eventsOf("child_back").isEmpty());
      parent.send(s.task(1, "y"));
      assertEquals(1, parent.gather(LIMIT).reports().get("y").childId());
      parent.shutdown("over");
      assertEquals("end SHUTDOWN refused 1", slow.awaitLine("end", LIMIT));
      assertEquals(0, run.join().refused());
    }
    s.assertAllDoneOnce(Set.of("x", "y"));
  }

  @Test
  void aChildWhoseNumberIsAnothersEndsAndTakesNothingWithIt() {
    Seeds.check(
        seed -> {
          try (var s = Stage.open(Stage.mode(seed), Stage.QUICK.withChildren(1));
              var before = s.worker(1, 0)) {
            stopAndReplace(s, before);
          }
        });
  }

  private static void stopAndReplace(Stage s, ChildJvm before) {
    before.awaitLine("ready", LIMIT);
    var parent = s.parent();
    parent.send(s.task(1, "x"));
    assertTrue(parent.gather(LIMIT).isComplete());
    before.pause();
    // Its BLMOVE waits still, and takes the next task into a list that is another's now.
    try (var after = s.sessions.child(s.id(), 1)) {
      parent.send(s.task(1, "y"));
      var run = Background.run(() -> after.run(task -> Json.of("by the other"), 1));
      before.resume();
      assertTrue(before.awaitLine("end", LIMIT).startsWith("end REPLACED"));
      assertEquals("by the other", text(parent, "y"));
      assertEquals(1, run.join().succeeded());
    }
    s.assertAllDoneOnce(Set.of("x", "y"));
  }

  private static String text(Parent parent, String id) {
    return parent.gather(List.of(id), LIMIT).reports().get(id).result().asString();
  }

  @Test
  void aParentThatWasStoppedAndItsSuccessorAreToldOfEverythingTogether() {
    int tasks = 120;
    for (var mode : Mode.values()) {
      try (var s = Stage.open(mode, Stage.PATIENT.withChildren(2));
          var stopped = s.parentProcess(s.url, tasks)) {
        var runs = new ArrayList<CompletableFuture<ChildRun>>();
        for (int n = 1; n <= 2; n++) {
          var child = s.sessions.child(s.id(), n);
          runs.add(Background.run(() -> child.run(ZombieTest::work)));
        }
        s.awaitDone(tasks / 4);
        stopped.pause();
        var successor = s.parent();
        var told = new TreeMap<String, Set<String>>();
        tell(successor, told);
        s.awaitDone(tasks / 2);
        stopped.resume();
        while (stopped.isAlive()) {
          tell(successor, told);
        }
        tell(successor, told);
        assertEquals(0, stopped.awaitExit(LIMIT), () -> "parent: " + stopped.errors());
        assertThrows(AssertionError.class, () -> stopped.awaitLine("no such line", LIMIT));
        stopped.lines().stream()
            .filter(line -> line.startsWith("report "))
            .forEach(line -> note(told, line.substring("report ".length())));
        assertEquals(ParentMain.ids(tasks), new TreeSet<>(told.keySet()));
        told.forEach((id, reports) -> assertEquals(1, reports.size(), "told of " + id));
        successor.shutdown("over");
        runs.forEach(CompletableFuture::join);
        s.assertAllDoneOnce(ParentMain.ids(tasks));
      }
    }
  }

  private static JsonValue work(TaskMessage task) throws InterruptedException {
    new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
    return Json.of(task.prompt());
  }

  private static void tell(Parent parent, TreeMap<String, Set<String>> told) {
    for (var report : parent.gather(Duration.ofMillis(50)).reports().values()) {
      note(told, report.toJson().toString());
    }
  }

  private static void note(TreeMap<String, Set<String>> told, String report) {
    var id = Json.parse(report).get("task_id").asString();
    told.computeIfAbsent(id, it -> new TreeSet<>()).add(report);
  }
}
