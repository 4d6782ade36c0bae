package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a worker ends, with and without a Redis. */
@Apart
class WorkerStopTest {
  private static final WorkerOptions PATIENT =
      WorkerOptions.defaults().withGrace(Duration.ofSeconds(30));

  private final OneQueue q = OneQueue.open();

  @AfterEach
  void close() {
    assertFalse(Thread.interrupted(), "a test left its thread interrupted");
    q.close();
  }

  private static void assertPrompt(Duration limit, Runnable action) {
    long start = System.nanoTime();
    action.run();
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    assertTrue(millis < limit.toMillis(), "took " + millis + " ms");
  }

  private void awaitLeased(int tasks) {
    Eventually.within(
        OneQueue.LIMIT, tasks + " are begun", () -> q.queue.stats().leased() == tasks);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whatWasBegunIsEndedAndWhatWasNotIsLeft(int concurrency) throws Exception {
    var end = new CountDownLatch(1);
    q.push("a", "b", "c", "d", "e");
    var worker =
        q.worker(
            PATIENT.withConcurrency(concurrency),
            lease -> {
              end.await();
              return Outcome.done();
            });
    awaitLeased(concurrency);
    worker.stop();
    assertFalse(worker.await(Duration.ofMillis(50)), "its handlers still run");
    end.countDown();
    assertTrue(worker.await(OneQueue.LIMIT));
    assertEquals(concurrency, worker.completed());
    var left = q.queue.range(0, 9, 9).tasks();
    assertEquals(5 - concurrency, left.size());
    left.forEach(task -> assertEquals(0, task.deliveries(), "nothing unbegun was kept"));
    assertEquals(5 - concurrency, q.queue.size());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void anIdleWorkerClosesAtOnce(int concurrency) {
    var worker = q.worker(PATIENT.withConcurrency(concurrency), lease -> Outcome.done());
    q.awaitIdle(1);
    assertPrompt(Duration.ofMillis(500), worker::close);
    assertPrompt(Duration.ofMillis(100), worker::close);
    q.push("a");
    assertEquals(TaskState.READY, q.state("a"));
  }

  @Test
  void oneThatHasJustBegunClosesAtOnce() {
    for (int i = 0; i < 20; i++) {
      var worker = q.worker(PATIENT, lease -> Outcome.done());
      assertPrompt(Duration.ofMillis(1000), worker::close);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void anIdleWorkerClosesAtOnceThoughRedisIsDown(int concurrency) {
    try (var server = RedisServer.start();
        var redis = Redis.connect(server.url())) {
      var queue = TaskQueue.of(redis, "jobs");
      queue.push(OneQueue.task("a"));
      var worker =
          Worker.start(queue, PATIENT.withConcurrency(concurrency), lease -> Outcome.done());
      Eventually.within(OneQueue.LIMIT, "it is idle", () -> worker.completed() == 1);
      server.kill();
      assertPrompt(Duration.ofSeconds(1), worker::close);
      var later = Worker.start(queue, PATIENT, lease -> Outcome.done());
      assertPrompt(Duration.ofSeconds(1), later::close);
    }
  }

  @Test
  void anIdleWorkerClosesAtOnceThoughRedisIsSilent() {
    try (var server = RedisServer.start();
        var redis = Redis.connect(server.url())) {
      var queue = TaskQueue.of(redis, "jobs");
      queue.push(OneQueue.task("a"));
      var worker = Worker.start(queue, PATIENT, lease -> Outcome.done());
      Eventually.within(OneQueue.LIMIT, "it is idle", () -> worker.completed() == 1);
      server.pause();
      assertPrompt(Duration.ofSeconds(1), worker::close);
      server.resume();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whenItsGraceIsOverHandlersAreInterruptedAndTheirTasksHandedBack(int concurrency) {
    q.push("a");
    var worker =
        q.worker(
            PATIENT.withConcurrency(concurrency).withGrace(Duration.ofMillis(100)),
            lease -> {
              lease.checkpoint(Json.of("half"));
              new CountDownLatch(1).await();
              return Outcome.done();
            });
    Eventually.within(OneQueue.LIMIT, "it is under way", () -> q.get("a").checkpoint().isPresent());
    assertPrompt(Duration.ofSeconds(1), worker::close);
    var back = q.get("a");
    assertEquals(TaskState.READY, back.state());
    assertEquals(0, back.attempts() + back.deliveries());
    assertEquals(Json.of("half"), q.claim().checkpoint().orElseThrow());
  }

  @Test
  void aHandlerThatEndsInTimeThoughInterruptedIsCompleted() {
    q.push("a");
    var worker =
        q.worker(
            PATIENT.withGrace(Duration.ZERO),
            lease -> {
              while (!Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(1_000_000);
              }
              return Outcome.done();
            });
    awaitLeased(1);
    worker.close();
    assertEquals(1, q.queue.stats().completed());
    assertEquals(1, worker.completed());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aStuckHandlerIsLeftToItsLease(int concurrency) {
    var end = new CountDownLatch(1);
    var queue = q.elsewhere(OneQueue.BRIEF);
    queue.push(OneQueue.task("a"));
    var worker =
        q.worker(
            queue,
            PATIENT.withConcurrency(concurrency).withGrace(Duration.ZERO),
            lease -> {
              while (end.getCount() > 0) {
                LockSupport.parkNanos(1_000_000);
                Thread.interrupted();
              }
              return Outcome.done();
            });
    awaitLeased(1);
    assertPrompt(Duration.ofSeconds(3), worker::close);
    Eventually.within(Duration.ofMillis(1200), "another gets it", () -> queue.claim(1).size() == 1);
    end.countDown();
    Eventually.within(OneQueue.LIMIT, "it has ended", () -> worker.await(Duration.ZERO));
    assertEquals(0, q.queue.stats().completed(), "what comes late changes nothing");
  }

  @Test
  void whoIsInterruptedWhileHeClosesInterruptsTheHandlers() throws Exception {
    q.push("a");
    var worker =
        q.worker(
            PATIENT,
            lease -> {
              new CountDownLatch(1).await();
              return Outcome.done();
            });
    awaitLeased(1);
    var closing = new CompletableFuture<Boolean>();
    var closer =
        new Thread(
            () -> {
              worker.close();
              closing.complete(Thread.currentThread().isInterrupted());
            });
    closer.start();
    closer.interrupt();
    assertTrue(closing.get(5, TimeUnit.SECONDS), "his flag is set again");
    assertEquals(TaskState.READY, q.state("a"));
  }

  @Test
  void aHandlerMayStopItsWorker() throws Exception {
    var self = new AtomicReference<Worker>();
    var started = new CountDownLatch(1);
    q.push("a", "b");
    self.set(
        q.worker(
            PATIENT,
            lease -> {
              started.await();
              self.get().stop();
              return Outcome.done();
            }));
    started.countDown();
    assertTrue(self.get().await(OneQueue.LIMIT));
    assertEquals(List.of("b"), OneQueue.ids(q.queue.range(0, Double.MAX_VALUE, 9)));
  }

  @Test
  void aStoppedWorkersWordGoesToAnother() {
    // Whoever is woken last before he stops must pass the word on.
    for (int i = 0; i < 20; i++) {
      var first = q.worker(PATIENT, lease -> Outcome.done());
      q.worker(PATIENT, lease -> Outcome.done());
      q.awaitIdle(2 + i);
      q.push("t" + i);
      first.stop();
      q.awaitSize(0);
      first.close();
      q.awaitIdle(1 + i);
    }
  }

  @Test
  void theTimeOfWhatIsScheduledOutlivesWhoWasToldOfIt() {
    var workers =
        List.of(
            q.worker(PATIENT, lease -> Outcome.done()),
            q.worker(PATIENT, lease -> Outcome.done()),
            q.worker(PATIENT, lease -> Outcome.done()));
    q.awaitIdle(3);
    q.queue.push(Push.of(OneQueue.task("a")).withDelay(Duration.ofMillis(500)));
    q.awaitIdle(3);
    workers.get(0).close();
    workers.get(1).close();
    Eventually.within(Duration.ofMillis(1500), "it is done", () -> q.queue.size() == 0);
  }

  @Test
  void awaitMayBeToldToWaitForEver() throws Exception {
    var worker = q.worker(PATIENT, lease -> Outcome.done());
    worker.stop();
    assertTrue(worker.await(Duration.ofSeconds(Long.MAX_VALUE)));
  }
}
