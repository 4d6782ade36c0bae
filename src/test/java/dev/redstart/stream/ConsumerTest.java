package dev.redstart.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Command;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a consumer does when nothing goes wrong, or nothing but the handler. */
class ConsumerTest {
  private static final Duration LIMIT = OneStream.LIMIT;

  @Test
  void theQuickStartWorksAsItIsWritten() throws Exception {
    try (var s = OneStream.open()) {
      s.streams.ensureGroup("demo:stream", "g1");
      s.streams.ensureGroup("demo:stream", "g1");
      var id = s.streams.push("demo:stream", Map.of("kind", "demo", "value", "42"));
      var got = new CopyOnWriteArrayList<StreamMessage>();
      var came = new CountDownLatch(1);
      try (var consumer =
          s.streams.consume(
              List.of("demo:stream"),
              "g1",
              "c1",
              message -> {
                got.add(message);
                came.countDown();
              })) {
        came.await();
        assertTrue(consumer.name().startsWith("c1-"), consumer.name());
      }
      assertEquals(1, got.size());
      assertEquals("demo:stream", got.get(0).stream());
      assertEquals(id, got.get(0).id());
      assertEquals(Map.of("kind", "demo", "value", "42"), got.get(0).fields());
      assertEquals(1, got.get(0).deliveries());
      assertTrue(s.isDone());
      assertEquals(List.of(), s.consumerNames(), "who ends in order deletes himself");
    }
  }

  @Test
  void whatWasPushedBeforeTheGroupWasMadeIsHandledToo() {
    try (var s = OneStream.open()) {
      s.push(0, 3);
      var got = new CopyOnWriteArrayList<String>();
      s.consume(message -> got.add(message.field("n").orElseThrow()), OneStream.QUICK);
      s.awaitDone();
      assertEquals(List.of("0", "1", "2"), got);
    }
  }

  @Test
  void aGroupMayStartAtTheEndOrAtAnEntry() {
    try (var s = OneStream.open()) {
      var ids = s.streams.pushAll(OneStream.KEY, OneStream.numbered(0, 3));
      s.streams.ensureGroup(OneStream.KEY, "late", GroupStart.END);
      s.streams.ensureGroup(OneStream.KEY, "from", GroupStart.at(ids.get(1)));
      s.push(3, 1);
      var late = new CopyOnWriteArrayList<String>();
      var from = new CopyOnWriteArrayList<String>();
      var key = List.of(OneStream.KEY);
      s.keep(s.streams.consume(key, "late", "c", m -> late.add(m.field("n").orElseThrow())));
      s.keep(s.streams.consume(key, "from", "c", m -> from.add(m.field("n").orElseThrow())));
      Eventually.within(LIMIT, "all", () -> late.size() == 1 && from.size() == 3);
      assertEquals(List.of("3"), late);
      assertEquals(List.of("1", "2", "3"), from);
    }
  }

  @Test
  void entriesOfPlainClientsAreDeliveredByteForByte() {
    try (var s = OneStream.open()) {
      byte[] odd = {(byte) 0xff, 0, 13, 10};
      s.redis.call(
          Command.of("XADD", OneStream.KEY, "7-7", "twice", "a", "twice", "b", "odd").with(odd));
      var got = new CopyOnWriteArrayList<StreamMessage>();
      s.consume(got::add, OneStream.QUICK);
      Eventually.within(LIMIT, "it came", () -> got.size() == 1);
      assertEquals("7-7", got.get(0).id().toString());
      assertEquals("b", got.get(0).field("twice").orElseThrow());
      assertEquals(List.of(255, 0, 13, 10), unsigned(got.get(0).bytes("odd").orElseThrow()));
      assertEquals("\uFFFD\0\r\n", got.get(0).field("odd").orElseThrow());
      assertTrue(got.get(0).field("none").isEmpty());
    }
  }

  private static List<Integer> unsigned(byte[] bytes) {
    return IntStream.range(0, bytes.length).mapToObj(i -> bytes[i] & 0xff).toList();
  }

