package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Redis enforces for all processes: pause, concurrency and rate. */
@Apart
class LimitTest {
  private static final WorkerOptions FIVE = WorkerOptions.defaults().withConcurrency(5);

  /** Far below the five seconds after which an idle worker looks by himself. */
  private static final Duration SOON = Duration.ofSeconds(2);

  private final OneQueue q = OneQueue.open();

  @AfterEach
  void close() {
    q.close();
  }

  private void push(int count) {
    q.queue.push(
        IntStream.range(0, count)
            .mapToObj(i -> Push.of(OneQueue.task("t" + i)).withScore(i))
            .toList());
  }

  private void awaitCompleted(int count) {
    Eventually.within(SOON, count + " are completed", () -> q.queue.stats().completed() == count);
  }

  private void startTwo(LeaseHandler handler) {
    q.worker(FIVE, handler);
    q.worker(q.elsewhere(OneQueue.CALM), FIVE, handler);
  }

  @Test
  void whilePausedNothingIsHandedOut() {
    push(3);
    var lease = q.claim();
    q.queue.pause();
    q.queue.pause();
    assertTrue(q.queue.stats().paused());
    assertEquals(List.of(), q.queue.claim(5));
    assertEquals(List.of(), q.queue.popAndHandle(task -> true, 5));
    startTwo(it -> Outcome.done());
    q.awaitIdle(2);
    push(4);
    q.awaitIdle(2);
    assertEquals(4, q.queue.size());
    assertEquals(Settlement.COMPLETED, lease.complete(), "what is leased goes on");
    q.queue.resume();
    assertFalse(q.queue.stats().paused());
    awaitCompleted(4);
  }

  @Test
  void whatIsDueDuringAPauseIsDoneAfterIt() {
    q.queue.pause();
    startTwo(it -> Outcome.done());
    q.queue.push(Push.of(OneQueue.task("a")).withDelay(Duration.ofMillis(50)));
    Eventually.within(
        SOON, "it is ready", () -> q.queue.claim(1).isEmpty() && q.queue.stats().ready() == 1);
    q.queue.resume();
    awaitCompleted(1);
  }

  @Test
  void aPausedQueueCostsIdleWorkersNothing() {
    push(3);
    q.queue.pause();
    startTwo(it -> Outcome.done());
    q.awaitIdle(2);
    assertQuiet();
  }

  /** Nobody runs a script for half a second. */
  private void assertQuiet() {
    q.redis.call(Server.configResetStat());
    q.redis.call(Lists.blockingPopLeft(Duration.ofMillis(500), "never"));
    var scripts = Admin.info(q.redis, "commandstats").getOrDefault("cmdstat_evalsha", "no");
    assertEquals("no", scripts);
  }

