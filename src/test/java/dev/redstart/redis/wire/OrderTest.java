package dev.redstart.redis.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.redis.Command;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the server did, against what each thread did: one connection, in program order, once. */
@Timeout(60)
final class OrderTest {

  private static final String NAME = "order-test";
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final int THREADS = 64;

  private static RedisServer server;

  @BeforeAll
  static void start() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Redis connect() {
    return Redis.connect(RedisOptions.of(server.url()).withTimeout(LIMIT).withClientName(NAME));
  }

  private static Command<Reply> append(int thread, int number) {
    return Command.of("RPUSH", "list-" + thread, Integer.toString(number));
  }

  private static List<Integer> list(int thread) {
    return server.cli("LRANGE", "list-" + thread, "0", "-1").lines().map(Integer::valueOf).toList();
  }

  @Test
  void callsAndSendsOfEachThreadArriveInItsOrderOverOneConnection() {
    Seeds.check(
        seed -> {
          server.cli("FLUSHALL");
          try (var redis = connect();
              var crowd = Crowd.of(THREADS, n -> appendAll(redis, n, 400, new Random(seed + n)))) {
            while (crowd.isBusy()) {
              assertEquals(1, connections(), "all threads share one connection");
            }
            crowd.join(LIMIT);
          }
          var all = IntStream.range(0, 400).boxed().toList();
          for (int thread = 0; thread < THREADS; thread++) {
            assertEquals(all, list(thread), "thread " + thread);
          }
        });
  }

  private static long connections() {
    return server.cli("CLIENT", "LIST").lines().filter(l -> l.contains("name=" + NAME)).count();
  }

  private static void appendAll(Redis redis, int thread, int count, Random random) {
    var pending = new ArrayList<Pending<Reply>>();
    for (int i = 0; i < count; i++) {
      if (random.nextInt(10) == 0) {
        // Waiting or not: what was sent before is before it.
        assertEquals(i + 1, redis.call(append(thread, i)).integer());
      } else {
        pending.add(redis.send(append(thread, i)));
      }
    }
    pending.forEach(Pending::await);
  }

  @Test
  void nothingOvertakesAndNothingComesTwiceInAKillStorm() {
    Seeds.check(
        seed -> {
          server.cli("FLUSHALL");
          var done = Stream.generate(AtomicLong::new).limit(THREADS).toList();
          var unknown = Stream.generate(AtomicLong::new).limit(THREADS).toList();
          long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
          try (var redis = connect();
              var storm = Storm.over(server, seed)) {
            Crowd.of(THREADS, n -> appendUntil(end, redis, n, done.get(n), unknown.get(n)))
                .join(LIMIT);
            assertTrue(storm.kills() > 50, "kills: " + storm.kills());
          }
          Ledger.awaitSilence(server, NAME);
          for (int thread = 0; thread < THREADS; thread++) {
            check(thread, done.get(thread).get(), unknown.get(thread).get());
          }
        });
  }

  private static void appendUntil(
      long endNanos, Redis redis, int thread, AtomicLong done, AtomicLong unknown) {
    for (int i = 0; System.nanoTime() - endNanos < 0; ) {
      var pending = new ArrayList<Pending<Reply>>();
      for (int k = 0; k < 20; k++) {
        pending.add(redis.send(append(thread, i++)));
      }
      for (var each : pending) {
        try {
          each.await();
          done.incrementAndGet();
        } catch (RedisException failed) {
          unknown.addAndGet(failed.mayHaveRun() ? 1 : 0);
        }
      }
    }
  }

  private static void check(int thread, long done, long unknown) {
    var list = list(thread);
    assertEquals(list.stream().sorted().distinct().toList(), list, "thread " + thread);
    assertTrue(done <= list.size(), "thread " + thread + " lost what was confirmed");
    assertTrue(list.size() <= done + unknown, "thread " + thread + " has more than was sent");
  }

  @Test
  void whatASecondThreadDoesAfterTheFirstIsAfterItOnTheServer() {
    server.cli("FLUSHALL");
    try (var redis = connect()) {
      for (int i = 0; i < 300; i++) {
        int number = i;
        var sent = new ArrayList<Pending<Reply>>();
        Crowd.of(1, any -> sent.add(redis.send(append(0, 2 * number)))).join(LIMIT);
        redis.call(append(0, 2 * number + 1));
        sent.forEach(Pending::await);
      }
      assertEquals(IntStream.range(0, 600).boxed().toList(), list(0));
    }
  }
}
