package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks that take longer than they may. */
@Apart
class TimeoutTest {
  private static final Duration LIMIT = OneSession.LIMIT;
  private static final Duration SHORT = Duration.ofMillis(60);

  private static TaskMessage task(OneSession s, String id) {
    return s.task(1, id).withTimeout(SHORT);
  }

  private static CompletableFuture<ChildRun> run(Child child, TaskHandler handler) {
    return Background.run(() -> child.run(handler));
  }

  private static ChildRun await(CompletableFuture<ChildRun> run) throws Exception {
    return run.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  private static JsonValue sleepForLong() throws InterruptedException {
    new CountDownLatch(1).await();
    throw new AssertionError("nobody counts it down");
  }

  /** A handler that does not care about interrupts; it keeps them for itself. */
  private static JsonValue holdOn(CountDownLatch until) {
    while (true) {
      try {
        until.await();
        return Json.of("too late");
      } catch (InterruptedException ignored) {
        // As a handler does that is stuck in something else.
      }
    }
  }

  @Test
  void aHandlerThatObeysIsInterruptedAndTheNextTaskBegins() {
    try (var s = OneSession.open(1)) {
      s.parent.send(task(s, "a"));
      s.send(1, "b");
      var run =
          s.child(1).run(task -> task.taskId().equals("a") ? sleepForLong() : Json.of("done"), 2);
      assertEquals(new ChildRun(Child.End.ENOUGH, 2, 1, 1, 0), run);
      var reports = s.parent.gather(LIMIT).reports();
      assertEquals(ReportMessage.TIMEOUT, reports.get("a").status());
      assertEquals("not done within 60 ms", reports.get("a").error().orElseThrow());
      assertEquals(60, reports.get("a").durationMs());
      assertFalse(reports.get("a").isSuccess());
      assertTrue(reports.get("b").isSuccess());
    }
  }

  @Test
  void whatAHandlerThrowsOrReturnsWhenItIsInterruptedCountsNowhere() {
    try (var s = OneSession.open(1)) {
      s.parent.sendAll(List.of(task(s, "throws"), task(s, "returns"), task(s, "fails")));
      var run =
          s.child(1)
              .run(
                  task -> {
                    try {
                      return sleepForLong();
                    } catch (InterruptedException time) {
                      switch (task.taskId()) {
                        case "throws" -> throw new IllegalStateException("because of it");
                        case "returns" -> {
                          return Json.of("half of it");
                        }
                        default -> throw time;
                      }
                    }
                  },
                  3);
      assertEquals(new ChildRun(Child.End.ENOUGH, 3, 0, 3, 0), run);
      s.parent
          .gather(LIMIT)
          .reports()
          .values()
          .forEach(report -> assertEquals(ReportMessage.TIMEOUT, report.status()));
      assertEquals(List.of(), s.list(s.keys.dead()));
    }
  }

  @Test
  void aHandlerThatIgnoresItIsReportedInTimeAndTheNextTaskWaitsForIt() throws Exception {
    try (var s = OneSession.open(1)) {
      s.parent.send(task(s, "a"));
      s.send(1, "b");
      var go = new CountDownLatch(1);
      var seen = new ConcurrentLinkedQueue<String>();
      var run =
          run(
              s.child(1),
              task -> {
                seen.add(task.taskId());
                return task.taskId().equals("a") ? holdOn(go) : Json.of("done");
              });
      var first = s.parent.gather(List.of("a"), LIMIT);
      assertEquals(ReportMessage.TIMEOUT, first.reports().get("a").status());
      assertTrue(s.parent.gather(List.of("b"), Duration.ofMillis(100)).reports().isEmpty());
      assertEquals(List.of("a"), List.copyOf(seen));
      go.countDown();
      assertTrue(s.parent.gather(List.of("b"), LIMIT).reports().get("b").isSuccess());
      s.parent.shutdown("over");
      assertEquals(new ChildRun(Child.End.SHUTDOWN, 2, 1, 1, 0), await(run));
      assertEquals(List.of(), s.list(s.keys.dead()), "the late result went nowhere");
      assertEquals(2, s.events().stream().filter("report"::equals).count());
    }
  }

  @Test
  void afterALeaseTheSiblingsOfAStuckChildDoItsTasksAndItComesBack() throws Exception {
    var options = SessionOptions.defaults().withChildren(2).withLease(Duration.ofMillis(300));
    try (var s = OneSession.open(options)) {
      s.parent.send(task(s, "a"));
      s.send(1, "b", "c");
      var go = new CountDownLatch(1);
      var stuck = run(s.child(1), task -> holdOn(go));
      var other = run(s.child(2), task -> Json.of("by 2"));
      var reports = s.parent.gather(LIMIT).reports();
      assertEquals(ReportMessage.TIMEOUT, reports.get("a").status());
      assertEquals(2, reports.get("b").childId());
      assertEquals(2, reports.get("c").childId());
      assertEquals(ChildView.State.LOST, s.sessions.view(s.id()).children().get(0).state());
      go.countDown();
      Eventually.within(LIMIT, "it comes back", () -> s.events().contains("child_back"));
      s.send(1, "d");
      assertEquals(1, s.parent.gather(LIMIT).reports().get("d").childId());
      s.parent.shutdown("over");
      assertEquals(new ChildRun(Child.End.SHUTDOWN, 2, 1, 1, 0), await(stuck));
      assertEquals(new ChildRun(Child.End.SHUTDOWN, 2, 2, 0, 0), await(other));
    }
  }

  @Test
  void aChildWhoseHandlerIsLongButNotTooLateStaysAlive() throws Exception {
    var options = SessionOptions.defaults().withChildren(2).withLease(Duration.ofMillis(300));
    try (var s = OneSession.open(options)) {
      s.parent.send(s.task(1, "a").withTimeout(LIMIT));
      var run =
          run(
              s.child(1),
              task -> {
                new CountDownLatch(1).await(800, TimeUnit.MILLISECONDS);
                return Json.of("done");
              });
      s.joinOnly(2);
      assertTrue(s.parent.gather(LIMIT).reports().get("a").isSuccess());
      assertEquals(1, s.events().stream().filter("child_lost"::equals).count(), "the idle one");
      s.parent.shutdown("over");
      assertEquals(Child.End.SHUTDOWN, await(run).end());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.000000001", "1e-400", "\"0.0005\"", "0.001"})
  void aTimeoutMayBeVeryShort(String seconds) {
    assertEquals(List.of(ReportMessage.TIMEOUT), statuses(seconds, TimeoutTest::sleepForLong));
  }

  private interface Work {
    JsonValue work() throws Exception;
  }

  private static List<String> statuses(String timeout, Work work) {
    try (var s = OneSession.open(1)) {
      var json = "{\"type\":\"task\",\"task_id\":\"a\",\"timeout\":%s}".formatted(timeout);
      s.redis.call("RPUSH", s.keys.tasks(1), json, "{\"type\":\"shutdown\"}");
      s.child(1).run(task -> work.work());
      assertEquals(0, s.redis.call("LLEN", s.keys.tasks(1)).integer());
      return s.parent.gather(List.of("a"), Duration.ZERO).reports().values().stream()
          .map(ReportMessage::status)
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "-1e300", "null", "1e300", "\"1e9\"", "31536001", "-0.0"})
  void aTimeoutThatIsNoneOrVeryLongInterruptsNobody(String seconds) {
    var done = statuses(seconds, () -> Json.of(!Thread.currentThread().isInterrupted()));
    assertEquals(List.of(ReportMessage.SUCCESS), done);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"soon\"", "[]", "1e9999", "true"})
  void aTimeoutThatIsNoNumberMakesADeadLetter(String seconds) {
    assertEquals(List.of(), statuses(seconds, () -> Json.of(1)));
  }

