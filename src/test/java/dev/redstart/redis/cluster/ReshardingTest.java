package dev.redstart.redis.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ClusterServer;
import dev.redstart.harness.Eventually;
import dev.redstart.redis.Channels;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Notice;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Popped;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Script;
import dev.redstart.redis.Strings;
import dev.redstart.redis.Subscription;
import dev.redstart.redis.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Slots go from node to node while they are used: no caller notices. */
class ReshardingTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final ClusterServer server = SharedCluster.server();
  private Redis redis;

  @BeforeEach
  void connect() {
    redis = SharedCluster.connect();
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private int elsewhere(String key) {
    int here = server.masterOf(key);
    return server.masters().stream().filter(port -> port != here).findFirst().orElseThrow();
  }

  private void move(String key) {
    int slot = server.slotOf(key);
    server.reshard(slot, slot, elsewhere(key));
  }

  @Test
  void nothingFailsAndNothingIsDoneTwiceWhileSlotsMove() {
    var script = Script.of("redis.call('INCR', KEYS[2]) return redis.call('INCR', KEYS[1])");
    var counters =
        List.of(
            new Counter("{a}:1", this::one),
            new Counter("{a}:2", this::together),
            new Counter("{a}:3", key -> redis.call(script.call(List.of(key, "{a}:4"))).integer()),
            new Counter("{a}:5", this::session));
    Eventually.within(
        Duration.ofSeconds(30),
        "all have counted while their slot moved",
        () -> {
          move("{a}");
          return counters.stream().allMatch(counter -> counter.count > 10);
        });
    for (Counter each : counters) {
      assertEquals(Optional.of(Long.toString(each.end())), redis.call(Strings.get(each.key)));
    }
  }

  /** Calls again and again what answers with the number of calls so far. */
  private static final class Counter {
    private final String key;
    private final ToLongFunction<String> call;
    private final CompletableFuture<Long> end = new CompletableFuture<>();
    private volatile boolean over;
    private volatile long count;

    Counter(String key, ToLongFunction<String> call) {
      this.key = key;
      this.call = call;
      Threads.start("counter " + key, this::run);
    }

    private void run() {
      try {
        while (!over) {
          assertEquals(count + 1, call.applyAsLong(key));
          count++;
        }
        end.complete(count);
      } catch (RuntimeException | AssertionError problem) {
        end.completeExceptionally(problem);
      }
    }

    long end() {
      over = true;
      return end.join();
    }
  }

  private long one(String key) {
    return redis.call(Strings.incr(key));
  }

  private long together(String key) {
    return (long) redis.atomically(Strings.get(key), Strings.incr(key)).get(1);
  }

  private long session(String key) {
    while (true) {
      try {
        return redis
            .exclusive(
                session -> {
                  session.watch(key);
                  return session.atomically(Strings.incr(key));
                })
            .map(results -> (long) results.get(0))
            .orElseThrow();
      } catch (RedisException.Rejected movedMeanwhile) {
        assertTrue(!movedMeanwhile.mayHaveRun(), movedMeanwhile.toString());
      }
    }
  }

  @Test
  void whatBlocksGoesWithItsKey() {
    Pending<Optional<Popped<String>>> popped =
        redis.send(Lists.blockingPopLeft(Duration.ofSeconds(10), "list"));
    int from = server.masterOf("list");
    Eventually.within(
        SOON,
        "it blocks",
        () -> server.cliOn(from, "INFO", "clients").contains("blocked_clients:1"));
    move("list");
    redis.call(Lists.pushRight("list", "element"));
    assertEquals("element", popped.await().orElseThrow().value());
  }

  @Test
  void aShardedSubscriptionGoesWithItsSlot() {
    try (var news = redis.subscribeSharded("news");
        var others = redis.subscribeSharded("news")) {
      for (int round = 0; round < 6; round++) {
        move("news");
        assertHearsOfAGapFirst(news, "again " + round);
        assertHearsOfAGapFirst(others, "again " + round);
      }
    }
  }

  private void assertHearsOfAGapFirst(Subscription news, String word) {
    var notices = new ArrayList<Notice>();
    Eventually.within(
        SOON,
        "what is published comes again",
        () -> {
          redis.call(Channels.publishSharded("news", word));
          news.next(Duration.ofMillis(50)).filter(it -> isOfNow(it, word)).ifPresent(notices::add);
          return notices.stream().anyMatch(Notice.Message.class::isInstance);
        });
    assertTrue(notices.get(0) instanceof Notice.Gap, notices.toString());
  }

  private static boolean isOfNow(Notice notice, String word) {
    return !(notice instanceof Notice.Message message) || message.text().equals(word);
  }
}