  @Test
  void severalStreamsAreReadAtOnceAndAFullOneDoesNotHoldUpTheOthers() throws Exception {
    try (var s = OneStream.open()) {
      var gate = new CountDownLatch(1);
      var got = new ConcurrentHashMap<String, AtomicInteger>();
      s.streams.pushAll("slow", OneStream.numbered(0, 20));
      s.keep(
          s.streams.consume(
              List.of("slow", "a", "b"),
              "g1",
              "c",
              message -> {
                got.computeIfAbsent(message.stream(), any -> new AtomicInteger()).incrementAndGet();
                if (message.stream().equals("slow")) {
                  gate.await();
                }
              },
              OneStream.QUICK.withCount(4).withConcurrency(5)));
      Eventually.within(LIMIT, "slow is full", () -> got.containsKey("slow"));
      for (int i = 0; i < 3; i++) {
        s.streams.pushAll("a", OneStream.numbered(0, 10));
        s.streams.pushAll("b", OneStream.numbered(0, 10));
        int wanted = 10 * (i + 1);
        Eventually.within(
            LIMIT,
            "a and b are done",
            () -> got.get("a").get() == wanted && got.get("b").get() == wanted);
      }
      assertEquals(4, s.streams.figures("slow").group("g1").orElseThrow().pending());
      gate.countDown();
      Eventually.within(LIMIT, "slow is done, too", () -> got.get("slow").get() == 20);
    }
  }

