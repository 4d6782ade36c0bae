package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Redis dies in the middle of a session and comes back with what its append-only file says, or
 * hangs up, or says nothing for a while. The leases are long: nobody counts as dead, and each task
 * has its one delivery.
 */
@Apart
class RestartTest {
  private static final Duration LIMIT = Stage.LIMIT;
  private static final int CHILDREN = 3;
  private static final int TASKS = 90;

  /** A session at work. */
  private static final class Work implements AutoCloseable {
    final Stage s;
    final Parent parent;
    final Set<String> sent = new TreeSet<>();
    private final List<CompletableFuture<ChildRun>> runs = new ArrayList<>();
    private CompletableFuture<Gathered> gathering;

    Work(Stage s) {
      this.s = s;
      this.parent = s.parent();
      for (int n = 1; n <= CHILDREN; n++) {
        var child = s.sessions.child(s.id(), n);
        runs.add(Background.run(() -> child.run(RestartTest::work)));
      }
    }

    void send(int count) {
      var tasks = new ArrayList<TaskMessage>();
      for (int i = 0; i < count; i++) {
        var id = "task " + sent.size();
        tasks.add(s.task(1 + sent.size() % CHILDREN, id));
        sent.add(id);
      }
      parent.sendAll(tasks);
    }

    /** Of all that was sent so far, on a thread of its own. */
    void gather() {
      var ids = Set.copyOf(sent);
      gathering = Background.run(() -> parent.gather(ids, LIMIT));
    }

    void judge() throws Exception {
      var gathered = gathering.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      assertEquals(Set.of(), gathered.missing());
      assertEquals(sent, new TreeSet<>(gathered.reports().keySet()));
      assertTrue(gathered.reports().values().stream().allMatch(ReportMessage::isSuccess));
      parent.shutdown("over");
      for (var run : runs) {
        var end = run.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertEquals(Child.End.SHUTDOWN, end.end());
        assertEquals(0, end.refused());
      }
      s.assertAllDoneOnce(sent);
    }

    @Override
    public void close() {
      s.close();
    }
  }

  private static JsonValue work(TaskMessage task) throws InterruptedException {
    new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
    return Json.of("done");
  }

  private static Work begin(RedisServer server, Mode mode) {
    return new Work(Stage.on(server.url(), mode, Stage.PATIENT.withChildren(CHILDREN)));
  }

  private static RedisServer durable() {
    return RedisServer.start(ServerOptions.plain().withAppendOnly());
  }

  @Test
  void theSessionGoesOnWhenRedisDiesWhileAllAreBusy() throws Exception {
    for (var mode : Mode.values()) {
      try (var server = durable();
          var work = begin(server, mode)) {
        work.send(TASKS);
        work.gather();
        for (int reports : List.of(TASKS / 4, TASKS / 2)) {
          work.s.awaitDone(reports);
          server.kill();
          server.restart();
        }
        work.judge();
      }
    }
  }

  @Test
  void theSessionGoesOnWhenRedisDiesWhileAllAreIdle() throws Exception {
    for (var mode : Mode.values()) {
      try (var server = durable();
          var work = begin(server, mode)) {
        work.send(CHILDREN);
        work.s.awaitDone(CHILDREN);
        awaitBlocked(server);
        server.kill();
        server.restart();
        awaitBlocked(server);
        work.send(CHILDREN);
        work.gather();
        work.judge();
      }
    }
  }

  private static void awaitBlocked(RedisServer server) {
    Eventually.within(
        LIMIT,
        "all children wait for tasks",
        () -> server.cli("INFO", "clients").contains("blocked_clients:" + CHILDREN));
  }

  @Test
  void theSessionGoesOnHoweverOftenItsConnectionsAreKilled() throws Exception {
    for (var mode : Mode.values()) {
      try (var server = RedisServer.start();
          var work = begin(server, mode)) {
        work.send(TASKS);
        work.gather();
        for (int kill = 1; kill <= 15; kill++) {
          work.s.awaitDone(kill * TASKS / 20);
          server.cli("CLIENT", "KILL", "TYPE", kill % 3 == 0 ? "pubsub" : "normal");
        }
        work.judge();
      }
    }
  }

  /** Longer, where there is time: then it is more than the lease, too. */
  @Test
  void theSessionGoesOnWhenRedisWasSilent() throws Exception {
    boolean isLong = Stage.CHAOS > 1;
    var silence = Duration.ofMillis(isLong ? 3000 : 300);
    var options = isLong ? Stage.QUICK : Stage.PATIENT;
    for (var mode : Mode.values()) {
      try (var server = RedisServer.start();
          var work = new Work(Stage.on(server.url(), mode, options.withChildren(CHILDREN)))) {
        work.send(TASKS);
        work.gather();
        work.s.awaitDone(TASKS / 3);
        server.pause();
        LockSupport.parkNanos(silence.toNanos());
        server.resume();
        work.judge();
      }
    }
  }

  @Test
  void aParentWhoseRedisStaysAwaySaysSoAtItsDeadline() {
    try (var server = RedisServer.start();
        var s = Stage.on(server.url(), Mode.NORMAL, Stage.PATIENT.withChildren(1))) {
      var parent = s.parent();
      parent.send(s.task(1, "a"));
      server.kill();
      long start = System.nanoTime();
      assertThrows(RedisException.class, () -> parent.gather(Duration.ofMillis(500)));
      assertTrue(System.nanoTime() - start < 5_000_000_000L);
    }
  }
}