  @Test
  void whoeverInterruptsTheChildAtTheSameTimeLosesNoTask() throws Exception {
    try (var s = OneSession.open(1)) {
      for (int i = 0; i < 20; i++) {
        int number = i;
        s.parent.send(s.task(1, "t" + number).withTimeout(Duration.ofMillis(5)));
        var thread = new AtomicReference<Thread>();
        var begun = new CountDownLatch(1);
        var run =
            run(
                s.child(1),
                task -> {
                  thread.set(Thread.currentThread());
                  begun.countDown();
                  return sleepForLong();
                });
        begun.await();
        new CountDownLatch(1).await(4_500 + 50 * number, TimeUnit.MICROSECONDS);
        thread.get().interrupt();
        endWith(s, run, "t" + number);
      }
    }
  }

  /** Either it was the end of the task, or of the child, which has then given the task back. */
  private static void endWith(OneSession s, CompletableFuture<ChildRun> run, String id)
      throws Exception {
    Eventually.within(
        LIMIT, "something has ended", () -> run.isDone() || s.events().contains("report"));
    s.parent.shutdown("over");
    var ended = await(run);
    if (ended.failed() == 0) {
      assertEquals(new ChildRun(Child.End.STOPPED, 1, 0, 0, 0), ended);
      assertEquals(List.of(id, "other"), s.waiting(1));
      s.child(1).run(task -> Json.of(1));
    }
    s.redis.call("DEL", s.keys.tasks(1));
    assertEquals(1, s.parent.gather(LIMIT).reports().size());
    s.redis.call("XTRIM", s.keys.status(), "MAXLEN", "0");
  }

