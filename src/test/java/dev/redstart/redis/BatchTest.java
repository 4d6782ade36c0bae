package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.cluster.SharedCluster;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands that are sent together. */
@Timeout(60)
final class BatchTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static List<Command<Optional<String>>> gets(int count) {
    return IntStream.range(0, count).mapToObj(i -> Strings.get("batch:" + i)).toList();
  }

  private static List<Command<Boolean>> sets(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Strings.set("batch:" + i, "value " + i))
        .toList();
  }

  private static <R> List<R> await(List<Pending<R>> sent) {
    return sent.stream().map(Pending::await).toList();
  }

  private static void assertEachGetsItsOwn(Redis redis, int count) {
    assertFalse(await(redis.sendAll(sets(count))).contains(false));
    var values = await(redis.sendAll(gets(count)));
    for (int i = 0; i < count; i++) {
      assertEquals(Optional.of("value " + i), values.get(i));
    }
  }

  @Test
  void eachHasItsOwnReplyInOrder() {
    try (var redis = Redis.connect(RedisServer.shared().url())) {
      assertEquals(List.of(), redis.sendAll(List.of()));
      assertEachGetsItsOwn(redis, 1);
      assertEachGetsItsOwn(redis, 5000);
    }
  }

  @Test
  void onAClusterEachNodeGetsItsOwn() {
    try (var redis = SharedCluster.connect()) {
      assertEachGetsItsOwn(redis, 1000);
      List<Pending<Object>> mixed =
          redis.sendAll(List.of(Server.dbSize(), Strings.get("batch:7"), Connections.ping()));
      assertEquals(List.of(1000L, Optional.of("value 7"), "PONG"), await(mixed));
    }
  }

  @Test
  void theyTravelInOnePiece() {
    try (var server = RedisServer.start();
        var redis = Redis.connect(server.url())) {
      await(redis.sendAll(gets(100)));
      long before = reads(redis);
      for (int round = 0; round < 10; round++) {
        await(redis.sendAll(gets(100)));
      }
      long reads = reads(redis) - before;
      assertTrue(reads < 30, "the server read " + reads + " times for 10 batches");
    }
  }

  private static long reads(Redis redis) {
    var info = redis.call("INFO", "stats").text();
    return Long.parseLong(info.replaceAll("(?s).*total_reads_processed:(\\d+).*", "$1"));
  }

  @Test
  void oneThatFailsTellsNobodyElse() {
    try (var redis = Redis.connect(RedisServer.shared().url())) {
      redis.call(Strings.set("batch:text", "text"));
      List<Pending<Object>> sent =
          redis.sendAll(
              List.of(
                  Strings.set("batch:a", "1"),
                  Strings.incr("batch:text"),
                  Strings.incr("batch:a")));
      assertEquals(true, sent.get(0).await());
      assertThrows(RedisException.Rejected.class, () -> sent.get(1).await());
      assertEquals(2L, sent.get(2).await());
    }
  }

  @Test
  void ifOneMayNotBeSentNoneIs() {
    try (var redis = Redis.connect(RedisServer.shared().url());
        var cluster = SharedCluster.connect()) {
      for (var wrong : List.of(Command.of("SELECT", "1"), Command.of("BLPOP", "batch:l", "1"))) {
        assertNoneIsSent(redis, wrong);
        assertNoneIsSent(cluster, wrong);
      }
      assertNoneIsSent(cluster, Command.of("MGET", "batch:1", "batch:2"));
    }
  }

  private static void assertNoneIsSent(Redis redis, Command<Reply> wrong) {
    redis.call(Strings.set("batch:n", "0"));
    var before = Command.of("INCR", "batch:n");
    assertThrows(
        IllegalArgumentException.class, () -> redis.sendAll(List.of(before, wrong)), wrong::name);
    assertEquals(Optional.of("0"), redis.call(Strings.get("batch:n")));
  }

  @Test
  void thoseThatCannotBeSentSaySo() {
    var redis = Redis.connect(RedisServer.shared().url());
    redis.close();
    var sent = redis.sendAll(gets(3));
    for (var each : sent) {
      assertTrue(each.isDone());
      assertThrows(RedisException.Unavailable.class, each::await);
    }
  }

  /** Nobody makes room in a queue but who writes what is in it, and reads the replies. */
  @Test
  void aBatchMayBeLongerThanTheQueue() {
    var url = RedisServer.shared().url();
    var options = RedisOptions.of(url).withTimeout(LIMIT).withQueueLimits(10, 1 << 20);
    try (var redis = Redis.connect(options)) {
      for (int i = 0; i < 20; i++) {
        redis.call(Strings.get("a lone caller's"));
      }
      assertEachGetsItsOwn(redis, 200);
    }
  }

  // ---- without a tick, which would heal it: who reads what nobody awaits

  private static List<Pending<String>> send(BareWire wire, int count) {
    var sent = new ArrayList<Pending<String>>();
    for (int i = 0; i < count; i++) {
      sent.add(wire.send(Connections.echo("batch" + i), Outbox.Haste.WHEN_TOLD));
    }
    wire.wire().hurry();
    return sent;
  }

  /** So that the loop does not listen any more. */
  private static void readAlone(BareWire wire) {
    while (wire.wire().isAttended()) {
      wire.echo("alone");
    }
  }

  @Test
  void repliesThatAreOnlyLookedAtAreRead() throws Exception {
    try (var wire = BareWire.to(RedisServer.shared().port())) {
      for (int round = 0; round < 20; round++) {
        readAlone(wire);
        var sent = send(wire, 10);
        Eventually.within(LIMIT, "they come", () -> sent.stream().allMatch(Pending::isDone));
      }
    }
  }

  @Test
  void repliesThatAreWantedElsewhereAreRead() throws Exception {
    try (var wire = BareWire.to(RedisServer.shared().port())) {
      for (int round = 0; round < 20; round++) {
        readAlone(wire);
        var futures = send(wire, 10).stream().map(each -> each.on(Runnable::run)).toList();
        futures.forEach(future -> assertTrue(future.join().startsWith("batch")));
      }
    }
  }

  /** It must not wait for replies that nobody reads. */
  @Test
  void whatComesBehindABatchThatNobodyAwaitsIsWritten() throws Exception {
    try (var wire = BareWire.to(RedisServer.shared().port());
        var other = Redis.connect(RedisServer.shared().url())) {
      for (var haste : Outbox.Haste.values()) {
        readAlone(wire);
        other.call(Keys.del("batch:behind"));
        send(wire, 10);
        var behind = wire.send(Strings.set("batch:behind", "here"), haste);
        if (haste == Outbox.Haste.WHEN_TOLD) {
          wire.wire().hurry();
        }
        Eventually.within(
            LIMIT, haste + " is written", () -> other.call(Keys.exists("batch:behind")) == 1);
        assertTrue(behind.await());
      }
    }
  }

  @Test
  void manyBatchesOfManyThreadsStayInOrder() throws Exception {
    try (var redis = Redis.connect(RedisServer.shared().url())) {
      var threads = Stream.generate(() -> new Thread(() -> assertInOrder(redis))).limit(8).toList();
      var failed = new ArrayList<Throwable>();
      threads.forEach(each -> each.setUncaughtExceptionHandler((thread, why) -> failed.add(why)));
      threads.forEach(Thread::start);
      for (var thread : threads) {
        thread.join();
      }
      assertEquals(List.of(), failed);
    }
  }

  private static void assertInOrder(Redis redis) {
    var key = "batch:order:" + Thread.currentThread().getId();
    redis.call(Keys.del(key));
    for (int round = 0; round < 50; round++) {
      int from = round * 20;
      var sent =
          redis.sendAll(
              IntStream.range(0, 20).mapToObj(i -> Lists.pushRight(key, "" + (from + i))).toList());
      assertEquals(from + 20L, sent.get(19).await());
    }
    var list = redis.call(Lists.range(key, 0, -1));
    assertEquals(IntStream.range(0, 1000).mapToObj(i -> "" + i).toList(), list);
  }
}
