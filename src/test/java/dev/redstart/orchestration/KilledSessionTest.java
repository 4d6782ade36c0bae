package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.Seeds;
import dev.redstart.json.Json;
import dev.redstart.redis.Hashes;
import dev.redstart.redis.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A session whose children and parents are processes that are killed: children at random moments;
 * parents while they send, between taking reports and telling of them, and at random moments. With
 * {@code -Dredstart.chaos=20} it has its full size.
 */
class KilledSessionTest {
  private static final boolean IS_FULL = Stage.CHAOS > 1;
  private static final int CHILDREN = IS_FULL ? 20 : 4;
  private static final int TASKS = 100 * Math.max(2, Stage.CHAOS);
  private static final int KILLS = IS_FULL ? 30 : 4;
  private static final int PARENT_KILLS = IS_FULL ? 3 : 1;
  private static final int WORK_MILLIS = IS_FULL ? 150 : 15;
  private static final Duration LIMIT = Duration.ofMinutes(IS_FULL ? 5 : 1);
  private static final SessionOptions OPTIONS = Stage.QUICK.withChildren(CHILDREN);

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void whoeverIsKilledEveryTaskHasExactlyOneReport() {
    Seeds.check(
        seed -> {
          for (int i = 0; i < (IS_FULL ? 2 : 1); i++) {
            var random = new Random(seed + i);
            try (var s = Stage.open(Stage.mode(seed + i), OPTIONS);
                var play = new Play(s, random)) {
              play.act();
              play.judge();
            }
          }
        });
  }

  /** All the processes of a session. */
  private static final class Play implements AutoCloseable {
    private final Stage s;
    private final Random random;
    private final long start = System.nanoTime();
    private final Map<Integer, ChildJvm> children = new TreeMap<>();
    private final List<Boundary> boundaries = new ArrayList<>();
    private final List<ChildJvm> parents = new ArrayList<>();
    private int restarts;
    private int begun;

    Play(Stage s, Random random) {
      this.s = s;
      this.random = random;
      // So that Redis knows the scripts, and a parent's first calls are the ones that count.
      s.parent().sendAll(List.of(s.task(1, "task 0")));
      s.parent().gather(Duration.ZERO);
      s.session.recover();
      s.sessions.view(s.id());
    }

