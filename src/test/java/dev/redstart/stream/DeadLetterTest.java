package dev.redstart.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Backoff;
import dev.redstart.redis.Command;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.StreamEntry;
import dev.redstart.redis.Streams;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Entries that nobody can handle. */
@Apart
class DeadLetterTest {
  private static final String KEY = OneStream.KEY;
  private static final String DEAD = "{demo:stream}:dlq";

  @Test
  void afterExactlySoManyDeliveriesAnEntryIsADeadLetterWithTheReason() {
    try (var s = OneStream.open()) {
      var good = s.streams.push(KEY, Map.of("n", "good"));
      var bad = s.streams.push(KEY, Map.of("n", "bad", "more", "x"));
      var tries = new CopyOnWriteArrayList<String>();
      var before = Instant.now().minusSeconds(60);
      var consumer =
          s.consume(
              message -> {
                tries.add(message.field("n").orElseThrow() + message.deliveries());
                if (message.id().equals(bad)) {
                  throw new IllegalStateException("it is bad");
                }
              },
              OneStream.QUICK.withDeliveries(3));
      s.awaitDone();
      assertEquals(List.of("bad1", "bad2", "bad3", "good1"), tries.stream().sorted().toList());
      var letters = s.streams.deadLetters(KEY, 10);
      assertEquals(1, letters.size());
      var letter = letters.get(0);
      assertEquals(bad, letter.entry());
      assertEquals("g1", letter.group());
      assertEquals(consumer.name(), letter.consumer());
      assertEquals(3, letter.deliveries());
      assertEquals("java.lang.IllegalStateException: it is bad", letter.reason());
      assertTrue(letter.at().isAfter(before) && letter.at().isBefore(before.plusSeconds(120)));
      assertEquals(Map.of("n", "bad", "more", "x"), letter.fields());
      assertEquals(1, s.streams.figures(KEY).deadLetters());
      Eventually.within(OneStream.LIMIT, "counted", () -> consumer.counters().dead() == 1);
      assertTrue(good.compareTo(bad) < 0);
    }
  }

  @Test
  void whatSeveralConsumersDiedOfIsADeadLetterToo() {
    try (var s = OneStream.open()) {
      s.streams.ensureGroup(KEY, OneStream.GROUP);
      s.push(0, 2);
      s.readAndDie("first", 1);
      var id = s.pending().get(0).split(" ")[0];
      s.redis.call("XCLAIM", KEY, "g1", "second", "0", id, "RETRYCOUNT", "3", "JUSTID");
      var got = new CopyOnWriteArrayList<String>();
      s.consume(m -> got.add(m.field("n").orElseThrow()), OneStream.QUICK.withDeliveries(3));
      s.awaitDone();
      assertEquals(List.of("1"), got, "no fourth delivery");
      var letter = s.streams.deadLetters(KEY, 1).get(0);
      assertEquals("second", letter.consumer());
      assertEquals(3, letter.deliveries());
      assertEquals("not finished within its lease in the last of 3 deliveries", letter.reason());
    }
  }

  @Test
  void deadLettersArePagedRequeuedAsTheyWereAndPurged() {
    try (var s = OneStream.open()) {
      byte[] odd = {(byte) 0xfe, 10};
      s.redis.call(Command.of("XADD", KEY, "*", "dlq:id", "mine", "n", "0", "odd").with(odd));
      s.push(1, 4);
      var gate = new AtomicInteger();
      s.consumeIf(message -> gate.get() > 0, OneStream.QUICK.withDeliveries(1));
      s.awaitDone();
      var first = s.streams.deadLetters(KEY, 2);
      var rest = s.streams.deadLetters(KEY, first.get(1).id(), 10);
      assertEquals(List.of(2, 3), List.of(first.size(), rest.size()));
      assertEquals("the handler returned false", rest.get(2).reason());
      gate.set(1);
      var again = List.of(first.get(0).id(), EntryId.parse("1-1"), rest.get(0).id());
      var ids = s.streams.requeue(KEY, again);
      assertEquals(2, ids.size(), "those that there are");
      var entries = s.redis.call(Streams.range(KEY, ids.get(0), EntryId.MAX));
      assertEquals(ids, entries.stream().map(StreamEntry::id).toList());
      assertEquals(Map.of("n", "2"), entries.get(1).fields());
      assertEquals("mine", entries.get(0).field("dlq:id").orElseThrow());
      assertEquals(3, entries.get(0).fields().size());
      assertEquals((byte) 0xfe, entries.get(0).bytes("odd").orElseThrow()[0]);
      s.awaitDone();
      assertEquals(3, s.streams.figures(KEY).deadLetters());
      assertEquals(1, s.streams.purge(KEY, List.of(rest.get(1).id(), first.get(0).id())));
      assertEquals(0, s.streams.purge(KEY, List.of()));
      assertEquals(2, s.streams.figures(KEY).deadLetters());
      s.streams.purge(KEY);
      assertEquals(List.of(), s.streams.deadLetters(KEY, 10));
    }
  }

