package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.Hashes;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Redis dies in the middle of a session and comes back with what its append-only file says. */
class RestartTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int CHILDREN = 3;
  private static final int TASKS = 120;

  @Test
  void theSessionGoesOn() throws Exception {
    var options =
        SessionOptions.defaults()
            .withChildren(CHILDREN)
            .withLease(Duration.ofMillis(600))
            .withDeliveries(100);
    try (var server = RedisServer.start(ServerOptions.plain().withAppendOnly());
        var s = OneSession.on(server.url(), options)) {
      var runs = new ArrayList<CompletableFuture<ChildRun>>();
      for (int n = 1; n <= CHILDREN; n++) {
        var child = s.child(n);
        runs.add(Background.run(() -> child.run(RestartTest::work)));
      }
      var sent = new TreeSet<String>();
      for (int i = 0; i < TASKS; i++) {
        sent.add(s.parent.send(1 + i % CHILDREN, "task " + i).taskId());
      }
      var gathering = Background.run(() -> s.parent.gather(LIMIT));
      for (int reports : List.of(TASKS / 4, TASKS / 2)) {
        awaitReports(s, reports);
        server.kill();
        server.restart();
      }
      var gathered = gathering.get();
      assertEquals(List.of(), List.copyOf(gathered.missing()));
      assertEquals(sent, new TreeSet<>(gathered.reports().keySet()));
      assertTrue(gathered.reports().values().stream().allMatch(ReportMessage::isSuccess));
      s.parent.shutdown("over");
      for (var run : runs) {
        assertEquals(Child.End.SHUTDOWN, run.get(10, TimeUnit.SECONDS).end());
      }
      assertEquals(List.of(), s.list(s.keys.dead()));
      assertEquals(List.of(), s.list(s.keys.reports()));
      assertEquals(TASKS, s.events().stream().filter("report"::equals).count());
    }
  }

  private static JsonValue work(TaskMessage task) throws InterruptedException {
    new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
    return Json.of("done");
  }

  private static void awaitReports(OneSession s, int count) {
    Eventually.within(
        LIMIT, count + " reports", () -> s.redis.call(Hashes.len(s.keys.done())) >= count);
  }

  @Test
  void aParentWhoseRedisStaysAwaySaysSoAtItsDeadline() {
    try (var server = RedisServer.start(ServerOptions.plain());
        var s = OneSession.on(server.url(), SessionOptions.defaults().withChildren(1))) {
      s.send(1, "a");
      server.kill();
      long start = System.nanoTime();
      assertThrows(RedisException.class, () -> s.parent.gather(Duration.ofMillis(500)));
      assertTrue(System.nanoTime() - start < 20_000_000_000L);
    }
  }
}
