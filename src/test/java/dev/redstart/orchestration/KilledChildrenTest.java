package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.redis.Hashes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Children in processes of their own that really die, or are stopped for too long. */
class KilledChildrenTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int CHILDREN = 3;
  private static final int TASKS = 150;
  private static final int KILLS = 5;
  private static final SessionOptions OPTIONS =
      SessionOptions.defaults()
          .withChildren(CHILDREN)
          .withLease(Duration.ofMillis(600))
          .withDeliveries(100);

  private static ChildJvm start(OneSession s, int number, int workMillis) {
    return ChildJvm.of(WorkerMain.class)
        .withHeap("48m")
        .start(
            RedisServer.shared().url(),
            s.id(),
            Integer.toString(number),
            Integer.toString(workMillis));
  }

  private static void awaitReady(List<ChildJvm> children) {
    children.forEach(child -> child.awaitLine("ready", LIMIT));
  }

  @Test
  void whateverDiesWhenEveryTaskHasExactlyOneReport() {
    Seeds.check(KilledChildrenTest::killAtRandom);
  }

  private static void killAtRandom(long seed) throws Exception {
    var random = new Random(seed);
    var children = new ArrayList<ChildJvm>();
    try (var s = OneSession.open(OPTIONS)) {
      for (int n = 1; n <= CHILDREN; n++) {
        children.add(start(s, n, 20));
      }
      var sent = new TreeSet<String>();
      for (int i = 0; i < TASKS; i++) {
        sent.add(s.parent.send(1 + i % CHILDREN, "task " + i).taskId());
      }
      awaitReady(children);
      var gathering = Background.run(() -> s.parent.gather(LIMIT));
      for (int kill = 0; kill < KILLS; kill++) {
        awaitReports(s, (kill + 1) * TASKS / (KILLS + 3));
        int victim = random.nextInt(CHILDREN);
        children.get(victim).kill();
        // Sometimes the number is taken over at once, sometimes its work goes to others.
        if (random.nextBoolean() || children.stream().noneMatch(ChildJvm::isAlive)) {
          children.set(victim, start(s, victim + 1, 20));
        }
      }
      var gathered = gathering.get();
      assertTrue(gathered.isComplete(), gathered.missing().size() + " reports are missing");
      assertEquals(sent, new TreeSet<>(gathered.reports().keySet()));
      assertTrue(gathered.reports().values().stream().allMatch(ReportMessage::isSuccess));
      assertEquals(List.of(), s.list(s.keys.reports()), "no report is left over");
      assertEquals(List.of("read reports"), s.list(s.keys.read()));
      assertEquals(List.of(), s.list(s.keys.dead()), "and none was refused");
      assertEquals(TASKS, s.events().stream().filter("report"::equals).count());
      assertEquals(
          sent,
          s.redis.call(Hashes.keys(s.keys.done())).stream()
              .collect(Collectors.toCollection(TreeSet::new)));
    } finally {
      children.forEach(ChildJvm::close);
    }
  }

  private static void awaitReports(OneSession s, int count) {
    Eventually.within(
        LIMIT, count + " reports", () -> s.redis.call(Hashes.len(s.keys.done())) >= count);
  }

  @Test
  void aChildThatWasStoppedPastItsLeaseDoesNoHarm() {
    try (var s = OneSession.open(OPTIONS.withChildren(2));
        var slow = start(s, 1, 1000)) {
      awaitReady(List.of(slow));
      var task = s.parent.send(1, "x");
      slow.awaitLine("task " + task.taskId(), LIMIT);
      slow.pause();
      try (var other = start(s, 2, 10)) {
        var report = s.parent.gather(LIMIT).reports().get(task.taskId());
        assertEquals(2, report.childId());
        slow.resume();
        Eventually.within(LIMIT, "it is back", () -> s.events().contains("child_back"));
        var next = s.parent.send(1, "y");
        assertEquals(1, s.parent.gather(LIMIT).reports().get(next.taskId()).childId());
        s.parent.shutdown("over");
        assertEquals("end SHUTDOWN refused 1", slow.awaitLine("end", LIMIT));
        assertEquals("end SHUTDOWN refused 0", other.awaitLine("end", LIMIT));
      }
      assertEquals(List.of(), s.list(s.keys.reports()));
      assertEquals(2, s.events().stream().filter("report"::equals).count());
    }
  }

  @Test
  void aNewProcessGoesOnAtOnceWhereTheOldOneDied() {
    try (var s = OneSession.open(OPTIONS.withChildren(1).withLease(Duration.ofMinutes(1)));
        var first = start(s, 1, 60_000)) {
      var ids = new HashSet<>(Set.of(s.parent.send(1, "x").taskId()));
      ids.add(s.parent.send(1, "y").taskId());
      first.awaitLine("task", LIMIT);
      first.kill();
      try (var second = start(s, 1, 10)) {
        assertEquals(ids, s.parent.gather(LIMIT).reports().keySet());
        second.close();
      }
    }
  }
}
