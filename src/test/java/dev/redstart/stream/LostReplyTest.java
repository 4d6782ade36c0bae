package dev.redstart.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.StreamEntry;
import dev.redstart.redis.Streams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Replies that never arrive: nothing is doubled, and no delivery is used up. */
class LostReplyTest {
  private static final String KEY = OneStream.KEY;

  /** Long, so that nothing is taken over that was only mislaid. */
  private static final ConsumerOptions PATIENT = OneStream.QUICK.withLease(Duration.ofSeconds(30));

  @Test
  void aPushWhoseReplyIsLostIsNotDoubled() throws Exception {
    try (var direct = OneStream.open();
        var proxy = FaultProxy.to(RedisServer.shared().port());
        var s = OneStream.on(proxy.url())) {
      s.push(0, 1);
      proxy.toClient(Fault.DROP);
      var pushing =
          CompletableFuture.supplyAsync(
              () -> s.streams.push(KEY, Map.of("n", "1")), task -> new Thread(task).start());
      Eventually.within(
          OneStream.LIMIT, "it is there", () -> direct.streams.figures(KEY).length() == 2);
      proxy.toClient(Fault.PASS);
      proxy.reset();
      var id = pushing.get(10, TimeUnit.SECONDS);
      assertEquals(2, direct.streams.figures(KEY).length());
      assertEquals(id, direct.streams.figures(KEY).last().orElseThrow());
    }
  }

  @Test
  void anEntryWhoseReadingWasLostComesSoonAndThatIsItsFirstDelivery() {
    try (var direct = OneStream.open();
        var proxy = FaultProxy.to(RedisServer.shared().port());
        var s = OneStream.on(proxy.url())) {
      var got = new CopyOnWriteArrayList<StreamMessage>();
      s.consume(got::add, PATIENT);
      direct.awaitBlocked(1);
      proxy.toClient(Fault.DROP);
      direct.push(0, 1);
      Eventually.within(OneStream.LIMIT, "delivered", () -> direct.group().pending() == 1);
      proxy.toClient(Fault.PASS);
      long start = System.nanoTime();
      proxy.reset();
      Eventually.within(OneStream.LIMIT, "it came", () -> got.size() == 1);
      assertTrue(System.nanoTime() - start < 5_000_000_000L, "long before its lease is over");
      assertEquals(1, got.get(0).deliveries());
      direct.awaitDone();
    }
  }

  @Test
  void anAcknowledgementWhoseReplyIsLostIsNotTakenForALoss() throws Exception {
    try (var direct = OneStream.open();
        var proxy = FaultProxy.to(RedisServer.shared().port());
        var s = OneStream.on(proxy.url())) {
      direct.push(0, 1);
      var begun = new CountDownLatch(1);
      var gate = new CountDownLatch(1);
      var consumer =
          s.consume(
              message -> {
                begun.countDown();
                gate.await();
              },
              PATIENT);
      begun.await();
      proxy.toClient(Fault.DROP);
      gate.countDown();
      Eventually.within(OneStream.LIMIT, "acknowledged", () -> direct.group().pending() == 0);
      proxy.toClient(Fault.PASS);
      proxy.reset();
      Eventually.within(OneStream.LIMIT, "known", () -> consumer.counters().handled() == 1);
      assertEquals(0, consumer.counters().lost());
    }
  }

  @Test
  void throughConnectionsThatBreakAtRandomEverythingIsDeliveredOnce() {
    Seeds.check(LostReplyTest::breakAtRandom);
  }

  private static void breakAtRandom(long seed) throws Exception {
    var random = new Random(seed);
    try (var direct = OneStream.open();
        var proxy = FaultProxy.to(RedisServer.shared().port());
        var s = OneStream.on(proxy.url())) {
      var deliveries = new ConcurrentSkipListMap<String, List<Integer>>();
      s.consume(
          message ->
              deliveries
                  .computeIfAbsent(
                      message.field("n").orElseThrow(), any -> new CopyOnWriteArrayList<>())
                  .add(message.deliveries()),
          PATIENT.withCount(20).withConcurrency(2));
      var pushing =
          CompletableFuture.supplyAsync(() -> pushSingly(s, 600), task -> new Thread(task).start());
      while (!pushing.isDone()) {
        new CountDownLatch(1).await(20 + random.nextInt(60), TimeUnit.MILLISECONDS);
        if (random.nextBoolean()) {
          proxy.toClient(Fault.truncate(random.nextInt(300)));
          new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
          proxy.toClient(Fault.PASS);
        }
        proxy.reset();
      }
      assertEquals(List.of(), pushing.get(), "every push ended well");
      direct.awaitDone();
      var expected = new TreeMap<String, List<Integer>>();
      for (int i = 0; i < 600; i++) {
        expected.put(Integer.toString(i), List.of(1));
      }
      assertEquals(expected, new TreeMap<>(deliveries));
      var pushed = new ArrayList<String>();
      for (StreamEntry entry : direct.redis.call(Streams.range(KEY, EntryId.MIN, EntryId.MAX))) {
        pushed.add(entry.field("n").orElseThrow());
      }
      assertEquals(600, pushed.size(), "no push was doubled");
      assertEquals(600, new TreeSet<>(pushed).size());
    }
  }

  private static List<String> pushSingly(OneStream s, int count) {
    var failures = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      try {
        s.push(i, 1);
      } catch (RedisException trouble) {
        failures.add(i + ": " + trouble.getMessage());
      }
    }
    return failures;
  }
}
