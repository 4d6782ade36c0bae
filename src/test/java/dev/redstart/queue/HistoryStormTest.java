package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.json.Json;
import dev.redstart.redis.Backoff;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Several clients do everything that the queue knows, at random and at the same time, also to each
 * other's tasks. At every moment the keys are sound; in the end what each client was told, what the
 * queue wrote down and what it counted are one and the same history, in which each task that was
 * accepted has ended once.
 */
class HistoryStormTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String KEY = "storm";
  private static final int CLIENTS = 4;
  private static final int STEPS = 800;
  private static final int IDS = 60;

  /** By each client, at least: some of these tasks are dropped before their lease is over. */
  private static final int ABANDONED = 20;

  private static final QueueOptions OPTIONS =
      QueueOptions.defaults()
          .withLease(Duration.ofMillis(250))
          .withAttempts(3)
          .withDeliveries(4)
          .withBackoff(new Backoff(Duration.ofMillis(5), Duration.ofMillis(20)))
          .withEvents(10_000_000);

  /** What the clients were told, by task. */
  private record Ledger(
      Map<String, Integer> added,
      Map<String, Integer> completed,
      Map<String, Integer> dropped,
      Map<String, Integer> requeued,
      Map<String, Integer> cancelled) {
    Ledger() {
      this(counts(), counts(), counts(), counts(), counts());
    }

    private static Map<String, Integer> counts() {
      return new ConcurrentHashMap<>();
    }

    static void count(Map<String, Integer> counts, String id) {
      counts.merge(id, 1, Integer::sum);
    }
  }

  @Test
  void eachTaskEndsOnceWhateverIsDoneToIt() {
    Seeds.check(HistoryStormTest::storm);
  }

  private static void storm(long seed) throws Exception {
    var ledger = new Ledger();
    try (var redis = Redis.connect(RedisServer.shared().url())) {
      redis.call(Server.flushDb());
      var queue = TaskQueue.of(redis, KEY, OPTIONS);
      var worker = Worker.start(queue, workerOptions(), lease -> outcome(seed, lease));
      var pool = Executors.newFixedThreadPool(CLIENTS);
      try (worker) {
        var running = new ArrayList<Future<Void>>();
        for (int n = 0; n < CLIENTS; n++) {
          running.add(pool.submit(client(ledger, new Random(seed + n), n)));
        }
        while (running.stream().anyMatch(each -> !each.isDone())) {
          Invariants.check(redis, KEY);
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        join(running);
      } finally {
        pool.shutdownNow();
      }
      drain(queue, ledger);
      Invariants.check(redis, KEY);
      judge(InvariantsHistory.of(queue), queue.stats(), ledger, worker.completed());
    }
  }

  private static WorkerOptions workerOptions() {
    return WorkerOptions.defaults().withName("steady").withConcurrency(3);
  }

  /** Another one each time that the task comes. */
  private static Outcome outcome(long seed, Lease lease) {
    int chance = new Random(seed ^ lease.token().hashCode()).nextInt(10);
    return switch (chance) {
      case 0 -> Outcome.retry("chance").after(Duration.ofMillis(10));
      case 1 -> Outcome.dead("chance");
      case 2 -> Outcome.released();
      case 3 -> throw new IllegalStateException("chance");
      case 4 -> Outcome.done(Json.of(chance)).then(Task.of("next " + lease.token(), 1));
      default -> Outcome.done();
    };
  }

  private static Callable<Void> client(Ledger ledger, Random random, int number) {
    return () -> {
      try (var redis = Redis.connect(RedisServer.shared().url())) {
        var client = new Client(TaskQueue.of(redis, KEY, OPTIONS), ledger, random, number);
        for (int step = 0; step < STEPS || client.abandoned < ABANDONED; step++) {
          client.step();
        }
        client.leave();
      }
      return null;
    };
  }

  private static void join(List<Future<Void>> running) throws InterruptedException {
    for (var each : running) {
      try {
        each.get();
      } catch (ExecutionException failed) {
        throw new AssertionError("a client failed: " + failed.getCause(), failed.getCause());
      }
    }
  }

  private static void drain(TaskQueue queue, Ledger ledger) {
    queue.resume();
    queue.limitConcurrency(0);
    queue.limitRate(0, Duration.ofSeconds(1));
    Eventually.within(
        LIMIT,
        "every task has ended",
        () -> {
          queue
              .popAndHandle(task -> true, 1000)
              .forEach(task -> Ledger.count(ledger.completed(), task.id()));
          return queue.size() == 0;
        });
  }

  private static void judge(
      InvariantsHistory history, QueueStats stats, Ledger ledger, long byWorker) {
    history.check(stats);
    long toClients = ledger.completed().values().stream().mapToInt(Integer::intValue).sum();
    assertEquals(stats.completed(), toClients + byWorker, "completions that somebody was told of");
    var dead = history.dead();
    for (var id : history.ids()) {
      int ends = history.count("completed", id);
      ends += history.count("cancelled", id) + history.count("removed", id);
      ends += dead.contains(id) ? 1 : 0;
      assertEquals(history.count("pushed", id), ends, "ends of " + id);
      if (!id.startsWith("next ")) {
        assertEquals(told(ledger.added(), id), history.count("pushed", id), "pushes of " + id);
      }
      assertEquals(told(ledger.dropped(), id), history.count("removed", id), "removals of " + id);
      assertEquals(told(ledger.requeued(), id), history.count("requeued", id), "requeues of " + id);
      assertTrue(told(ledger.completed(), id) <= history.count("completed", id), id);
      assertTrue(told(ledger.cancelled(), id) >= history.count("cancelled", id), id);
    }
    for (var event : List.of("completed", "dead", "expired", "cancelled", "removed", "released")) {
      assertTrue(history.count(event) > 20, "the storm was none: " + event);
    }
  }

  private static int told(Map<String, Integer> counts, String id) {
    return counts.getOrDefault(id, 0);
  }

  /** Takes a step at random, and writes down what it is told. One thread. */
  private static final class Client {
    private final TaskQueue queue;
    private final Ledger ledger;
    private final Random random;
    private final int number;
    private final List<Lease> leases = new ArrayList<>();
    private int made;
    private int abandoned;

    Client(TaskQueue queue, Ledger ledger, Random random, int number) {
      this.queue = queue;
      this.ledger = ledger;
      this.random = random;
      this.number = number;
    }

    /** As a process that dies. */
    void leave() {
      leases.forEach(Lease::markEnded);
    }

    void step() {
      switch (random.nextInt(24)) {
        case 0, 1, 2, 3, 4 -> push();
        case 5, 6, 7 -> claim();
        case 8, 9, 10, 11 -> settle();
        case 12, 13 -> pop();
        case 14 -> expire();
        case 15 -> note();
        case 16 -> cancel();
        case 17 -> remove();
        case 18, 19 -> revive();
        case 20 -> bound();
        default -> look();
      }
    }

    private String anyId() {
      return random.nextInt(4) == 0 ? "of " + number + " " + made++ : "id " + random.nextInt(IDS);
    }

    private void push() {
      var pushes = new ArrayList<Push>();
      for (int n = random.nextInt(4); n >= 0; n--) {
        var push = Push.of(Task.of(anyId(), n));
        push = random.nextBoolean() ? push.withScore(random.nextInt(5)) : push;
        int delay = random.nextInt(40);
        pushes.add(delay < 20 ? push.withDelay(Duration.ofMillis(delay)) : push);
      }
      var states = queue.push(pushes);
      for (int i = 0; i < states.size(); i++) {
        if (states.get(i) == Pushed.ADDED) {
          Ledger.count(ledger.added(), pushes.get(i).task().id());
        }
      }
    }

    private void claim() {
      if (leases.size() < 5) {
        leases.addAll(queue.claim(1 + random.nextInt(3)));
      }
    }

    private void settle() {
      if (leases.isEmpty()) {
        return;
      }
      var lease = leases.remove(random.nextInt(leases.size()));
      var outcome = anyOutcome();
      var settlement = lease.settle(outcome);
      if (settlement == Settlement.COMPLETED) {
        Ledger.count(ledger.completed(), lease.task().id());
        if (outcome instanceof Outcome.Done done) {
          done.follow().forEach(next -> Ledger.count(ledger.added(), next.task().id()));
        }
      }
    }

    private Outcome anyOutcome() {
      return switch (random.nextInt(9)) {
        case 0 -> Outcome.done(Json.of(made)).then(Task.of("of " + number + " " + made++, 1));
        case 1 -> Outcome.retry("chance").after(Duration.ofMillis(random.nextInt(20)));
        case 2 -> Outcome.retry("chance");
        case 3 -> Outcome.dead("chance");
        case 4 -> Outcome.released();
        default -> Outcome.done();
      };
    }

    private void pop() {
      TaskHandler handler =
          task -> {
            if (random.nextInt(4) == 0) {
              throw new IllegalStateException("chance");
            }
            return random.nextInt(4) > 0;
          };
      var options = PopOptions.defaults().withCount(1 + random.nextInt(3));
      queue
          .popAndHandle(handler, random.nextBoolean() ? options : options.withHighestFirst())
          .forEach(task -> Ledger.count(ledger.completed(), task.id()));
    }

    /** As if this process died with it. */
    private void expire() {
      if (!leases.isEmpty()) {
        leases.remove(0).markEnded();
        abandoned++;
      }
    }

    private void note() {
      if (!leases.isEmpty()) {
        var lease = leases.get(random.nextInt(leases.size()));
        try {
          lease.progress(Json.of(made));
          lease.checkpoint(Json.of(made));
        } catch (LeaseLostException taken) {
          assertEquals(Settlement.LOST, lease.complete());
          leases.remove(lease);
        }
      }
    }

    private void cancel() {
      var id = anyId();
      if (queue.cancel(id)) {
        Ledger.count(ledger.cancelled(), id);
      }
    }

    private void remove() {
      var id = anyId();
      if (queue.remove(id)) {
        Ledger.count(ledger.dropped(), id);
      }
    }

    private void revive() {
      var dead = new LinkedHashSet<>(List.of(anyId(), anyId()));
      queue.list(TaskState.DEAD, 3).tasks().forEach(task -> dead.add(task.task().id()));
      boolean requeue = random.nextBoolean();
      for (var id : dead) {
        if (requeue && queue.requeue(List.of(id)) == 1) {
          Ledger.count(ledger.requeued(), id);
        } else if (!requeue && queue.purge(List.of(id)) == 1) {
          Ledger.count(ledger.dropped(), id);
        }
      }
    }

    private void bound() {
      switch (random.nextInt(4)) {
        case 0 -> queue.pause();
        case 1 -> queue.limitConcurrency(random.nextInt(2) * 6);
        case 2 -> queue.limitRate(random.nextInt(2) * 20, Duration.ofMillis(20));
        default -> queue.resume();
      }
      look();
      queue.resume();
    }

    private void look() {
      var state = TaskState.values()[random.nextInt(4)];
      var page = queue.list(state, 1 + random.nextInt(20));
      page.tasks().forEach(task -> assertEquals(state, task.state()));
      page.cursor().ifPresent(cursor -> queue.list(state, 20, cursor));
      assertTrue(queue.range(1, 3, 50).tasks().stream().allMatch(task -> task.score() <= 3));
      queue.get(anyId());
      queue.result(anyId());
    }
  }
}
