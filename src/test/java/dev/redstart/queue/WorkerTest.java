package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import dev.redstart.json.Json;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Apart
class WorkerTest {
  private static final WorkerOptions ONE = WorkerOptions.defaults().withName("w");

  private final OneQueue q = OneQueue.open(OneQueue.QUICK);

  @AfterEach
  void close() {
    q.close();
  }

  private static String[] names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "t" + i).toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void everyTaskIsHandledOnceAndCounted(int concurrency) {
    var handled = new ConcurrentLinkedQueue<String>();
    var worker =
        q.worker(
            ONE.withConcurrency(concurrency),
            lease -> {
              handled.add(lease.task().id());
              return Outcome.done();
            });
    q.push(names(100));
    q.awaitSize(0);
    assertEquals(Set.of(names(100)), Set.copyOf(handled));
    assertEquals(100, handled.size());
    Eventually.within(OneQueue.LIMIT, "all are counted", () -> worker.completed() == 100);
    assertEquals("w", worker.name());
  }

  @Test
  void oneTaskAtATimeIsTheirOrder() {
    var handled = new ConcurrentLinkedQueue<String>();
    q.push("b1", "b2");
    q.queue.push(OneQueue.task("a"), 0);
    q.queue.push(OneQueue.task("c"), 2);
    q.worker(
        ONE,
        lease -> {
          handled.add(lease.task().id());
          return Outcome.done();
        });
    q.awaitSize(0);
    assertEquals(List.of("a", "b1", "b2", "c"), List.copyOf(handled));
  }

  @Test
  void theHighestScoreCanBeFirst() {
    var handled = new ConcurrentLinkedQueue<String>();
    q.push("b1", "b2");
    q.queue.push(OneQueue.task("a"), 0);
    q.queue.push(OneQueue.task("c"), 2);
    q.worker(
        ONE.withHighestFirst(),
        lease -> {
          handled.add(lease.task().id());
          return Outcome.done();
        });
    q.awaitSize(0);
    assertEquals(List.of("c", "b1", "b2", "a"), List.copyOf(handled));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 150})
  void itsConcurrencyIsReachedAndNeverExceeded(int concurrency) {
    var end = new CountDownLatch(1);
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    q.queue.push(
        IntStream.range(0, 3 * concurrency).mapToObj(i -> Push.of(OneQueue.task("" + i))).toList());
    q.worker(
        ONE.withConcurrency(concurrency).withGrace(Duration.ZERO),
        lease -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          end.await();
          now.decrementAndGet();
          return Outcome.done();
        });
    Eventually.within(OneQueue.LIMIT, "it is reached", () -> now.get() >= concurrency);
    // Time enough to take one too many.
    q.redis.call(Lists.blockingPopLeft(Duration.ofMillis(100), "never"));
    assertEquals(concurrency, q.queue.stats().leased());
    end.countDown();
    q.awaitSize(0);
    assertEquals(concurrency, most.get());
    assertEquals(3 * concurrency, q.queue.stats().completed());
  }

  @Test
  void manyTasksTravelTogether() {
    var together = new CountDownLatch(100);
    q.queue.push(IntStream.range(0, 200).mapToObj(i -> Push.of(OneQueue.task("" + i))).toList());
    q.redis.call(Server.configResetStat());
    q.worker(
        ONE.withConcurrency(100),
        lease -> {
          together.countDown();
          together.await();
          return Outcome.done();
        });
    Eventually.within(
        OneQueue.LIMIT,
        "all are done",
        () ->
            q.redis.call("ZCARD", q.keys.leased()).integer() == 0
                && q.redis.call("ZCARD", q.keys.ready()).integer() == 0);
    var calls = Admin.info(q.redis, "commandstats").get("cmdstat_evalsha");
    int scripts = Integer.parseInt(calls.replaceAll("calls=(\\d+),.*", "$1"));
    assertTrue(scripts <= 100, "200 tasks were begun and ended by " + scripts + " scripts");
  }

  @Test
  void nothingThatAHandlerThrowsEndsIt() {
    var tries = new ConcurrentHashMap<String, Integer>();
    q.worker(
        ONE,
        lease -> {
          int nth = tries.merge(lease.task().id(), 1, Integer::sum);
          if (nth > 1) {
            return Outcome.done(Json.of(lease.attempts()));
          }
          switch (lease.task().id()) {
            case "checked" -> throw new IOException("x");
            case "error" -> throw new AssertionError("x");
            case "stack" -> throw new StackOverflowError();
            case "interrupted" -> Thread.currentThread().interrupt();
            default -> {
              return null;
            }
          }
          return Outcome.retry("x").after(Duration.ZERO);
        });
    q.push("checked", "error", "stack", "interrupted", "null");
    q.awaitSize(0);
    for (var id : List.of("checked", "error", "stack", "interrupted", "null")) {
      assertEquals(2, tries.get(id), id);
      assertEquals(Json.of(1), q.queue.result(id).orElseThrow(), id);
    }
  }

  @Test
  void aHandlerThatInterruptsItselfForNoReasonDoesNotStopIt() {
    var tries = new AtomicInteger();
    q.worker(
        ONE,
        lease -> {
          if (tries.incrementAndGet() == 1) {
            throw new InterruptedException("nobody asked for it");
          }
          return Outcome.done();
        });
    q.push("a");
    q.awaitSize(0);
    assertEquals(2, tries.get());
  }

  @Test
  void anExceptionThatCannotSayItsMessageCostsNoThread() {
    var tries = new AtomicInteger();
    q.worker(
        ONE.withConcurrency(2),
        lease -> {
          if (tries.incrementAndGet() <= 4) {
            throw new IllegalStateException() {
              private static final long serialVersionUID = 1L;

              @Override
              public String getMessage() {
                throw new AssertionError("no message");
              }
            };
          }
          return Outcome.done();
        });
    q.push("a");
    q.awaitSize(0);
    assertEquals(5, tries.get());
  }

  @Test
  void eachOutcomeDoesWhatItSays() {
    q.push("done", "retry", "dead", "released");
    var seen = ConcurrentHashMap.<String>newKeySet();
    q.worker(
        ONE,
        lease -> {
          boolean again = !seen.add(lease.task().id());
          return switch (lease.task().id()) {
            case "done" -> Outcome.done(Json.of(1));
            case "retry" -> again ? Outcome.done() : Outcome.retry("x");
            case "dead" -> Outcome.dead("no use");
            default -> again ? Outcome.done(Json.of(lease.deliveries())) : Outcome.released();
          };
        });
    q.awaitSize(0);
    assertEquals(Json.of(1), q.queue.result("done").orElseThrow());
    assertEquals("no use", q.get("dead").error().orElseThrow());
    assertEquals(Json.of(1), q.queue.result("released").orElseThrow(), "not counted");
    assertEquals(
        List.of("pushed", "started", "failed", "retried", "started", "completed"),
        q.events("retry"));
  }

  @Test
  void whatIsTooLargeIsAFailureOfTheTask() {
    var queue = q.elsewhere(OneQueue.QUICK.withPayloadBytes(100).withAttempts(1));
    q.worker(queue, ONE, lease -> Outcome.done(Json.of("x".repeat(100))));
    queue.push(OneQueue.task("a"));
    q.awaitSize(0);
    assertTrue(q.get("a").error().orElseThrow().contains("result: must be at most 100 bytes"));
  }

  @Test
  void aHandlerMaySettleByItself() {
    var worker =
        q.worker(
            ONE,
            lease -> {
              lease.settle(Outcome.done(Json.of("mine")));
              return Outcome.done(Json.of("too late"));
            });
    q.push("a", "b");
    q.awaitSize(0);
    assertEquals(Json.of("mine"), q.queue.result("a").orElseThrow());
    assertFalse(q.events("a").contains("failed"));
    worker.close();
    assertEquals(2, q.queue.stats().completed());
  }

  @Test
  void aLongHandlerKeepsItsLease() {
    var queue = q.elsewhere(OneQueue.BRIEF);
    var lost = new AtomicInteger();
    LeaseHandler handler =
        lease -> {
          q.redis.call(Lists.blockingPopLeft(Duration.ofMillis(1000), "never"));
          lost.addAndGet(lease.isLost() || Thread.interrupted() ? 1 : 0);
          return Outcome.done(Json.of(lease.deliveries()));
        };
    q.worker(queue, ONE.withConcurrency(2), handler);
    q.worker(queue, ONE, handler);
    queue.push(List.of(Push.of(OneQueue.task("a")), Push.of(OneQueue.task("b"))));
    q.awaitSize(0);
    assertEquals(Json.of(1), q.queue.result("a").orElseThrow());
    assertEquals(Json.of(1), q.queue.result("b").orElseThrow());
    assertEquals(0, lost.get());
    assertEquals(0, q.queue.stats().expired());
  }

  @Test
  void whileItWaitsItSendsNothing() {
    for (int i = 0; i < 3; i++) {
      q.worker(ONE.withConcurrency(4), lease -> Outcome.done());
    }
    q.push("a", "b", "c");
    q.awaitSize(0);
    q.redis.call(Lists.blockingPopLeft(Duration.ofMillis(1), "never"));
    q.awaitIdle(3);
    q.redis.call(Server.configResetStat());
    q.redis.call(Lists.blockingPopLeft(Duration.ofMillis(1200), "never"));
    var stats = Admin.info(q.redis, "commandstats");
    var commands = new TreeSet<>(stats.keySet());
    commands.removeAll(List.of("cmdstat_config|resetstat", "cmdstat_info"));
    assertEquals(Set.of("cmdstat_blpop"), commands);
    assertTrue(stats.get("cmdstat_blpop").startsWith("calls=1,"), "but that of this test");
  }

  @Test
  void aTaskThatOthersWroteIsFoundWithoutAWord() {
    var queue = q.elsewhere(OneQueue.QUICK.withLease(Duration.ofMillis(500)));
    q.worker(queue, ONE, lease -> Outcome.done());
    q.awaitIdle(1);
    q.write(1, "{\"id\":\"a\"}");
    Eventually.within(OneQueue.LIMIT, "it is completed", () -> q.queue.stats().completed() == 1);
  }

  @Test
  void optionsBeyondSenseAreRefused() {
    for (int concurrency : List.of(0, -1, 10_001)) {
      assertThrows(IllegalArgumentException.class, () -> ONE.withConcurrency(concurrency));
    }
    var past = Duration.ofMillis(-1);
    assertThrows(IllegalArgumentException.class, () -> ONE.withGrace(past));
    assertThrows(IllegalArgumentException.class, () -> ONE.withName(" "));
    TaskTest.assertNamed("name", () -> ONE.withName(null));
    TaskTest.assertNamed("grace", () -> ONE.withGrace(null));
    TaskTest.assertNamed("queue", () -> Worker.start(null, lease -> Outcome.done()));
    TaskTest.assertNamed("handler", () -> Worker.start(q.queue, null));
    TaskTest.assertNamed("options", () -> Worker.start(q.queue, null, lease -> Outcome.done()));
  }
}
