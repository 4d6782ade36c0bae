package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nobody sleeps while there is work for him. */
@Apart
class WakeTest {
  private static final WorkerOptions ONE = WorkerOptions.defaults();

  /** Far below the five seconds after which an idle worker looks by himself. */
  private static final Duration SOON = Duration.ofSeconds(2);

  private final OneQueue q = OneQueue.open();

  @AfterEach
  void close() {
    q.close();
  }

  private static List<Push> tasks(int count) {
    return IntStream.range(0, count).mapToObj(i -> Push.of(OneQueue.task("t" + i))).toList();
  }

  private void awaitCompleted(int count) {
    Eventually.within(SOON, count + " are completed", () -> q.queue.stats().completed() == count);
  }

  /** How long after its time a task was started, by Redis' clock. */
  private long lateness(String id, long dueMillis) {
    return q.events().stream()
            .filter(event -> event.name().equals("started") && event.taskId().equals(id))
            .findFirst()
            .orElseThrow()
            .id()
            .millis()
        - dueMillis;
  }

  private void assertPunctual(String id, long dueMillis) {
    long late = lateness(id, dueMillis);
    assertTrue(late >= 0 && late <= 300, id + " was started " + late + " ms after its time");
  }

  private long now() {
    return q.redis.call(Server.time()).toEpochMilli();
  }

  /** Over three connections, concurrency one each. */
  private void idleWorkers(int count, LeaseHandler handler) {
    var queues = List.of(q.queue, q.elsewhere(OneQueue.CALM), q.elsewhere(OneQueue.CALM));
    for (int i = 0; i < count; i++) {
      q.worker(queues.get(i % 3), ONE, handler);
    }
    q.awaitIdle(count);
  }

  @Test
  void aBatchWakesAsManyAsItHasTasks() {
    var together = new CountDownLatch(15);
    idleWorkers(
        15,
        lease -> {
          together.countDown();
          return together.await(5, TimeUnit.SECONDS) ? Outcome.done() : Outcome.dead("alone");
        });
    q.queue.push(tasks(15));
    awaitCompleted(15);
  }

  @Test
  void singlePushesWakeAsManyAsTheyAre() {
    var together = new CountDownLatch(15);
    idleWorkers(
        15,
        lease -> {
          together.countDown();
          return together.await(5, TimeUnit.SECONDS) ? Outcome.done() : Outcome.dead("alone");
        });
    tasks(15).forEach(q.queue::push);
    awaitCompleted(15);
  }

  @Test
  void aHundredTasksAreSoonDoneByIdleWorkersAgainAndAgain() {
    idleWorkers(12, lease -> Outcome.done());
    for (int round = 1; round <= 5; round++) {
      q.queue.push(tasks(100));
      awaitCompleted(100 * round);
      q.awaitIdle(12);
    }
  }

  @Test
  void manyProducersAndIdleWorkersNeverStall() throws Exception {
    idleWorkers(6, lease -> Outcome.done());
    var producers =
        IntStream.range(0, 4)
            .mapToObj(
                p ->
                    new Thread(
                        () -> {
                          for (int i = 0; i < 200; i++) {
                            q.queue.push(OneQueue.task(p + "-" + i), i % 5);
                          }
                        }))
            .toList();
    producers.forEach(Thread::start);
    for (var producer : producers) {
      producer.join();
    }
    awaitCompleted(800);
  }

  @Test
  void aScheduledTaskIsStartedInTime() {
    idleWorkers(3, lease -> Outcome.done());
    q.queue.push(Push.of(OneQueue.task("a")).withDelay(Duration.ofMillis(400)));
    long due = q.get("a").time().orElseThrow().toEpochMilli();
    awaitCompleted(1);
    assertPunctual("a", due);
  }

  @Test
  void anEarlierScheduledTaskComesBeforeTheLaterOne() {
    idleWorkers(2, lease -> Outcome.done());
    long now = now();
    q.queue.push(Push.of(OneQueue.task("hour")).withDelay(Duration.ofHours(1)));
    q.queue.push(OneQueue.task("c"), 1, Instant.ofEpochMilli(now + 900));
    q.queue.push(OneQueue.task("b"), 1, Instant.ofEpochMilli(now + 600));
    q.queue.push(OneQueue.task("a"), 1, Instant.ofEpochMilli(now + 300));
    awaitCompleted(3);
    assertPunctual("a", now + 300);
    assertPunctual("b", now + 600);
    assertPunctual("c", now + 900);
    assertEquals(1, q.queue.size());
  }

