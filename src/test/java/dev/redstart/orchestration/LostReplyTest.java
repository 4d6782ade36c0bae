package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.ProxyConnection;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.json.Json;
import dev.redstart.redis.Hashes;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * The network between a session and its Redis loses replies and connections at random, in both
 * directions. Nothing is lost, nothing happens twice, and no delivery is burnt: one is all that
 * each task has.
 */
class LostReplyTest {
  private static final Duration LIMIT = Stage.LIMIT;
  private static final int CHILDREN = 3;
  private static final int TASKS = 150 * Math.min(Stage.CHAOS, 10);

  /** About what Redis answers to a new connection, and at most how much in between. */
  private static final int HANDSHAKE_BYTES = 250;

  private static final int CALM_BYTES = 800;

  /** Clients in bad weather. */
  private static final class Storm implements AutoCloseable {
    final FaultProxy proxy = FaultProxy.to(RedisServer.shared().port());
    final Redis ofParent = connect();
    final Redis ofChildren = connect();
    private final Random random;
    private final Thread thread = new Thread(this::rage, "storm");
    private volatile boolean over;

    Storm(long seed) {
      this.random = new Random(seed);
      thread.start();
    }

    private Redis connect() {
      return Redis.connect(
          RedisOptions.of(proxy.url())
              .withTimeout(LIMIT)
              .withConnectTimeout(Duration.ofSeconds(2)));
    }

    private void rage() {
      while (!over) {
        // Each to its end: whoever goes on after a gap hears what no Redis says.
        var victims = proxy.connections();
        victims.forEach(strike());
        pause(random.nextInt(6));
        victims.forEach(ProxyConnection::reset);
        awaitBytes(HANDSHAKE_BYTES + random.nextInt(CALM_BYTES));
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

    void end() {
      over = true;
      Eventually.within(LIMIT, "the storm is over", () -> !thread.isAlive());
    }

    @Override
    public void close() {
      end();
      ofParent.close();
      ofChildren.close();
      proxy.close();
    }
  }

  private static void pause(int millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** As a caller does whose call may be repeated. */
  private static <T> T insist(Supplier<T> call) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        return call.get();
      } catch (RedisException trouble) {
        if (System.nanoTime() > deadline) {
          throw trouble;
        }
      }
    }
  }

  @Test
  void nothingIsLostAndNothingHappensTwice() {
    Seeds.check(
        seed -> {
          for (var mode : Mode.values()) {
            try (var s = Stage.open(mode, Stage.PATIENT.withChildren(CHILDREN));
                var storm = new Storm(seed)) {
              play(s, storm);
            }
          }
        });
  }

  @Test
  void aTaskThatWasTakenByALostReplyIsHandedOutAtOnce() {
    for (var mode : Mode.values()) {
      try (var s = Stage.open(mode, Stage.PATIENT.withChildren(1));
          var proxy = FaultProxy.to(RedisServer.shared().port());
          var redis = Redis.connect(proxy.url());
          var child = Orchestration.of(redis).child(s.id(), 1)) {
        var run = Background.run(() -> child.run(task -> Json.of("done"), 1));
        Eventually.within(
            LIMIT,
            "it waits",
            () -> Admin.call(s.redis, "INFO", "clients").text().contains("blocked_clients:1"));
        var deaf = proxy.connections();
        deaf.forEach(connection -> connection.toClient(Fault.DROP));
        var parent = s.parent();
        parent.send(s.task(1, "a"));
        Eventually.within(LIMIT, "it has it", () -> s.held(1).size() == 1);
        deaf.forEach(ProxyConnection::reset);
        assertTrue(parent.gather(Duration.ofSeconds(10)).isComplete());
        assertEquals(1, run.join().succeeded());
        s.assertAllDoneOnce(Set.of("a"));
      }
    }
  }

  private static void play(Stage s, Storm storm) {
    var handled = new ConcurrentHashMap<String, Integer>();
    var runs = new ArrayList<CompletableFuture<ChildRun>>();
    for (int n = 1; n <= CHILDREN; n++) {
      int number = n;
      runs.add(Background.run(() -> work(s, storm, number, handled)));
    }
    var parent = insist(() -> Orchestration.of(storm.ofParent).parent(s.id()));
    var told = new HashMap<String, ReportMessage>();
    var sending = Background.run(() -> send(s, parent));
    while (told.size() < TASKS) {
      var gathered = insist(() -> parent.gather(LIMIT)).reports();
      gathered.forEach(
          (id, report) -> assertTrue(told.put(id, report) == null, "told twice of " + id));
      // The rest stays, and is not told of again all the same.
      acknowledge(parent, some(gathered.keySet()));
    }
    acknowledge(parent, told.keySet());
    sending.join();
    storm.end();
    // A shutdown may be repeated, but then it is two.
    s.parent().shutdown("over");
    judge(s, told, runs);
    assertEquals(TASKS, handled.size());
    assertEquals(Set.of(1), Set.copyOf(handled.values()), "handlers ran once for each");
    assertTrue(storm.proxy.accepted() > 20, storm.proxy.accepted() + " connections");
  }

  private static ChildRun work(Stage s, Storm storm, int number, Map<String, Integer> handled) {
    return insist(() -> Orchestration.of(storm.ofChildren).child(s.id(), number))
        .run(
            task -> {
              handled.merge(task.taskId(), 1, Integer::sum);
              pause(2);
              return Json.of("done");
            });
  }

  private static boolean send(Stage s, Parent parent) {
    for (int from = 0; from < TASKS; from += 10) {
      var tasks = new ArrayList<TaskMessage>();
      for (int n = from; n < from + 10; n++) {
        tasks.add(s.task(1 + n % CHILDREN, "task " + n));
      }
      insist(
          () -> {
            parent.sendAll(tasks);
            return true;
          });
    }
    return true;
  }

  private static Set<String> some(Set<String> ids) {
    var some = new TreeSet<>(ids);
    some.removeIf(id -> id.hashCode() % 2 == 0);
    return some;
  }

  private static void acknowledge(Parent parent, Set<String> ids) {
    insist(
        () -> {
          parent.acknowledge(ids);
          return true;
        });
  }

  private static void judge(
      Stage s, Map<String, ReportMessage> told, List<CompletableFuture<ChildRun>> runs) {
    int succeeded = 0;
    for (var run : runs) {
      var end = run.join();
      assertEquals(Child.End.SHUTDOWN, end.end());
      assertEquals(0, end.refused(), "no report was refused because it had come already");
      succeeded += end.succeeded();
    }
    assertEquals(TASKS, succeeded);
    s.assertAllDoneOnce(new TreeSet<>(told.keySet()));
    assertEquals(Map.of(), s.redis.call(Hashes.getAll(s.keys.read())), "all is acknowledged");
    assertEquals(List.of(), s.eventsOf("task_returned"), "nobody has died");
    assertEquals(List.of(), s.eventsOf("child_lost"));
  }
}
