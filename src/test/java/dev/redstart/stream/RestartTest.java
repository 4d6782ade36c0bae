package dev.redstart.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.redis.Backoff;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

/** Redis goes away under a consumer and a producer, and comes back. */
@Execution(CONCURRENT)
class RestartTest {
  private static final ConsumerOptions OPTIONS =
      OneStream.QUICK
          .withDeliveries(100)
          .withCount(20)
          .withBackoff(new Backoff(Duration.ofMillis(10), Duration.ofMillis(100)));

  /** Seconds; the longest only in `make chaos`. */
  private static final List<Integer> OUTAGES = List.of(3);

  private static final List<Integer> LONG_OUTAGES = List.of(3, 10);

  /** What was accepted and what was handled while others do something to the server. */
  private static final class Traffic implements AutoCloseable {
    final OneStream s;
    final Set<EntryId> handled = ConcurrentHashMap.newKeySet();
    final Set<EntryId> pushed = ConcurrentHashMap.newKeySet();
    final StreamConsumer consumer;
    private final AtomicBoolean over = new AtomicBoolean();
    private final CompletableFuture<Void> pushing;

    Traffic(String url) {
      s = OneStream.on(url);
      consumer = s.consume(message -> handled.add(message.id()), OPTIONS);
      pushing = CompletableFuture.runAsync(this::push, task -> new Thread(task).start());
    }

    private void push() {
      for (int i = 0; !over.get(); i++) {
        try {
          pushed.add(s.streams.push(OneStream.KEY, Map.of("n", Integer.toString(i))));
          new CountDownLatch(1).await(2, TimeUnit.MILLISECONDS);
        } catch (RedisException notAccepted) {
          continue;
        } catch (InterruptedException stop) {
          return;
        }
      }
    }

    void awaitMore(int count) {
      int before = handled.size();
      Eventually.within(
          OneStream.LIMIT, count + " more are handled", () -> handled.size() >= before + count);
    }

    void finish() throws Exception {
      over.set(true);
      pushing.get(10, TimeUnit.SECONDS);
      s.awaitDone();
      var missing = new TreeSet<>(pushed);
      missing.removeAll(handled);
      assertEquals(Set.of(), missing, "accepted and not handled");
      assertTrue(consumer.isRunning());
      assertEquals(0, s.streams.figures(OneStream.KEY).deadLetters());
    }

    @Override
    public void close() {
      over.set(true);
      s.close();
    }
  }

  @Test
  void nothingThatWasAcceptedIsLostWhenRedisIsKilledAndRestarted() throws Exception {
    try (var server = RedisServer.start(ServerOptions.plain().withAppendOnly());
        var traffic = new Traffic(server.url())) {
      for (int i = 0; i < 2; i++) {
        traffic.awaitMore(100);
        server.kill();
        server.restart();
      }
      traffic.awaitMore(100);
      for (int seconds : Integer.getInteger("redstart.chaos", 1) > 1 ? LONG_OUTAGES : OUTAGES) {
        server.stop();
        new CountDownLatch(1).await(seconds, TimeUnit.SECONDS);
        server.restart();
        traffic.awaitMore(100);
      }
      traffic.finish();
    }
  }

  @Test
  void consumersGoOnWhenTheirConnectionsAreKilledOrRedisPauses() throws Exception {
    try (var server = RedisServer.start();
        var traffic = new Traffic(server.url());
        var admin = Redis.connect(server.url())) {
      for (int i = 0; i < 5; i++) {
        traffic.awaitMore(30);
        Admin.call(admin, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      }
      traffic.awaitMore(30);
      Admin.call(admin, "CLIENT", "PAUSE", "1000", "ALL");
      traffic.awaitMore(30);
      admin.call("SCRIPT", "FLUSH");
      traffic.awaitMore(30);
      traffic.finish();
    }
  }
}