  @Test
  void thousandsThatAreDueAtOnceAreAllDone() {
    long due = now() + 700;
    var at = Instant.ofEpochMilli(due);
    q.queue.push(tasks(2000).stream().map(push -> push.withTime(at)).toList());
    var done = new AtomicInteger();
    LeaseHandler handler =
        lease -> {
          done.incrementAndGet();
          return Outcome.done();
        };
    q.worker(ONE.withConcurrency(20), handler);
    q.worker(q.elsewhere(OneQueue.CALM), ONE.withConcurrency(20), handler);
    Eventually.within(OneQueue.LIMIT, "all are done", () -> done.get() == 2000);
    q.awaitSize(0);
  }

  @Test
  void whatIsPushedAgainForNowWakes() {
    idleWorkers(2, lease -> Outcome.done());
    q.queue.push(Push.of(OneQueue.task("a")).withDelay(Duration.ofHours(1)));
    q.awaitIdle(2);
    q.queue.push(OneQueue.task("a"));
    awaitCompleted(1);
  }

  @Test
  void aRetryComesAfterItsPause() {
    idleWorkers(
        3,
        lease ->
            lease.attempts() == 0
                ? Outcome.retry("x").after(Duration.ofMillis(300))
                : Outcome.done());
    q.push("a");
    awaitCompleted(1);
    var events = q.events();
    long retried = events.stream().filter(e -> e.name().equals("retried")).count();
    long second = events.get(events.size() - 2).id().millis();
    long due =
        events.stream()
            .filter(e -> e.name().equals("retried"))
            .mapToLong(e -> Long.parseLong(e.details().get("at")))
            .findFirst()
            .orElseThrow();
    assertEquals(1, retried);
    assertTrue(second >= due && second <= due + 300, (second - due) + " ms late");
  }

  @Test
  void anIdlePeerTakesOverWhenALeaseIsOver() {
    var options = OneQueue.CALM.withLease(Duration.ofMillis(600));
    q.queue.push(OneQueue.task("a"));
    takeAsOneWhoDies(new StoredQueue(q.redis, q.keys, options));
    long over = q.get("a").time().orElseThrow().toEpochMilli();
    q.worker(q.elsewhere(options), ONE, lease -> Outcome.done());
    awaitCompleted(1);
    long late = takenOver("a") - over;
    assertTrue(late >= 0 && late <= 1000, "taken over " + late + " ms after the lease");
  }

  /** Nobody renews the lease. */
  private void takeAsOneWhoDies(StoredQueue stored) {
    var round = new StoredQueue.Round("dead", List.of(), 1, false);
    assertEquals(1, stored.settle(round, Insistence.none()).grants().size());
  }

  private long takenOver(String id) {
    return q.events().stream()
        .filter(event -> event.name().equals("expired") && event.taskId().equals(id))
        .findFirst()
        .orElseThrow()
        .id()
        .millis();
  }

  @Test
  void whatIsHandedBackWakes() {
    q.push("a");
    var lease = q.claim();
    idleWorkers(2, it -> Outcome.done());
    lease.close();
    awaitCompleted(1);
  }

  @Test
  void whatIsRequeuedWakes() {
    q.push("a", "b", "c");
    q.queue.claim(3).forEach(lease -> lease.settle(Outcome.dead("x")));
    var together = new CountDownLatch(3);
    idleWorkers(
        3,
        lease -> {
          together.countDown();
          return together.await(5, TimeUnit.SECONDS) ? Outcome.done() : Outcome.dead("alone");
        });
    q.queue.requeue(List.of("a", "b", "c"));
    awaitCompleted(3);
  }

  @Test
  void whatFollowsWakesAsManyAsItHasTasks() {
    var together = new CountDownLatch(5);
    idleWorkers(
        5,
        lease -> {
          if (lease.task().id().equals("first")) {
            return Outcome.done().then(tasks(5).stream().map(Push::task).toArray(Task[]::new));
          }
          together.countDown();
          return together.await(5, TimeUnit.SECONDS) ? Outcome.done() : Outcome.dead("alone");
        });
    q.push("first");
    awaitCompleted(6);
  }

  @Test
  void aWorkerWithFreeThreadsTakesMoreWhileOthersRun() {
    var end = new CountDownLatch(1);
    q.worker(
        ONE.withConcurrency(3),
        lease -> {
          if (lease.task().id().startsWith("long")) {
            end.await();
          }
          return Outcome.done();
        });
    q.push("long1", "long2");
    Eventually.within(SOON, "both run", () -> q.queue.stats().leased() == 2);
    for (int i = 0; i < 20; i++) {
      q.push("short" + i);
      awaitCompleted(i + 1);
    }
    end.countDown();
    awaitCompleted(22);
  }
}