  @Test
  void theConcurrencyOfAllIsNeverExceededAndNobodyStalls() {
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    q.queue.limitConcurrency(3);
    push(60);
    startTwo(
        lease -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          lease.progress(lease.task().payload());
          now.decrementAndGet();
          return Outcome.done();
        });
    awaitCompleted(60);
    assertTrue(most.get() <= 3, "at most " + most + " at a time");
  }

  @Test
  void theConcurrencyIsReachedOverAllWorkers() {
    var together = new CountDownLatch(4);
    q.queue.limitConcurrency(4);
    var options = WorkerOptions.defaults().withConcurrency(2);
    LeaseHandler handler =
        lease -> {
          together.countDown();
          together.await();
          return Outcome.done();
        };
    q.worker(options, handler);
    q.worker(q.elsewhere(OneQueue.CALM), options, handler);
    push(12);
    awaitCompleted(12);
  }

  @Test
  void claimsAndPopsRespectTheConcurrency() {
    push(5);
    q.queue.limitConcurrency(2);
    var leases = q.queue.claim(5);
    assertEquals(2, leases.size());
    assertEquals(List.of(), q.queue.claim(1));
    assertEquals(List.of(), q.queue.popAndHandle(task -> true));
    leases.get(0).complete();
    assertEquals(List.of("t2", "t3"), OneQueue.ids(q.queue.popAndHandle(task -> true, 2)));
    q.queue.limitConcurrency(0);
    assertEquals(1, q.queue.claim(5).size());
  }

  @Test
  void aHigherLimitWakes() {
    var end = new CountDownLatch(1);
    q.queue.limitConcurrency(1);
    push(4);
    startTwo(
        lease -> {
          end.await();
          return Outcome.done();
        });
    Eventually.within(SOON, "one runs", () -> q.queue.stats().leased() == 1);
    q.queue.limitConcurrency(3);
    Eventually.within(SOON, "three run", () -> q.queue.stats().leased() == 3);
    q.queue.limitConcurrency(0);
    Eventually.within(SOON, "four run", () -> q.queue.stats().leased() == 4);
    end.countDown();
    awaitCompleted(4);
  }

  @Test
  void aLeaseThatIsRemovedOrReleasedOrSettledElsewhereMakesRoom() {
    push(4);
    q.queue.limitConcurrency(2);
    var held = q.queue.claim(2);
    startTwo(lease -> Outcome.done());
    q.awaitIdle(2);
    assertQuiet();
    q.queue.remove("t0");
    awaitCompleted(2);
    held.get(1).close();
    awaitCompleted(3);
  }

  @Test
  void theRateIsNeverExceededAndItGoesOnByItself() {
    q.queue.limitRate(4, Duration.ofMillis(250));
    startTwo(lease -> Outcome.done());
    q.awaitIdle(2);
    push(14);
    awaitCompleted(14);
    var starts =
        q.events().stream()
            .filter(event -> event.name().equals("started"))
            .map(event -> event.id().millis())
            .toList();
    var periods = new ArrayList<Integer>();
    long begin = Long.MIN_VALUE / 2;
    for (long start : starts) {
      if (start - begin >= 250) {
        begin = start;
        periods.add(0);
      }
      periods.set(periods.size() - 1, periods.get(periods.size() - 1) + 1);
    }
    assertTrue(periods.stream().allMatch(count -> count <= 4), periods::toString);
    long last = starts.get(starts.size() - 1) - starts.get(0);
    assertTrue(last >= 750 && last < 1_500, "14 tasks began within " + last + " ms");
  }

  @Test
  void theRateHoldsForClaimsAndPops() {
    push(9);
    q.queue.limitRate(3, Duration.ofHours(1));
    assertEquals(2, q.queue.claim(2).size());
    assertEquals(List.of("t2"), OneQueue.ids(q.queue.popAndHandle(task -> true, 5)));
    assertEquals(List.of(), q.queue.claim(5));
    q.queue.limitRate(1, Duration.ofHours(1));
    assertEquals(1, q.queue.claim(5).size(), "a new limit begins anew");
    q.queue.limitRate(0, Duration.ofHours(1));
    assertEquals(5, q.queue.claim(5).size());
  }

  @Test
  void aRateThatDoesNotLimitCostsNothing() {
    q.queue.limitRate(1000, Duration.ofMillis(5));
    q.queue.limitConcurrency(1);
    push(3);
    q.claim();
    startTwo(lease -> Outcome.done());
    q.awaitIdle(2);
    assertQuiet();
  }

  @Test
  void limitsBeyondSenseAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> q.queue.limitConcurrency(-1));
    var second = Duration.ofSeconds(1);
    assertThrows(IllegalArgumentException.class, () -> q.queue.limitRate(-1, second));
    assertThrows(IllegalArgumentException.class, () -> q.queue.limitRate(1, Duration.ZERO));
    TaskTest.assertNamed("period", () -> q.queue.limitRate(1, null));
    assertEquals(0, q.redis.call(Server.dbSize()));
  }
}
