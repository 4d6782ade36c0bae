package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Server;
import dev.redstart.redis.Sets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Workers in processes of their own that are killed: at random moments, and on both sides of the
 * script with which they end tasks and take new ones. {@code -Dredstart.chaos=20} makes it twenty
 * times as many tasks and kills.
 */
class KilledWorkersTest {
  /** How much more than usual. */
  static final int CHAOS = Integer.getInteger("redstart.chaos", 1);

  static final Duration LEASE = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Beyond the lease: how long it may take until somebody else works on the task. */
  private static final long PICK_UP_MILLIS = 1000;

  private static final String KEY = "jobs";
  private static final int WORKERS = 4;
  private static final int KILLS = 12 * CHAOS;
  private static final int TASKS = 5000 * CHAOS;
  private static final int SLICE = TASKS / (KILLS + 1);

  private static final int MORSEL = 20;

  /** One in so many tasks has another task follow it. */
  private static final int FOLLOWED = 10;

  /** At which call at the latest a child dies that dies at a boundary. */
  private static final int CALLS_MAX = 5;

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void whoeverIsKilledEveryTaskIsCompletedOnce() {
    Seeds.check(
        seed -> {
          try (var crew = new Crew(new Random(seed))) {
            crew.work();
            crew.judge("killed workers");
          }
        });
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void idlePeersTakeOverWhatADeadWorkerHeld() {
    try (var crew = new Crew(new Random())) {
      crew.hireAll();
      for (int round = 0; round < Math.min(CHAOS, 10); round++) {
        crew.push(3, WorkerMain.ENDLESS);
        Eventually.within(LIMIT, "they are begun", () -> crew.queue.stats().leased() == 3);
        while (crew.isSomebodyEndless()) {
          crew.killHolder();
        }
        Eventually.within(LIMIT, "others have done it", () -> crew.queue.size() == 0);
      }
      crew.judge("idle peers");
    }
  }

  /** The time by Redis' clock, in milliseconds. */
  static long now(Redis redis) {
    return redis.call(Server.time()).toEpochMilli();
  }

  /** Workers who come and go, and what they are given to do. One thread. */
  private static final class Crew implements AutoCloseable {
    private final String url = RedisServer.shared().url();
    private final Redis redis = Redis.connect(url);
    private final TaskQueue queue = TaskQueue.of(redis, KEY, WorkerMain.options(LEASE));
    private final Random random;
    private final Map<String, ChildJvm> workers = new TreeMap<>();
    private final Map<String, Long> deaths = new HashMap<>();
    private final Set<String> ids = new TreeSet<>();
    private int hired;

    Crew(Random random) {
      this.random = random;
      redis.call(Server.flushDb());
      // So that Redis knows the scripts, and a child's first calls are the ones that count.
      queue.push(Task.of("first", ""));
      queue.popAndHandle(task -> true);
      queue.clear();
    }

    void hireAll() {
      while (workers.size() < WORKERS) {
        var name = nextName();
        workers.put(name, start(url, name));
      }
      workers.values().forEach(worker -> worker.awaitLine("ready", LIMIT));
    }

    private String nextName() {
      return "worker-" + ++hired;
    }

    private static ChildJvm start(String url, String name) {
      return ChildJvm.of(WorkerMain.class)
          .withHeap("48m")
          .withFlag("-XX:+UseSerialGC")
          .start(url, KEY, name, Long.toString(LEASE.toMillis()));
    }

    void push(int count, String what) {
      var pushes = new ArrayList<Push>();
      for (int n = 0; n < count; n++) {
        var id = "task " + ids.size();
        boolean followed = what.isEmpty() && n % FOLLOWED == 0;
        pushes.add(Push.of(Task.of(id, followed ? WorkerMain.FOLLOWED : what)));
        ids.add(id);
        if (followed) {
          ids.add(WorkerMain.next(id).id());
        }
      }
      assertEquals(Set.of(Pushed.ADDED), Set.copyOf(queue.push(pushes)));
    }

    /** All the tasks, one slice of them for each death. */
    void work() throws InterruptedException {
      hireAll();
      for (int kill = 0; kill < KILLS; kill++) {
        switch (kill % 3) {
          case 0 -> killSomebody();
          case 1 -> killAtBoundary(KilledAtBoundary.Side.BEFORE);
          default -> killAtBoundary(KilledAtBoundary.Side.AFTER);
        }
      }
      push(TASKS - KILLS * SLICE, "");
    }

    private void killSomebody() {
      var ready = ready();
      long goal = queue.stats().completed() + 1 + random.nextInt(SLICE);
      push(SLICE, "");
      Eventually.within(LIMIT, goal + " are done", () -> queue.stats().completed() >= goal);
      kill(ready.get(random.nextInt(ready.size())));
    }

    private List<String> ready() {
      return workers.entrySet().stream()
          .filter(worker -> worker.getValue().lines().contains("ready"))
          .map(Map.Entry::getKey)
          .toList();
    }

    /** Another takes the place at once; it takes the other a while to be there. */
    private void kill(String name) {
      deaths.put(name, now(redis));
      workers.remove(name).kill();
      var next = nextName();
      workers.put(next, start(url, next));
    }

    private void killAtBoundary(KilledAtBoundary.Side side) throws InterruptedException {
      var name = nextName();
      int call = 1 + random.nextInt(CALLS_MAX);
      try (var boundary =
          KilledAtBoundary.start(url, Scripts.SETTLE, side, call, to -> start(to, name))) {
        var child = boundary.child();
        Eventually.within(
            LIMIT, "it works", () -> child.lines().contains("ready") || !child.isAlive());
        feed(boundary);
        deaths.put(name, boundary.awaitDeath(LIMIT));
      }
    }

    /**
     * Not all at once: the others, who are at work already, would leave nothing for the new one.
     */
    private void feed(KilledAtBoundary boundary) throws InterruptedException {
      boolean dead = false;
      for (int left = SLICE; left > 0; left -= MORSEL) {
        push(Math.min(MORSEL, left), "");
        dead = dead || boundary.isDeadWithin(Duration.ofMillis(20));
      }
    }

    boolean isSomebodyEndless() {
      return endless().findAny().isPresent();
    }

    /** Who has a task with which he does not come to an end: who gets it after him does. */
    private Stream<Optional<String>> endless() {
      return queue.list(TaskState.LEASED, TaskQueue.PAGE_MAX).tasks().stream()
          .filter(task -> task.deliveries() == 1)
          .map(QueuedTask::worker);
    }

    /** Returns when others have all that the dead one had. */
    void killHolder() {
      hireAll();
      var holder = endless().findFirst().orElseThrow();
      kill(holder.orElseThrow());
      Eventually.within(LIMIT, "others have it", () -> endless().noneMatch(holder::equals));
    }

    void judge(String what) {
      Eventually.within(LIMIT, "all is done", () -> queue.size() == 0);
      var history = InvariantsHistory.of(queue);
      history.check(queue.stats());
      Invariants.check(redis, KEY);
      assertEquals(ids, history.ids("completed"));
      assertEquals(ids.size(), history.count("completed"), "and each of them once");
      assertEquals(ids.size(), history.count("pushed"), "also those that follow others");
      assertEquals(Set.of(), history.dead());
      assertEquals(ids, redis.call(Sets.members(WorkerMain.EFFECTS)));
      judgeRecovery(what, history);
    }

    private void judgeRecovery(String what, InvariantsHistory history) {
      var slowest = Optional.<InvariantsHistory.Restart>empty();
      long slowestMillis = 0;
      int restarts = 0;
      for (var restart : history.restarts()) {
        var death = deaths.get(restart.formerWorker());
        long millis = death == null ? 0 : restart.millis() - death;
        restarts += millis > 0 ? 1 : 0;
        if (millis > slowestMillis) {
          slowest = Optional.of(restart);
          slowestMillis = millis;
        }
      }
      System.out.printf(
          "%s: %d tasks, %d kills, %d tasks taken over; the slowest %d ms after the death, with a"
              + " lease of %d ms%n",
          what, ids.size(), deaths.size(), restarts, slowestMillis, LEASE.toMillis());
      assertTrue(restarts > 0, "nobody had anything when he was killed");
      assertTrue(slowestMillis <= LEASE.toMillis() + PICK_UP_MILLIS, slowest::toString);
    }

    @Override
    public void close() {
      workers.values().forEach(ChildJvm::close);
      redis.close();
    }
  }
}