  @Test
  void theReportWaitsForARedisThatIsAwayAtThatMoment() throws Exception {
    try (var s = OneSession.open(1);
        var proxy = FaultProxy.to(RedisServer.shared().port());
        // Away for longer than any one call may take.
        var redis =
            Redis.connect(RedisOptions.of(proxy.url()).withTimeout(Duration.ofMillis(300)))) {
      s.parent.send(task(s, "a"));
      s.send(1, "b");
      var begun = new CountDownLatch(1);
      var child = Orchestration.of(redis).child(s.id(), 1);
      var run =
          run(
              child,
              task -> {
                if (task.taskId().equals("b")) {
                  return Json.of("done");
                }
                proxy.both(Fault.DROP);
                begun.countDown();
                return sleepForLong();
              });
      begun.await();
      assertTrue(s.parent.gather(Duration.ofMillis(700)).reports().isEmpty());
      proxy.both(Fault.PASS);
      proxy.cut();
      var reports = s.parent.gather(LIMIT).reports();
      assertEquals(ReportMessage.TIMEOUT, reports.get("a").status());
      assertTrue(reports.get("b").isSuccess());
      s.parent.shutdown("over");
      assertEquals(new ChildRun(Child.End.SHUTDOWN, 2, 1, 1, 0), await(run));
    }
  }

  @Test
  void noInterruptEverReachesTheNextTask() {
    int count = 500;
    var length = Duration.ofMillis(2);
    try (var s = OneSession.open(1)) {
      var tasks = new ArrayList<TaskMessage>();
      for (int i = 0; i < count; i++) {
        var task = s.task(1, "t" + i);
        tasks.add(i % 2 == 0 ? task.withTimeout(length) : task);
      }
      s.parent.sendAll(tasks);
      var strays = new AtomicInteger();
      var run =
          s.child(1)
              .run(
                  task -> {
                    if (task.timeout().isEmpty()) {
                      strays.addAndGet(Thread.interrupted() ? 1 : 0);
                    } else {
                      // On a busy machine its own time may be over before it has begun.
                      new CountDownLatch(1).await(length.toNanos(), TimeUnit.NANOSECONDS);
                    }
                    return Json.of("done");
                  },
                  count);
      assertEquals(0, strays.get());
      assertFalse(Thread.interrupted());
      assertEquals(count, run.succeeded() + run.failed());
      assertEquals(0, run.refused());
      var reports = s.parent.gather(LIMIT).reports();
      assertEquals(count, reports.size());
      assertEquals(run.succeeded(), reports.values().stream().filter(it -> it.isSuccess()).count());
      assertTrue(run.failed() <= count / 2, "only those with a limit");
      System.out.println("limit equals length: " + run);
    }
  }
}
