package dev.redstart.redis.client;

import static dev.redstart.redis.client.Clients.async;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.SentinelServer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.redis.Notice;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Strings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Behind Sentinels everything goes on when the replica takes over, and nothing happens twice. */
class SentinelFailoverTest {
  private static final int COUNTERS = 4;

  /** After the Sentinels have named the new master. */
  private static final Duration GOES_ON_WITHIN = Duration.ofSeconds(2);

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void whatWasUnderWayGoesOnWithTheNewMaster() {
    try (var servers = SentinelServer.startHasty(ServerOptions.plain());
        var redis = Redis.connect(RedisOptions.of(servers.url()));
        var news = redis.subscribe("news")) {
      var load = new Load(redis);
      var pop = async(() -> popped(redis));
      load.awaitProgress();
      assertOver(servers, load, servers.killMaster());
      assertEquals(Optional.of(new Notice.Gap()), news.next(GOES_ON_WITHIN));
      assertEquals(1, redis.call("PUBLISH", "news", "hello").integer());
      assertEquals("hello", text(news.next(LIMIT)));
      redis.call("RPUSH", "list", "element");
      assertEquals("element", pop.join());
      load.end();
    }
  }

  private static void assertOver(SentinelServer servers, Load load, int former) {
    servers.awaitFailover(former);
    long over = System.nanoTime();
    load.awaitProgress();
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - over);
    assertTrue(millis < GOES_ON_WITHIN.toMillis(), "went on after " + millis + " ms");
    System.out.println("failover: went on after " + millis + " ms");
  }

  /** As a worker has it: whose pop was cut off pops again. */
  private static String popped(Redis redis) {
    while (true) {
      try {
        var element = redis.call("BLPOP", "list", "1");
        if (!element.isNull()) {
          return element.items().get(1).text();
        }
      } catch (RedisException.Disconnected cutOff) {
        assertTrue(cutOff.mayHaveRun());
      }
    }
  }

  private static String text(Optional<Notice> notice) {
    return ((Notice.Message) notice.orElseThrow()).text();
  }

  /** Counts, on several threads, and knows what was acknowledged and of what nothing is known. */
  private static final class Load {
    private final Redis redis;
    private final List<Counter> counters = new ArrayList<>();
    private final List<CompletableFuture<Void>> threads = new ArrayList<>();
    private final AtomicBoolean ended = new AtomicBoolean();

    Load(Redis redis) {
      this.redis = redis;
      for (int i = 0; i < COUNTERS; i++) {
        var counter = new Counter("counter:" + i);
        counters.add(counter);
        threads.add(async(() -> run(counter)));
      }
    }

    private Void run(Counter counter) {
      while (!ended.get()) {
        counter.count(redis);
      }
      return null;
    }

    /** Every one of them: some call is answered that is sent from now on. */
    void awaitProgress() {
      var before = counters.stream().map(counter -> counter.acknowledged).toList();
      Eventually.within(
          LIMIT,
          "all go on",
          () -> {
            for (int i = 0; i < COUNTERS; i++) {
              if (counters.get(i).acknowledged < before.get(i) + 10) {
                return false;
              }
            }
            return true;
          });
    }

    void end() {
      ended.set(true);
      threads.forEach(CompletableFuture::join);
      long acknowledged = counters.stream().mapToLong(counter -> counter.acknowledged).sum();
      long lost = counters.stream().mapToLong(counter -> counter.lost(redis)).sum();
      System.out.println("failover: lost " + lost + " of " + acknowledged + " acknowledged writes");
    }
  }

  private static final class Counter {
    private final String key;
    volatile long acknowledged;
    private long unknown;

    Counter(String key) {
      this.key = key;
    }

    void count(Redis redis) {
      try {
        redis.call(Strings.incr(key));
        acknowledged++;
      } catch (RedisException.Disconnected | RedisException.TimedOut cutOff) {
        unknown++;
      }
    }

    /** What replication had not carried over yet. */
    long lost(Redis redis) {
      long value = Long.parseLong(redis.call("GET", key).text());
      assertTrue(value <= acknowledged + unknown, key + " counted something twice: " + value);
      return Math.max(0, acknowledged - value);
    }
  }
}