  @Test
  void noMoreIsInHandThanWasAskedFor() throws Exception {
    try (var s = OneStream.open()) {
      s.push(0, 2);
      var gate = new CountDownLatch(1);
      var running = new AtomicInteger();
      var most = new AtomicInteger();
      s.consume(
          message -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            gate.await();
            running.decrementAndGet();
          },
          OneStream.QUICK.withCount(7).withConcurrency(3));
      Eventually.within(LIMIT, "two run", () -> running.get() == 2);
      s.push(2, 98);
      Eventually.within(LIMIT, "three run", () -> running.get() == 3);
      Eventually.within(LIMIT, "seven in hand", () -> s.group().pending() == 7);
      gate.countDown();
      s.awaitDone();
      assertEquals(3, most.get());
    }
  }

  @Test
  void falseAndExceptionsAndErrorsAreFailuresAndEndNothing() {
    try (var s = OneStream.open()) {
      s.push(0, 4);
      var tries = new CopyOnWriteArrayList<String>();
      var consumer =
          s.consumeIf(
              message -> {
                var n = message.field("n").orElseThrow();
                tries.add(n + "/" + message.deliveries());
                if (message.deliveries() == 1) {
                  switch (n) {
                    case "0" -> throw new IllegalStateException("no");
                    case "1" -> throw new StackOverflowError();
                    case "2" -> {
                      return false;
                    }
                    default -> {
                      return true;
                    }
                  }
                }
                return true;
              },
              OneStream.QUICK);
      s.awaitDone();
      assertEquals(
          Set.of("0/1", "0/2", "1/1", "1/2", "2/1", "2/2", "3/1"),
          Set.copyOf(tries),
          tries::toString);
      assertEquals(7, tries.size());
      Eventually.within(LIMIT, "counted", () -> consumer.counters().handled() == 4);
      assertEquals(3, consumer.counters().failed());
      assertEquals(0, consumer.counters().lost());
      assertTrue(consumer.isRunning());
    }
  }

  @Test
  void bothVersionsOfTheProtocolWillDo() {
    for (int protocol : List.of(2, 3)) {
      try (var s = OneStream.speaking(protocol)) {
        s.push(0, 2);
        s.streams.pushAll("other", OneStream.numbered(2, 2));
        var got = ConcurrentHashMap.<String>newKeySet();
        s.keep(
            s.streams.consumeIf(
                List.of(OneStream.KEY, "other"),
                OneStream.GROUP,
                "c",
                message -> {
                  var n = message.field("n").orElseThrow();
                  got.add(n);
                  return !n.equals("3");
                },
                OneStream.QUICK.withDeliveries(2)));
        s.awaitDone();
        Eventually.within(LIMIT, "dead", () -> s.streams.deadLetters("other", 10).size() == 1);
        assertEquals(Set.of("0", "1", "2", "3"), got);
        assertEquals("3", s.streams.deadLetters("other", 10).get(0).fields().get("n"));
      }
    }
  }

  @Test
  void namesThatCannotBeAreRefusedAtOnce() {
    try (var s = OneStream.open()) {
      MessageHandler any = message -> {};
      refuse("streams", () -> s.streams.consume(List.of(), "g", "c", any));
      refuse("key", () -> s.streams.consume(List.of(" "), "g", "c", any));
      refuse("key", () -> s.streams.consume(List.of("a{b"), "g", "c", any));
      refuse("group", () -> s.streams.consume(List.of("a"), "", "c", any));
      refuse("consumer", () -> s.streams.consume(List.of("a"), "g", "\t", any));
      refuse("group", () -> s.streams.ensureGroup("a", " "));
      refuse("max", () -> ConsumerOptions.defaults().withCount(0));
      refuse("max", () -> ConsumerOptions.defaults().withCount(1001));
      refuse("handlers", () -> ConsumerOptions.defaults().withConcurrency(-1));
      refuse("lease", () -> ConsumerOptions.defaults().withLease(Duration.ofMillis(199)));
      refuse("block", () -> ConsumerOptions.defaults().withBlock(Duration.ZERO));
      refuse("max", () -> ConsumerOptions.defaults().withDeliveries(0));
      refuse("limit", () -> s.streams.deadLetters("a", 0));
      assertEquals(List.of(), s.redis.call("KEYS", "*").items());
    }
  }

  static void refuse(String name, Executable call) {
    var refused = assertThrows(IllegalArgumentException.class, call);
    assertTrue(refused.getMessage().startsWith(name), refused.getMessage());
  }

  @Test
  void aKeyOfTheWrongTypeIsSaidInOneSentence() {
    try (var s = OneStream.open()) {
      s.redis.call("RPUSH", OneStream.KEY, "x");
      MessageHandler any = message -> {};
      var wanted = "the key demo:stream holds a list, not a stream";
      wrong(wanted, () -> s.streams.push(OneStream.KEY, Map.of("a", "b")));
      wrong(wanted, () -> s.streams.ensureGroup(OneStream.KEY, "g"));
      wrong(wanted, () -> s.streams.consume(List.of(OneStream.KEY), "g", "c", any));
      wrong(wanted, () -> s.streams.figures(OneStream.KEY));
      s.redis.call("SET", "{other}:meta", "x");
      wrong(
          "the key {other}:meta holds a string, not a hash",
          () -> s.streams.push("other", Map.of("a", "b")));
      assertFalse(s.redis.call("EXISTS", "other").bool());
    }
  }

  private static void wrong(String sentence, Executable call) {
    assertEquals(sentence, assertThrows(StreamException.WrongType.class, call).getMessage());
  }

  @Test
  void anIdleConsumerMakesFewCalls() throws Exception {
    try (var s = OneStream.open()) {
      s.consume(message -> {}, ConsumerOptions.defaults());
      s.awaitBlocked(1);
      long asked = s.info("stats", "total_commands_processed:");
      long before = s.info("stats", "total_commands_processed:");
      long question = RedisServer.isSingle() ? 1 : before - asked;
      new CountDownLatch(1).await(1500, TimeUnit.MILLISECONDS);
      long made = s.info("stats", "total_commands_processed:") - before - question;
      assertTrue(made <= 2, made + " calls in 1.5 s");
    }
  }

  @Test
  void aThousandEntriesAreAcknowledgedInBatches() {
    try (var s = OneStream.open()) {
      s.push(0, 2000);
      s.redis.call("CONFIG", "RESETSTAT");
      var got = new AtomicInteger();
      var consumer = s.consume(m -> got.incrementAndGet(), OneStream.QUICK.withCount(500));
      Eventually.within(LIMIT, "handled", () -> consumer.counters().handled() == 2000);
      assertEquals(2000, got.get());
      long scripts = s.info("commandstats", "cmdstat_evalsha:calls=");
      assertTrue(scripts < 120, scripts + " scripts for 2000 entries");
    }
  }

  @Test
  void acknowledgementsWaitForEachOtherForAMoment() {
    try (var s = OneStream.open()) {
      s.push(0, 300);
      s.redis.call("CONFIG", "RESETSTAT");
      var consumer =
          s.consume(message -> LockSupport.parkNanos(1_000_000), OneStream.QUICK.withCount(600));
      Eventually.within(LIMIT, "handled", () -> consumer.counters().handled() == 300);
      long scripts = s.info("commandstats", "cmdstat_evalsha:calls=");
      assertTrue(scripts < 150, scripts + " scripts for 300 entries, one a millisecond");
    }
  }
}
