package dev.redstart.redis.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.redis.Command;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Cancelling a blocking command loses nothing: what was pushed was taken or is still there. */
@Apart
@Timeout(60)
final class BlockingCancelTest {

  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int CONSUMERS = 8;
  private static final long RUN_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

  private final RedisServer server = RedisServer.shared();

  private final Queue<String> taken = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pushed = new AtomicInteger();
  private final AtomicLong cancelled = new AtomicLong();

  private Redis connect() {
    return Redis.connect(RedisOptions.of(server.url()).withTimeout(LIMIT));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsCancelledAtRandomLosesNothing(Source source) {
    Seeds.check(
        seed -> {
          try (var own = connect();
              var redis = connect()) {
            source.prepare(own);
            cancelAtRandom(source, own, redis, seed);
            assertNothingIsLost(source, own);
            assertTrue(cancelled.get() > 50, "cancelled: " + cancelled);
            assertTrue(taken.size() > 50, "taken: " + taken.size());
          }
        });
  }

  private void cancelAtRandom(Source source, Redis own, Redis redis, long seed) throws Exception {
    long end = System.nanoTime() + RUN_NANOS;
    try (var consumers =
        Crowd.of(CONSUMERS, n -> consume(source, redis, n, end, new Random(seed + n)))) {
      var random = new Random(seed);
      while (System.nanoTime() - end < 0) {
        own.call(source.push(Integer.toString(pushed.incrementAndGet())));
        // The odd ones are not interrupted, but cancel by themselves.
        consumers.threads().get(2 * random.nextInt(CONSUMERS / 2)).interrupt();
        new CountDownLatch(1).await(random.nextInt(2_000), TimeUnit.MICROSECONDS);
      }
      Eventually.within(
          LIMIT,
          "the consumers end",
          () -> {
            consumers.threads().forEach(Thread::interrupt);
            return !consumers.isBusy();
          });
      consumers.join(LIMIT);
    }
  }

  private void consume(Source source, Redis redis, int number, long endNanos, Random random) {
    var consumer = "c" + number;
    while (System.nanoTime() - endNanos < 0) {
      // 0 is for ever, the others end by their own time.
      var command = source.take(consumer, random.nextInt(4) == 0 ? 1 + random.nextInt(20) : 0);
      try {
        taken.addAll(
            number % 2 == 0 ? redis.call(command) : cancelling(source, consumer, redis, random));
      } catch (RedisException.Interrupted left) {
        cancelled.incrementAndGet();
      }
      Thread.interrupted();
    }
  }

  private List<String> cancelling(Source source, String consumer, Redis redis, Random random) {
    var pending = redis.send(source.take(consumer, 1 + random.nextInt(3_000)));
    LockSupport.parkNanos(random.nextInt(3_000_000));
    pending.cancel();
    List<String> result = pending.await();
    cancelled.addAndGet(result.isEmpty() ? 1 : 0);
    return result;
  }

  private void assertNothingIsLost(Source source, Redis own) {
    int read = taken.size();
    assertEquals(source.taken(own, read), read, "what the server gave away was received");
    var all = new TreeSet<>(taken);
    assertEquals(read, all.size(), "nothing came twice");
    var left = source.left(own);
    all.addAll(left);
    assertEquals(read + left.size(), all.size(), "nothing was taken and left");
    assertEquals(pushed.get(), all.size(), "pushed = taken + left; left: " + left.size());
  }

  @Test
  void closeLosesNothing() {
    Seeds.check(
        seed -> {
          try (var own = connect()) {
            Source.BLPOP.prepare(own);
            for (int round = 0; round < 40; round++) {
              closeInTheMiddle(own, new Random(seed + round));
            }
            assertNothingIsLost(Source.BLPOP, own);
          }
        });
  }

  private void closeInTheMiddle(Redis own, Random random) throws InterruptedException {
    var over = new CountDownLatch(1);
    var redis = connect();
    try (var pusher = Crowd.of(1, any -> push(own, over))) {
      var consumers = Crowd.of(CONSUMERS, number -> takeUntilClosed(redis, number));
      over.await(1_000 + random.nextInt(20_000), TimeUnit.MICROSECONDS);
      long start = System.nanoTime();
      redis.close();
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(millis < 900, "closing took " + millis + " ms: somebody was not asked to end");
      consumers.join(LIMIT);
      over.countDown();
      pusher.join(LIMIT);
    }
  }

  private void push(Redis own, CountDownLatch over) throws InterruptedException {
    while (!over.await(100, TimeUnit.MICROSECONDS)) {
      own.call(Source.BLPOP.push(Integer.toString(pushed.incrementAndGet())));
    }
  }

  private void takeUntilClosed(Redis redis, int number) {
    try {
      while (true) {
        taken.addAll(redis.call(Source.BLPOP.take("c" + number, number % 2 == 0 ? 0 : 500)));
      }
    } catch (RedisException closed) {
      cancelled.incrementAndGet();
    }
  }

  @Test
  void closeLosesNothingInSessionsEither() {
    Seeds.check(
        seed -> {
          try (var own = connect()) {
            Source.BLPOP.prepare(own);
            for (int round = 0; round < 20; round++) {
              closeSessions(own, new Random(seed + round));
            }
            assertNothingIsLost(Source.BLPOP, own);
          }
        });
  }

  private void closeSessions(Redis own, Random random) throws InterruptedException {
    var over = new CountDownLatch(1);
    var redis = connect();
    try (var pusher = Crowd.of(1, any -> push(own, over))) {
      var consumers = Crowd.of(4, number -> takeInSession(redis));
      over.await(5_000 + random.nextInt(20_000), TimeUnit.MICROSECONDS);
      redis.close();
      consumers.join(LIMIT);
      over.countDown();
      pusher.join(LIMIT);
    }
  }

  private void takeInSession(Redis redis) {
    try {
      redis.exclusive(
          session -> {
            while (true) {
              taken.addAll(session.call(Source.BLPOP.take("c", 0)));
            }
          });
    } catch (RedisException closed) {
      cancelled.incrementAndGet();
    }
  }

  @Test
  void anInterruptedPopThatGotNothingSaysSoAndLeavesTheElementToTheNext() {
    try (var redis = connect()) {
      redis.call("DEL", "q");
      var crowd =
          Crowd.of(
              1,
              number -> {
                var pop = Command.of("BLPOP", "q", "0");
                var left = assertThrows(RedisException.Interrupted.class, () -> redis.call(pop));
                assertEquals(false, left.mayHaveRun());
                assertTrue(Thread.interrupted(), "the flag is set again");
              });
      awaitBlocked(1);
      crowd.threads().get(0).interrupt();
      crowd.join(LIMIT);
      redis.call("RPUSH", "q", "e");
      assertEquals("e", redis.call("LPOP", "q").text());
    }
  }

  private void awaitBlocked(int clients) {
    Eventually.within(
        LIMIT,
        clients + " clients are blocked",
        () -> server.cli("INFO", "clients").contains("blocked_clients:" + clients + "\r"));
  }

  @Test
  void aBlockingConnectionIsUsedAgainAfterACancelledPop() {
    try (var redis = connect()) {
      redis.call("DEL", "q");
      for (int i = 0; i < 50; i++) {
        var pending = redis.send(Command.of("BLPOP", "q", "10"));
        pending.cancel();
        assertEnded(pending::await);
      }
      redis.call("RPUSH", "q", "e");
      assertEquals("e", redis.call("BLPOP", "q", "1").items().get(1).text());
      awaitBlocked(0);
    }
  }

  private static void assertEnded(Supplier<Reply> call) {
    try {
      assertTrue(call.get().isNull());
    } catch (RedisException.Interrupted left) {
      assertEquals(false, left.mayHaveRun());
    }
  }

  @Test
  void aShortLimitOfItsOwnDoesNotEndABlockBeforeItsTime() {
    try (var redis = connect()) {
      redis.call("DEL", "q");
      long start = System.nanoTime();
      var pending = redis.send(Command.of("BLPOP", "q", "0.7").within(Duration.ofMillis(300)));
      assertTrue(pending.await().isNull());
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(millis >= 690, "ended after " + millis + " ms");
    }
  }
}