  @Test
  void aDeadLetterOfSomebodyElsesIsShownAndNotRequeued() {
    try (var s = OneStream.open()) {
      s.redis.call("XADD", DEAD, "5-5", "what", "is this", "dlq:deliveries", "many");
      var letter = s.streams.deadLetters(KEY, 10).get(0);
      assertEquals(EntryId.parse("5-5"), letter.entry());
      assertEquals("unknown", letter.reason());
      assertEquals(0, letter.deliveries());
      assertEquals(List.of(), s.streams.requeue(KEY, List.of(letter.id())));
      assertEquals(1, s.streams.figures(KEY).deadLetters());
    }
  }

  @Test
  void anEntryThatWasDeletedReachesNoHandlerAndIsForgotten() {
    try (var s = OneStream.open()) {
      s.streams.ensureGroup(KEY, OneStream.GROUP);
      var ids = s.streams.pushAll(KEY, OneStream.numbered(0, 4));
      s.readAndDie("dead", 3);
      s.redis.call("XDEL", KEY, ids.get(0).toString());
      s.redis.call("XDEL", KEY, ids.get(2).toString());
      var last = ids.get(2).toString();
      s.redis.call("XCLAIM", KEY, "g1", "dead", "0", ids.get(1).toString(), "JUSTID");
      var got = new CopyOnWriteArrayList<String>();
      s.consume(m -> got.add(m.field("n").orElse("none")), OneStream.QUICK.withDeliveries(2));
      Eventually.within(OneStream.LIMIT, "nothing is pending", () -> s.group().pending() == 0);
      assertEquals(List.of("1", "3"), got.stream().sorted().toList());
      assertEquals(0, s.streams.figures(KEY).deadLetters(), last);
    }
  }

  @Test
  void aRedisWithoutMemoryTakesAcknowledgementsAndLosesNoDeadLetter() throws Exception {
    try (var server = RedisServer.start();
        var s = OneStream.on(server.url())) {
      s.push(0, 2);
      var begun = new CountDownLatch(2);
      var gate = new CountDownLatch(1);
      s.consumeIf(
          message -> {
            begun.countDown();
            gate.await();
            return message.field("n").orElseThrow().equals("0");
          },
          OneStream.QUICK.withDeliveries(1).withConcurrency(2));
      begun.await();
      s.redis.call("CONFIG", "SET", "maxmemory", "1");
      gate.countDown();
      Eventually.within(OneStream.LIMIT, "acknowledged", () -> s.group().pending() == 1);
      s.redis.call("CONFIG", "SET", "maxmemory", "0");
      s.awaitDone();
      assertEquals(1, s.streams.figures(KEY).deadLetters());
    }
  }

  @Test
  void aReasonOfAnyLengthAndAnyTextIsKept() {
    try (var s = OneStream.open()) {
      s.push(0, 2);
      s.consume(
          message -> {
            var odd = message.field("n").orElseThrow().equals("0");
            throw new IllegalStateException(odd ? "half \ud83d pair" : "x".repeat(1_000_000));
          },
          OneStream.QUICK.withDeliveries(1));
      s.awaitDone();
      var letters = s.streams.deadLetters(KEY, 10);
      assertEquals("java.lang.IllegalStateException: half ? pair", letters.get(0).reason());
      assertEquals(1000, letters.get(1).reason().getBytes(StandardCharsets.UTF_8).length);
    }
  }

  @Test
  void pausesGrowAndAreKept() {
    try (var s = OneStream.open()) {
      s.push(0, 1);
      var times = new CopyOnWriteArrayList<Long>();
      var backoff = new Backoff(Duration.ofMillis(150), Duration.ofMillis(400));
      s.consumeIf(
          message -> {
            times.add(System.nanoTime() / 1_000_000);
            return message.deliveries() == 4;
          },
          OneStream.QUICK.withBackoff(backoff).withLease(Duration.ofSeconds(10)));
      s.awaitDone();
      for (int i = 0; i < 3; i++) {
        long pause = times.get(i + 1) - times.get(i);
        long least = List.of(75, 150, 200).get(i);
        assertTrue(pause >= least - 2, pause + " ms before delivery " + (i + 2));
        assertTrue(pause < 2 * least + 4000, pause + " ms before delivery " + (i + 2));
      }
    }
  }
}
