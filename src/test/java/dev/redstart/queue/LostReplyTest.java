package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.ProxyConnection;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * The network between the clients and Redis loses replies and connections at random, in both
 * directions. The client asks again, and Redis knows what it has done already: nothing happens
 * twice, nothing is lost, and no lease is granted to nobody.
 */
class LostReplyTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String KEY = "jobs";
  private static final int TASKS = 540;
  private static final int DEAD = 90;
  private static final int THREADS = 3;

  /** About what Redis answers to a new connection. */
  private static final int HANDSHAKE_BYTES = 250;

  private static final int SHORT_REPLIES = 80;
  private static final int LONG_REPLIES = 400;

  /** Longer than the test: every second delivery is one that was burnt. */
  private static final QueueOptions OPTIONS =
      QueueOptions.defaults().withLease(Duration.ofMinutes(2)).withEvents(1_000_000);

  /** A storm, with a queue in it, and the same queue seen from outside. */
  private static final class Storm implements AutoCloseable {
    final Redis calm = Redis.connect(RedisServer.shared().url());
    final TaskQueue outside = TaskQueue.of(calm, KEY, OPTIONS);
    final FaultProxy proxy = FaultProxy.to(RedisServer.shared().port());
    final Redis redis = Redis.connect(options());
    final TaskQueue queue = TaskQueue.of(redis, KEY, OPTIONS);
    private final Random random;
    private final int calmBytes;
    private final Thread thread = new Thread(this::rage, "storm");
    private volatile boolean over;

    /**
     * @param calmBytes about how much Redis may say in between, at most
     */
    Storm(long seed, int calmBytes) {
      this.random = new Random(seed);
      this.calmBytes = calmBytes;
      calm.call(Server.flushDb());
      thread.start();
    }

    private RedisOptions options() {
      return RedisOptions.of(proxy.url())
          .withTimeout(LIMIT)
          .withConnectTimeout(Duration.ofSeconds(2));
    }

    private void rage() {
      while (!over) {
        // Each to its end: whoever goes on after a gap hears what no Redis says.
        var victims = proxy.connections();
        victims.forEach(strike());
        pause(random.nextInt(6));
        victims.forEach(ProxyConnection::reset);
        awaitBytes(HANDSHAKE_BYTES + random.nextInt(calmBytes));
      }
    }

    private Consumer<ProxyConnection> strike() {
      int bytes = random.nextInt(2000);
      return switch (random.nextInt(4)) {
        case 0 -> victim -> victim.toClient(Fault.DROP);
        case 1 -> victim -> victim.toClient(Fault.truncate(bytes / 7));
        case 2 -> victim -> victim.toServer(Fault.truncate(bytes));
        default -> victim -> victim.toClient(Fault.delay(Duration.ofMillis(2)));
      };
    }

    /** However slow the machine: a storm that lets nothing through would prove nothing. */
    private void awaitBytes(int count) {
      long goal = proxy.bytesToClient() + count;
      for (int n = 0; n < 50 && proxy.bytesToClient() < goal; n++) {
        pause(2);
      }
    }

    private static void pause(int millis) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    void push(int count) {
      var pushes = new ArrayList<Push>();
      for (int n = 0; n < count; n++) {
        pushes.add(Push.of(Task.of(id(n), n)));
      }
      outside.push(pushes);
    }

    /** Every task has had one delivery and one end. */
    void assertNothingTwice(Map<String, Integer> handled) {
      var history = InvariantsHistory.of(outside);
      history.check(outside.stats());
      Invariants.check(calm, KEY);
      assertEquals(TASKS, history.count("completed"));
      assertEquals(TASKS, history.count("started"));
      assertEquals(1, history.deliveriesMax());
      assertEquals(TASKS, handled.size());
      assertEquals(Set.of(1), Set.copyOf(handled.values()), "handlers ran once for each");
      assertStormy();
    }

    void assertStormy() {
      assertTrue(isStormy(), "only " + proxy.accepted() + " connections");
    }

    private boolean isStormy() {
      return proxy.accepted() > 10;
    }

    @Override
    public void close() {
      over = true;
      Eventually.within(LIMIT, "the storm is over", () -> !thread.isAlive());
      redis.close();
      proxy.close();
      calm.close();
    }
  }

  private static String id(int n) {
    return "task " + n;
  }

  /** Runs it on several threads at once, each with its number. */
  private static void everywhere(Part part) {
    var all = new ArrayList<CompletableFuture<Void>>();
    for (int n = 0; n < THREADS; n++) {
      int number = n;
      all.add(
          CompletableFuture.runAsync(
              () -> part.run(number), work -> new Thread(work, "part " + number).start()));
    }
    all.forEach(CompletableFuture::join);
  }

  private interface Part {
    void run(int number);
  }

  @Test
  void aPushIsOnePush() {
    Seeds.check(
        seed -> {
          try (var storm = new Storm(seed, SHORT_REPLIES)) {
            var next = new AtomicInteger();
            everywhere(
                thread -> {
                  while (next.get() < TASKS || !storm.isStormy()) {
                    int n = next.getAndIncrement();
                    assertEquals(Pushed.ADDED, storm.queue.push(Task.of(id(n), n)));
                  }
                });
            assertEquals(next.get(), storm.outside.stats().pushed());
            assertEquals(next.get(), storm.outside.stats().ready());
            Invariants.check(storm.calm, KEY);
          }
        });
  }

  @Test
  void popAndHandleBurnsNoDelivery() {
    Seeds.check(
        seed -> {
          try (var storm = new Storm(seed, LONG_REPLIES)) {
            storm.push(TASKS);
            var handled = new ConcurrentHashMap<String, Integer>();
            var done = ConcurrentHashMap.<Task>newKeySet();
            everywhere(
                thread -> {
                  while (storm.outside.stats().ready() > 0) {
                    done.addAll(storm.queue.popAndHandle(task -> count(handled, task), 3));
                  }
                });
            assertEquals(TASKS, done.size(), "each was reported to the one who did it");
            storm.assertNothingTwice(handled);
          }
        });
  }

  private static boolean count(Map<String, Integer> handled, Task task) {
    handled.merge(task.id(), 1, Integer::sum);
    return true;
  }

  @Test
  void aWorkerDoesEverythingOnce() {
    Seeds.check(
        seed -> {
          try (var storm = new Storm(seed, LONG_REPLIES)) {
            var handled = new ConcurrentHashMap<String, Integer>();
            var options = WorkerOptions.defaults().withConcurrency(2);
            try (var worker =
                Worker.start(
                    storm.queue,
                    options,
                    LeaseHandler.of(
                        task -> {
                          Storm.pause(3);
                          return count(handled, task);
                        }))) {
              storm.push(TASKS);
              Eventually.within(LIMIT, "all is done", () -> worker.completed() == TASKS);
            }
            storm.assertNothingTwice(handled);
          }
        });
  }

  @Test
  void whatIsRequeuedOrDroppedIsSoOnce() {
    Seeds.check(
        seed -> {
          try (var storm = new Storm(seed, SHORT_REPLIES)) {
            storm.push(TASKS);
            storm
                .outside
                .claim(DEAD)
                .forEach(lease -> lease.settle(Outcome.dead("to be requeued")));
            everywhere(
                thread -> {
                  for (int n = thread; n < TASKS; n += THREADS) {
                    drop(storm.queue, n);
                  }
                });
            var history = InvariantsHistory.of(storm.outside);
            history.check(storm.outside.stats());
            assertEquals(DEAD, history.count("requeued"));
            assertEquals(2 * TASKS / 3, history.count("removed"));
            assertEquals(TASKS / 3, history.count("cancelled"));
            assertEquals(0, storm.outside.size());
            storm.assertStormy();
          }
        });
  }

  /** The first answer is lost: the second must not be that there is no such task. */
  private static void drop(TaskQueue queue, int n) {
    if (n < DEAD) {
      assertEquals(1, queue.requeue(List.of(id(n))));
    }
    switch (n / THREADS % 3) {
      case 0 -> assertTrue(queue.cancel(id(n)));
      case 1 -> assertTrue(queue.remove(id(n)));
      default -> {
        assertEquals(Pushed.RESCORED, queue.push(Task.of(id(n), n), -n));
        assertTrue(queue.remove(id(n)));
      }
    }
  }
}
