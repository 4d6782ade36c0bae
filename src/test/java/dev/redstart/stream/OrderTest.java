package dev.redstart.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.redis.Backoff;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One key, one order. */
class OrderTest {
  private static final String KEY = OneStream.KEY;
  private static final ConsumerOptions BY_KEY =
      OneStream.QUICK.withOrderBy(message -> message.field("key").orElseThrow());

  private static final ConsumerOptions SHARED =
      BY_KEY.withConcurrency(3).withCount(20).withLease(Duration.ofSeconds(30));

  private static Map<String, String> entry(String key, int n) {
    return Map.of("key", key, "n", Integer.toString(n));
  }

  private static String name(StreamMessage message) {
    return message.field("key").orElseThrow() + message.field("n").orElseThrow();
  }

  @Test
  void eachKeyKeepsItsOrderWhateverFails() {
    Seeds.check(
        seed -> {
          var random = new Random(seed);
          try (var s = OneStream.open()) {
            var entries = new ArrayList<Map<String, String>>();
            var next = new HashMap<String, Integer>();
            for (int i = 0; i < 400; i++) {
              var key = "k" + random.nextInt(10);
              entries.add(entry(key, next.merge(key, 1, Integer::sum)));
            }
            s.streams.pushAll(KEY, entries);
            var done = new ConcurrentHashMap<String, List<Integer>>();
            s.consumeIf(
                message -> {
                  var fails = (message.id().hashCode() + message.deliveries()) % 4 == 0;
                  if (!fails) {
                    done.computeIfAbsent(
                            message.field("key").orElseThrow(), k -> new CopyOnWriteArrayList<>())
                        .add(Integer.parseInt(message.field("n").orElseThrow()));
                  }
                  return !fails;
                },
                BY_KEY.withConcurrency(4).withCount(50));
            s.awaitDone();
            assertEquals(next.keySet(), done.keySet());
            done.forEach(
                (key, numbers) -> {
                  for (int i = 0; i < numbers.size(); i++) {
                    assertEquals(i + 1, numbers.get(i), key + numbers);
                  }
                  assertEquals(next.get(key), numbers.size());
                });
            assertEquals(0, s.streams.figures(KEY).deadLetters());
          }
        });
  }

  /** The lease is long: nothing is taken from a consumer that is only slow. */
  @Test
  void eachKeyKeepsItsOrderThoughConnectionsBreakAndConsumersComeAndGo() {
    Seeds.check(
        seed -> {
          var random = new Random(seed);
          try (var direct = OneStream.open();
              var proxy = FaultProxy.to(RedisServer.shared().port());
              var s = OneStream.on(proxy.url())) {
            var done = new ConcurrentHashMap<String, List<String>>();
            var expected = new HashMap<String, List<String>>();
            var consumers = new ArrayDeque<StreamConsumer>();
            for (int round = 0; round < 20; round++) {
              consumers.add(s.consumeIf(message -> isHandled(message, done), SHARED));
              for (int i = random.nextInt(20); i > 0; i--) {
                var key = "k" + random.nextInt(4);
                var all = expected.computeIfAbsent(key, any -> new ArrayList<>());
                direct.streams.push(KEY, entry(key, all.size()));
                all.add("" + all.size());
              }
              if (random.nextInt(3) == 0) {
                proxy.reset();
                // Who is closed before it knows what it got leaves that to others for a lease.
                direct.awaitDone();
              }
              if (consumers.size() > random.nextInt(4)) {
                consumers.remove().close();
              }
            }
            direct.awaitDone();
            assertEquals(expected, done);
          }
        });
  }

  private static boolean isHandled(StreamMessage message, Map<String, List<String>> done) {
    boolean fails = (message.id().hashCode() + message.deliveries()) % 4 == 0;
    if (!fails) {
      var key = message.field("key").orElseThrow();
      var list = done.computeIfAbsent(key, any -> new CopyOnWriteArrayList<>());
      list.add(message.field("n").orElseThrow());
    }
    return !fails;
  }

  @Test
  void differentKeysRunAtTheSameTime() {
    try (var s = OneStream.open()) {
      s.streams.pushAll(KEY, List.of(entry("a", 1), entry("b", 1)));
      var both = new CyclicBarrier(2);
      var consumer =
          s.consume(message -> both.await(10, TimeUnit.SECONDS), BY_KEY.withConcurrency(2));
      s.awaitDone();
      assertEquals(0, consumer.counters().failed());
    }
  }

  @Test
  void aFailingEntryHoldsItsKeyUntilItIsDeadAndEachTryIsADelivery() {
    try (var s = OneStream.open()) {
      s.streams.pushAll(KEY, List.of(entry("a", 1), entry("a", 2), entry("b", 1)));
      var tries = new CopyOnWriteArrayList<String>();
      s.consumeIf(
          message -> {
            tries.add(name(message) + "/" + message.deliveries());
            return !name(message).equals("a1");
          },
          BY_KEY.withDeliveries(3));
      s.awaitDone();
      assertEquals(List.of("a1/1", "a1/2", "a1/3", "a2/1", "b1/1"), tries);
      assertEquals(3, s.streams.deadLetters(KEY, 1).get(0).deliveries());
    }
  }