    void act() throws Exception {
      int firstKind = random.nextInt(3);
      for (int child = 1; child <= CHILDREN; child++) {
        children.put(child, s.worker(child, WORK_MILLIS));
      }
      // The tasks of a child that nobody ever was wait for one, and the session with them.
      Eventually.within(LIMIT, "all children are there", this::hasAllChildren);
      var parenting = Background.run(() -> parent(firstKind));
      for (int kill = 0; kill < KILLS; kill++) {
        await((kill + 1) * TASKS / (KILLS + 3), parenting);
        killChild(kill);
      }
      parenting.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private boolean hasAllChildren() {
      return s.sessions.view(s.id()).children().stream()
          .noneMatch(child -> child.state() == ChildView.State.ABSENT);
    }

    private void await(int reports, CompletableFuture<?> parenting) {
      Eventually.within(
          LIMIT,
          reports + " reports",
          () -> {
            s.history();
            return s.done() >= reports || parenting.isDone();
          });
    }

    private void killChild(int kill) {
      var alive = children.keySet().stream().filter(n -> children.get(n).isAlive()).toList();
      int victim = alive.get(random.nextInt(alive.size()));
      begun += s.held(victim).isEmpty() ? 0 : 1;
      children.get(victim).kill();
      // Sometimes the number is taken over at once, sometimes later, sometimes never.
      if (kill > 0 && (random.nextInt(3) > 0 || alive.size() == 1)) {
        restart(victim);
      } else if (random.nextInt(4) == 0) {
        children.keySet().stream()
            .filter(n -> !children.get(n).isAlive())
            .findFirst()
            .ifPresent(this::restart);
      }
    }

    private void restart(int child) {
      restarts++;
      children.put(child, s.worker(child, WORK_MILLIS));
    }

    /** One parent after the other; the last lives to the end. */
    private boolean parent(int firstKind) {
      for (int kill = 0; kill < PARENT_KILLS; kill++) {
        switch ((firstKind + kill) % 3) {
          case 0 -> killParentAt(Scripts.SEND, 1 + random.nextInt(TASKS / 20));
          case 1 -> killParentAt(Scripts.COLLECT, 1 + random.nextInt(10));
          default -> killParent((kill + 1) * TASKS / (PARENT_KILLS + 2));
        }
      }
      var last = s.parentProcess(s.url, TASKS);
      parents.add(last);
      assertEquals(0, last.awaitExit(LIMIT), () -> "parent: " + last.errors());
      return true;
    }

    private void killParentAt(Script script, int call) {
      var boundary =
          new Boundary(
              s.url, script, call, random.nextBoolean(), url -> s.parentProcess(url, TASKS));
      boundaries.add(boundary);
      parents.add(boundary.process());
      Eventually.within(LIMIT, "it dies at its boundary", boundary::isDead);
    }

    private void killParent(int reports) {
      var parent = s.parentProcess(s.url, TASKS);
      parents.add(parent);
      parent.awaitLine("ready", LIMIT);
      s.awaitDone(Math.min(TASKS, reports + random.nextInt(20)));
      Boundary.kill(parent);
    }

    void judge() {
      var ids = ParentMain.ids(TASKS);
      s.assertAllDoneOnce(ids);
      var told = told();
      assertEquals(ids, new TreeSet<>(told.keySet()), "what the parents told of");
      var done = s.redis.call(Hashes.getAll(s.keys.done()));
      told.forEach(
          (id, reports) -> {
            assertEquals(1, reports.size(), () -> "reports on " + id + ": " + reports);
            assertEquals(done.get(id), outcome(reports.iterator().next()));
          });
      System.out.printf(
          "killed session, %s: %d children, %d tasks, %d kills of children (%d held a task, %d"
              + " started again), %d of parents; %d tasks moved, %d returned; %d ms%n",
          s.config.mode(),
          CHILDREN,
          TASKS,
          KILLS,
          begun,
          restarts,
          PARENT_KILLS,
          s.events("task_moved").values().stream().mapToInt(n -> n).sum(),
          s.events("task_returned").values().stream().mapToInt(n -> n).sum(),
          (System.nanoTime() - start) / 1_000_000);
    }

    private static String outcome(String report) {
      var json = Json.parse(report);
      assertEquals("success", json.get("status").asString());
      return "success " + json.get("message_id").asString() + " read";
    }

    /** By task, what the parents have said of its report: the same, however often. */
    private Map<String, Set<String>> told() {
      var told = new TreeMap<String, Set<String>>();
      for (var parent : parents) {
        // There is no such line: this returns when all that it printed has been read.
        assertThrows(AssertionError.class, () -> parent.awaitLine("nothing", LIMIT));
        for (var line : parent.lines()) {
          if (line.startsWith("report ")) {
            var report = line.substring("report ".length());
            var id = Json.parse(report).get("task_id").asString();
            told.computeIfAbsent(id, it -> new TreeSet<>()).add(report);
          }
        }
      }
      return told;
    }

    @Override
    public void close() {
      children.values().forEach(ChildJvm::close);
      parents.forEach(ChildJvm::close);
      boundaries.forEach(Boundary::close);
    }
  }

  @Test
  void aNewProcessGoesOnAtOnceWhereTheOldOneDied() {
    for (var mode : Mode.values()) {
      try (var s = Stage.open(mode, Stage.PATIENT.withChildren(1).withDeliveries(2));
          var first = s.worker(1, 60_000)) {
        var parent = s.parent();
        parent.sendAll(List.of(s.task(1, "a"), s.task(1, "b")));
        first.awaitLine("task a", LIMIT);
        first.kill();
        try (var second = s.worker(1, 1)) {
          assertEquals(Set.of("a", "b"), parent.gather(LIMIT).reports().keySet());
          second.close();
        }
        s.assertAllDoneOnce(Set.of("a", "b"));
      }
    }
  }
}
