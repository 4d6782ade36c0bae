package dev.redstart.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.redis.Backoff;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A consumer that is closed: soon, and in order. */
@Apart
class StopTest {
  private static final String KEY = OneStream.KEY;

  private static long millisToClose(StreamConsumer consumer) {
    long start = System.nanoTime();
    consumer.close();
    return (System.nanoTime() - start) / 1_000_000;
  }

  @Test
  void aConsumerThatWaitsEndsAtOnce() throws Exception {
    try (var s = OneStream.open()) {
      var consumer = s.consume(message -> {}, ConsumerOptions.defaults());
      s.awaitBlocked(1);
      assertFalse(consumer.await(Duration.ofMillis(1)));
      long millis = millisToClose(consumer);
      assertTrue(millis < 500, "it took " + millis + " ms");
      consumer.await();
      assertFalse(consumer.isRunning());
      consumer.close();
      s.awaitBlocked(0);
    }
  }

  @Test
  void aConsumerEndsSoonAtWhateverMomentItIsClosed() {
    Seeds.check(
        seed -> {
          var random = new Random(seed);
          try (var s = OneStream.open()) {
            for (int i = 0; i < 60; i++) {
              var consumer = s.consume(message -> {}, ConsumerOptions.defaults());
              LockSupport.parkNanos(random.nextInt(4_000_000));
              long millis = millisToClose(consumer);
              assertTrue(millis < 3000, "it took " + millis + " ms");
            }
          }
        });
  }

  @Test
  void whatRunsIsFinishedAndWhatWasNotBegunIsHandedBack() throws Exception {
    try (var s = OneStream.open()) {
      s.push(0, 5);
      var begun = new CountDownLatch(1);
      var gate = new CountDownLatch(1);
      var got = new CopyOnWriteArrayList<String>();
      var first =
          s.consume(
              message -> {
                begun.countDown();
                gate.await();
                got.add(message.field("n").orElseThrow());
              },
              ConsumerOptions.defaults().withCount(3));
      begun.await();
      Eventually.within(OneStream.LIMIT, "three in hand", () -> s.group().pending() == 3);
      first.stop();
      gate.countDown();
      first.close();
      assertEquals(List.of("0"), got);
      var pending = s.pending();
      assertEquals(2, pending.size(), "the one that ran is acknowledged");
      assertTrue(pending.stream().allMatch(it -> it.endsWith(" waiting 0")), pending::toString);
      assertEquals(List.of("waiting"), s.consumerNames());
      long start = System.nanoTime();
      var deliveries = new CopyOnWriteArrayList<Integer>();
      s.consume(message -> deliveries.add(message.deliveries()), ConsumerOptions.defaults());
      Eventually.within(OneStream.LIMIT, "the rest", () -> deliveries.size() == 4);
      assertTrue(System.nanoTime() - start < 5_000_000_000L, "no lease had to end for that");
      assertEquals(List.of(1, 1, 1, 1), deliveries, "and none of it counted as a delivery");
      s.awaitDone();
    }
  }

  @Test
  void aHandlerThatTakesTooLongIsInterruptedAndItsEntryHandedBack() throws Exception {
    try (var s = OneStream.open()) {
      s.push(0, 1);
      var begun = new CountDownLatch(1);
      var consumer =
          s.consume(
              message -> {
                begun.countDown();
                new CountDownLatch(1).await();
              },
              ConsumerOptions.defaults().withGrace(Duration.ofMillis(200)));
      begun.await();
      long millis = millisToClose(consumer);
      assertTrue(millis >= 190 && millis < 3000, "it took " + millis + " ms");
      assertTrue(s.pending().get(0).endsWith(" waiting 0"), s.pending()::toString);
      assertEquals(0, consumer.counters().failed());
    }
  }

  @Test
  void aHandlerThatHeedsNothingIsLeftBehindAndItsEntryGoesToOthers() throws Exception {
    try (var s = OneStream.open()) {
      s.push(0, 1);
      var begun = new CountDownLatch(1);
      var free = new CountDownLatch(1);
      var consumer =
          s.consume(
              message -> {
                begun.countDown();
                while (free.getCount() > 0) {
                  LockSupport.parkNanos(1_000_000);
                }
              },
              OneStream.QUICK.withGrace(Duration.ZERO));
      begun.await();
      long millis = millisToClose(consumer);
      assertTrue(millis < 3000, "it took " + millis + " ms");
      var got = new CopyOnWriteArrayList<Integer>();
      s.consume(message -> got.add(message.deliveries()), OneStream.QUICK);
      s.awaitDone();
      assertEquals(List.of(2), got);
      free.countDown();
    }
  }

  @Test
  void aHandlerMayStopAndEvenCloseItsConsumer() throws Exception {
    try (var s = OneStream.open()) {
      s.push(0, 3);
      var self = new AtomicReference<StreamConsumer>();
      var ready = new CountDownLatch(1);
      var got = new CopyOnWriteArrayList<String>();
      self.set(
          s.consume(
              message -> {
                ready.await();
                got.add(message.field("n").orElseThrow());
                self.get().close();
              },
              ConsumerOptions.defaults()));
      ready.countDown();
      assertTrue(self.get().await(Duration.ofSeconds(10)));
      assertEquals(List.of("0"), got);
      assertEquals(2, s.pending().size());
    }
  }

  @Test
  void aPauseBetweenTwoTriesIsCutShort() throws Exception {
    try (var s = OneStream.open()) {
      s.push(0, 1);
      var failed = new CountDownLatch(1);
      var slow = new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(1));
      var consumer =
          s.consumeIf(
              message -> {
                failed.countDown();
                return false;
              },
              ConsumerOptions.defaults().withOrderBy(message -> "").withBackoff(slow));
      failed.await();
      long millis = millisToClose(consumer);
      assertTrue(millis < 1000, "it took " + millis + " ms");
      assertTrue(s.pending().get(0).endsWith(" waiting 1"), s.pending()::toString);
    }
  }

  @Test
  void closingEndsThoughRedisIsGone() throws Exception {
    try (var server = RedisServer.start()) {
      var s = OneStream.on(server.url());
      s.push(0, 20);
      var got = new CountDownLatch(1);
      var consumer =
          s.consume(
              message -> {
                got.countDown();
                new CountDownLatch(1).await();
              },
              OneStream.QUICK.withGrace(Duration.ofMillis(100)));
      got.await();
      server.pause();
      long millis = millisToClose(consumer);
      server.resume();
      assertTrue(millis < 10_000, "it took " + millis + " ms");
      s.close();
    }
  }
}
