package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a handler hears that it is to stop, and that nobody else does. */
class CancelTest {
  private static final WorkerOptions WORKER = WorkerOptions.defaults();

  private final OneQueue q = OneQueue.open(OneQueue.BRIEF);

  @AfterEach
  void close() {
    assertFalse(Thread.interrupted(), "a test left its thread interrupted");
    q.close();
  }

  private static void waitForInterrupt() throws InterruptedException {
    assertFalse(new CountDownLatch(1).await(10, TimeUnit.SECONDS), "only an interrupt ends this");
  }

  private final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);

  private boolean hasTime() {
    return System.nanoTime() - deadline < 0;
  }

  private void awaitLeased(String id) {
    Eventually.within(OneQueue.LIMIT, id + " runs", () -> q.state(id) == TaskState.LEASED);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aCancelledTasksHandlerIsInterruptedAndItIsNotTriedAgain(int concurrency) throws Exception {
    var heard = new CompletableFuture<Boolean>();
    q.worker(
        WORKER.withConcurrency(concurrency),
        lease -> {
          if (lease.task().id().equals("next")) {
            return Outcome.done(Json.of(Thread.interrupted()));
          }
          try {
            waitForInterrupt();
          } finally {
            heard.complete(lease.isCancelled() && !lease.isLost());
          }
          return Outcome.done();
        });
    q.push("a");
    awaitLeased("a");
    assertTrue(q.queue.cancel("a"));
    assertTrue(heard.get(2, TimeUnit.SECONDS));
    Eventually.within(OneQueue.LIMIT, "it is gone", () -> q.queue.get("a").isEmpty());
    assertEquals(List.of("pushed", "started", "cancelling", "cancelled"), q.events("a"));
    q.push("next");
    Eventually.within(OneQueue.LIMIT, "it is done", () -> q.queue.result("next").isPresent());
    assertEquals(Json.of(false), q.queue.result("next").orElseThrow());
  }

  @Test
  void aRemovedTasksHandlerIsInterruptedAndChangesNothing() throws Exception {
    var heard = new CompletableFuture<Boolean>();
    q.worker(
        WORKER,
        lease -> {
          try {
            waitForInterrupt();
          } finally {
            heard.complete(lease.isLost());
          }
          return Outcome.done();
        });
    q.push("a");
    awaitLeased("a");
    assertTrue(q.queue.remove("a"));
    assertTrue(heard.get(2, TimeUnit.SECONDS));
    q.push("a");
    awaitLeased("a");
    assertEquals(1, q.get("a").deliveries());
    assertEquals(0, q.queue.stats().failed());
    q.queue.remove("a");
  }

  @Test
  void whoCompletesACancelledTaskHasCompletedIt() throws Exception {
    q.worker(
        WORKER,
        lease -> {
          while (!(lease.isCancelled() && Thread.currentThread().isInterrupted()) && hasTime()) {
            LockSupport.parkNanos(1_000_000);
          }
          return Outcome.done(Json.of("all the same"));
        });
    q.push("a");
    awaitLeased("a");
    q.queue.cancel("a");
    Eventually.within(OneQueue.LIMIT, "it is done", () -> q.queue.result("a").isPresent());
    assertEquals(1, q.queue.stats().completed());
    assertEquals(0, q.queue.stats().cancelled());
  }

  @Test
  void aPoppingHandlerIsInterruptedAndItsCallerIsNot() throws Exception {
    q.push("a", "b");
    CompletableFuture.runAsync(
        () -> {
          awaitLeased("a");
          q.queue.cancel("a");
        });
    var done =
        q.queue.popAndHandle(
            task -> {
              if (task.id().equals("a")) {
                waitForInterrupt();
              }
              return true;
            },
            2);
    assertFalse(Thread.currentThread().isInterrupted());
    assertEquals(List.of("b"), OneQueue.ids(done));
    assertTrue(q.queue.get("a").isEmpty());
  }

  @Test
  void theFlagThatAHandlerLeftIsNotItsCallers() throws Exception {
    q.push("a", "b");
    CompletableFuture.runAsync(
        () -> {
          awaitLeased("a");
          q.queue.cancel("a");
        });
    var done =
        q.queue.popAndHandle(
            task -> {
              while (task.id().equals("a")
                  && !Thread.currentThread().isInterrupted()
                  && hasTime()) {
                LockSupport.parkNanos(1_000_000);
              }
              return true;
            },
            2);
    assertFalse(Thread.currentThread().isInterrupted());
    assertEquals(List.of("a", "b"), OneQueue.ids(done));
  }

  @Test
  void whatIsHeardAfterTheHandlerInterruptsNobody() {
    q.push("a", "b");
    for (char letter : List.of('x', 'l')) {
      var lease = q.claim();
      lease.begin();
      lease.end();
      lease.hear(letter);
      assertFalse(Thread.currentThread().isInterrupted());
      lease.close();
    }
  }

  @Test
  void whatIsHeardBeforeTheHandlerReachesIt() {
    q.push("a", "b");
    for (char letter : List.of('x', 'l')) {
      var lease = q.claim();
      lease.hear(letter);
      lease.begin();
      assertTrue(Thread.currentThread().isInterrupted(), "it would run for nothing");
      lease.end();
      assertFalse(Thread.currentThread().isInterrupted());
    }
  }

  @Test
  void noInterruptOutlivesItsHandlerHoweverCloseItComes() throws Exception {
    var stored = new StoredQueue(q.redis, q.keys, OneQueue.BRIEF);
    var heartbeat = new Heartbeat(stored);
    var grant = new Grant("a", "1", 1, 0, new byte[0], Optional.empty());
    var leases = new ArrayBlockingQueue<Lease>(1);
    var other = new Thread(() -> hearAll(leases));
    other.start();
    for (int i = 0; i < 5000; i++) {
      var lease = new Lease(stored, heartbeat, grant, OneQueue.task("a"));
      lease.begin();
      leases.add(lease);
      for (int spin = i % 100; spin > 0; spin--) {
        Thread.onSpinWait();
      }
      lease.end();
      Eventually.within(OneQueue.LIMIT, "it is heard", lease::isCancelled);
      assertFalse(Thread.currentThread().isInterrupted(), "round " + i);
    }
    other.interrupt();
    other.join();
  }

  private static void hearAll(BlockingQueue<Lease> leases) {
    try {
      while (true) {
        leases.take().hear('x');
      }
    } catch (InterruptedException end) {
      // The test is over.
    }
  }

  @Test
  void cancellingIsToldWithinAThirdOfTheLease() throws Exception {
    var slow = q.elsewhere(OneQueue.CALM.withLease(Duration.ofMillis(1500)));
    slow.push(OneQueue.task("a"));
    var heard = new CompletableFuture<Long>();
    q.worker(
        slow,
        WORKER,
        lease -> {
          try {
            waitForInterrupt();
          } finally {
            heard.complete(System.nanoTime());
          }
          return Outcome.done();
        });
    awaitLeased("a");
    long start = System.nanoTime();
    q.queue.cancel("a");
    long millis = TimeUnit.NANOSECONDS.toMillis(heard.get(5, TimeUnit.SECONDS) - start);
    assertTrue(millis < 800, "heard after " + millis + " ms");
  }
}