  /** A past bug: a renewal that knew nothing of the next delivery yet took the entry for lost. */
  @Test
  void anEntryThatIsTriedAgainWhileLeasesAreRenewedIsNotLost() {
    try (var s = OneStream.open()) {
      var entries = new ArrayList<Map<String, String>>();
      for (int n = 0; n < 8; n++) {
        entries.add(entry("k" + n, 1));
      }
      s.streams.pushAll(KEY, entries);
      var consumer =
          s.consumeIf(
              message -> message.deliveries() > 100,
              BY_KEY
                  .withConcurrency(8)
                  .withCount(40)
                  .withDeliveries(200)
                  .withLease(Duration.ofMillis(200))
                  .withBackoff(new Backoff(Duration.ofMillis(1), Duration.ofMillis(1))));
      s.awaitDone();
      assertEquals(0, consumer.counters().lost());
    }
  }

  /** The server goes on with a read whose connection is gone, until it notices. */
  @Test
  void whatAReadGotWhoseConnectionIsGoneComesBeforeWhatTheNextOneGets() {
    try (var direct = OneStream.open();
        var proxy = FaultProxy.to(RedisServer.shared().port());
        var s = OneStream.on(proxy.url())) {
      var got = new CopyOnWriteArrayList<String>();
      s.consume(message -> got.add(name(message)), BY_KEY);
      direct.awaitBlocked(1);
      for (var connection : proxy.connections()) {
        connection.toServer(Fault.DROP);
        connection.toClient(Fault.HALF_CLOSE);
      }
      direct.awaitBlocked(2);
      direct.streams.push(KEY, entry("a", 1));
      direct.streams.push(KEY, entry("a", 2));
      direct.awaitDone();
      assertEquals(List.of("a1", "a2"), got);
    }
  }

  /** A past bug: of several that waited for something new, each got some of it. */
  @Test
  void ofSeveralConsumersThatWaitOneGetsEverything() throws Exception {
    try (var s = OneStream.open()) {
      var got = new CopyOnWriteArrayList<String>();
      var gate = new CountDownLatch(1);
      for (int i = 0; i < 3; i++) {
        s.consume(
            message -> {
              if (name(message).equals("a1")) {
                gate.await();
              }
              got.add(name(message));
            },
            BY_KEY);
      }
      s.awaitBlocked(3);
      s.streams.push(KEY, entry("a", 1));
      s.streams.push(KEY, entry("a", 2));
      s.streams.push(KEY, entry("a", 3));
      Eventually.within(OneStream.LIMIT, "one has all", () -> s.group().lag().orElse(-1L) == 0);
      gate.countDown();
      s.awaitDone();
      assertEquals(List.of("a1", "a2", "a3"), got);
    }
  }

  @Test
  void whatADeadConsumerHeldComesBeforeAnythingNew() {
    try (var s = OneStream.open()) {
      s.streams.ensureGroup(KEY, OneStream.GROUP);
      s.streams.pushAll(KEY, List.of(entry("a", 1), entry("a", 2)));
      s.readAndDie("dead", 2);
      s.streams.push(KEY, entry("a", 3));
      var got = new CopyOnWriteArrayList<String>();
      s.consume(message -> got.add(name(message)), BY_KEY.withLease(Duration.ofMillis(300)));
      s.awaitDone();
      assertEquals(List.of("a1", "a2", "a3"), got);
    }
  }

  /** As when the older one is worked on for long, and was renewed after the other had come. */
  @Test
  void whatADeadConsumerHeldIsTakenOverInItsOrderWhicheverLeaseEndsFirst() {
    try (var s = OneStream.open()) {
      s.streams.ensureGroup(KEY, OneStream.GROUP);
      var ids = s.streams.pushAll(KEY, List.of(entry("a", 1), entry("a", 2)));
      s.readAndDie("dead", 2);
      s.redis.call(
          "XCLAIM", KEY, OneStream.GROUP, "dead", "0", ids.get(1).toString(), "IDLE", "550");
      var got = new CopyOnWriteArrayList<String>();
      s.consume(message -> got.add(name(message)), BY_KEY);
      s.awaitDone();
      assertEquals(List.of("a1", "a2"), got);
    }
  }

  @Test
  void whoHoldsSomethingYetKeepsEverything() {
    try (var s = OneStream.open()) {
      s.streams.ensureGroup(KEY, OneStream.GROUP);
      var ids = s.streams.pushAll(KEY, List.of(entry("a", 1), entry("a", 2)));
      s.readAndDie("slow", 2);
      s.redis.call(
          "XCLAIM", KEY, OneStream.GROUP, "slow", "0", ids.get(0).toString(), "IDLE", "700");
      var owners = new CopyOnWriteArrayList<String>();
      s.consume(message -> owners.addAll(s.pending()), BY_KEY);
      s.awaitDone();
      assertFalse(owners.toString().contains("slow"), owners::toString);
    }
  }

  @Test
  void entriesWithoutAKeyAreHandledOneAfterTheOtherToo() {
    try (var s = OneStream.open()) {
      s.push(0, 20);
      s.streams.push(KEY, entry("a", 1));
      var got = new CopyOnWriteArrayList<String>();
      var plain = new CopyOnWriteArrayList<String>();
      s.consumeIf(
          message -> {
            var list = message.field("key").isPresent() ? got : plain;
            boolean handled = message.deliveries() > 1;
            return handled && list.add(message.field("n").orElseThrow());
          },
          BY_KEY.withConcurrency(3).withCount(30));
      s.awaitDone();
      assertEquals(List.of("1"), got);
      assertEquals(IntStream.range(0, 20).mapToObj(Integer::toString).toList(), plain);
    }
  }
}
