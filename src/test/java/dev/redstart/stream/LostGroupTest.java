package dev.redstart.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Streams and groups that are deleted under a consumer. */
@Apart
class LostGroupTest {
  private static final String KEY = OneStream.KEY;

  @Test
  void theGroupIsMadeAgainAndReadsFromTheStart() {
    try (var s = OneStream.open()) {
      var got = new CopyOnWriteArrayList<String>();
      var consumer = s.consume(m -> got.add(m.field("n").orElseThrow()), OneStream.QUICK);
      s.push(0, 2);
      s.awaitDone();
      s.redis.call("DEL", KEY);
      s.push(2, 2);
      s.awaitDoneAgain();
      s.redis.call("XGROUP", "DESTROY", KEY, OneStream.GROUP);
      s.awaitDoneAgain();
      assertEquals(List.of("0", "1", "2", "3", "2", "3"), got);
      assertTrue(consumer.isRunning());
    }
  }

  @Test
  void orReadsOnlyWhatComesThen() {
    try (var s = OneStream.open()) {
      var got = new CopyOnWriteArrayList<String>();
      s.consume(
          m -> got.add(m.field("n").orElseThrow()), OneStream.QUICK.withLostGroup(LostGroup.END));
      s.push(0, 2);
      s.awaitDone();
      s.redis.call("XGROUP", "DESTROY", KEY, OneStream.GROUP);
      s.awaitDoneAgain();
      s.push(2, 2);
      s.awaitDone();
      assertEquals(List.of("0", "1", "2", "3"), got);
    }
  }

  @Test
  void orTheConsumerEndsAndSaysWhy() throws Exception {
    try (var s = OneStream.open()) {
      var consumer = s.consume(m -> {}, OneStream.QUICK.withLostGroup(LostGroup.FAIL));
      s.awaitBlocked(1);
      s.redis.call("DEL", KEY);
      var end =
          assertThrows(
              StreamException.GroupLost.class, () -> consumer.await(Duration.ofSeconds(10)));
      assertEquals("the stream demo:stream has no group g1 any more", end.getMessage());
      consumer.close();
    }
  }

  @Test
  void whatWasInHandIsLostAndOneStreamDoesNotHoldUpTheOthers() throws Exception {
    try (var s = OneStream.open()) {
      var gate = new CountDownLatch(1);
      var begun = new CountDownLatch(1);
      var got = new CopyOnWriteArrayList<String>();
      var consumer =
          s.keep(
              s.streams.consume(
                  List.of("a", "b"),
                  "g",
                  "c",
                  message -> {
                    begun.countDown();
                    if (message.stream().equals("a") && gate.getCount() > 0) {
                      gate.await();
                    }
                    got.add(message.stream() + message.field("n").orElseThrow());
                  },
                  ConsumerOptions.defaults().withConcurrency(2)));
      s.streams.pushAll("a", OneStream.numbered(0, 1));
      begun.await();
      s.redis.call("DEL", "a");
      s.streams.pushAll("b", OneStream.numbered(0, 3));
      Eventually.within(OneStream.LIMIT, "b goes on", () -> got.contains("b2"));
      gate.countDown();
      Eventually.within(OneStream.LIMIT, "lost", () -> consumer.counters().lost() == 1);
      s.streams.pushAll("a", OneStream.numbered(5, 1));
      Eventually.within(OneStream.LIMIT, "a goes on", () -> got.contains("a5"));
    }
  }

  @Test
  void aStreamThatIsDeletedAgainAndAgainIsNoReasonToHurry() throws Exception {
    try (var s = OneStream.open()) {
      s.consume(m -> {}, OneStream.QUICK);
      s.awaitBlocked(1);
      s.redis.call("CONFIG", "RESETSTAT");
      long end = System.nanoTime() + Duration.ofMillis(1500).toNanos();
      int deleted = 0;
      while (System.nanoTime() < end) {
        deleted += s.redis.call("DEL", KEY).bool() ? 1 : 0;
        new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
      }
      long scripts = s.info("commandstats", "cmdstat_evalsha:calls=");
      assertTrue(deleted > 1, "made again " + deleted + " times");
      assertTrue(scripts < 40, scripts + " scripts in 1.5 s");
    }
  }

  @Test
  void aKeyThatBecomesAnotherTypeIsTriedUntilItIsAStreamAgain() {
    try (var s = OneStream.open()) {
      var got = new CopyOnWriteArrayList<String>();
      s.consume(m -> got.add(m.field("n").orElseThrow()), OneStream.QUICK);
      s.awaitBlocked(1);
      s.redis.call("SET", KEY, "x");
      Eventually.within(
          OneStream.LIMIT, "it noticed", () -> s.info("clients", "blocked_clients:") == 0);
      s.redis.call("DEL", KEY);
      s.push(0, 1);
      Eventually.within(OneStream.LIMIT, "it goes on", () -> got.equals(List.of("0")));
    }
  }
}
