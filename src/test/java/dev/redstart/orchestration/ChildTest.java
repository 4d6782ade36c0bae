package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Notice;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A child and its parent, as long as nobody dies. */
class ChildTest {
  private static final Duration LIMIT = OneSession.LIMIT;

  /** A subclass runs the same tests in the other mode. */
  Mode mode() {
    return Mode.SUMMONER;
  }

  final OneSession open(SessionOptions options) {
    return OneSession.open(mode(), options);
  }

  final OneSession open(int children) {
    return OneSession.open(mode(), children);
  }

  private static ReportMessage success(TaskMessage task, int child) {
    return ReportMessage.success(task, child, Json.of("done"), Duration.ZERO);
  }

  private static CompletableFuture<ChildRun> run(Child child, TaskHandler handler) {
    return Background.run(() -> child.run(handler));
  }

  private static ChildRun await(CompletableFuture<ChildRun> run) throws Exception {
    return run.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void aTaskGoesOutAndItsReportComesBack() {
    try (var s = open(2)) {
      var sent = s.parent.send(2, "do this");
      var child = s.child(2);
      var task = child.take(LIMIT).orElseThrow();
      assertEquals(sent, task);
      assertEquals(List.of(task), s.parent.heldBy(2));
      assertEquals(Verdict.COUNTED, child.report(success(task, 2)));
      var gathered = s.parent.gather(LIMIT);
      assertTrue(gathered.isComplete());
      assertEquals("done", gathered.reports().get(task.taskId()).result().asString());
      assertEquals(2, gathered.reports().get(task.taskId()).childId());
      assertEquals(List.of("initialized", "task_sent", "child_started", "report"), s.events());
      s.parent.acknowledge(List.of(task.taskId()));
      assertEquals(0, s.redis.call(Keys.exists(s.keys.read())), "what is acknowledged is not kept");
    }
  }

  @Test
  void theMonitorChannelShowsEachMessageWithItsList() {
    try (var s = OneSession.open(1);
        var heard = s.redis.subscribe(s.config.monitorChannel())) {
      var task = s.parent.send(1, "do \"this\"\n/é");
      var child = s.child(1);
      child.report(success(child.take(LIMIT).orElseThrow(), 1));
      child.close();
      for (var expected : List.of(s.keys.tasks(1), "status:1", s.keys.reports(1), "status:1")) {
        var notice = (Notice.Message) heard.next(LIMIT).orElseThrow();
        var json = Json.parse(notice.text());
        assertEquals(expected, json.get("queue").asString());
        var message = Message.parse(json.get("message").asString());
        assertTrue(!(message instanceof TaskMessage) || message.equals(task));
      }
    }
  }

  @Test
  void tasksComeInTheOrderTheyWereSent() throws Exception {
    try (var s = open(1)) {
      s.send(1, "a", "b", "c", "d");
      var seen = new ConcurrentLinkedQueue<String>();
      var child = s.child(1);
      var run =
          child.run(
              task -> {
                seen.add(task.taskId());
                return Json.of(1);
              },
              4);
      assertEquals(new ChildRun(Child.End.ENOUGH, 4, 4, 0, 0), run);
      assertEquals(List.of("a", "b", "c", "d"), List.copyOf(seen));
    }
  }

  @Test
  void aSecondReportOnATaskDoesNotCount() {
    try (var s = open(2)) {
      s.send(1, "a");
      var child = s.child(1);
      var task = child.take(LIMIT).orElseThrow();
      assertEquals(Verdict.COUNTED, child.report(success(task, 1)));
      assertEquals(Verdict.DUPLICATE, child.report(success(task, 1)));
      assertEquals(Verdict.DUPLICATE, s.child(2).report(success(task, 2)));
      assertEquals(1, s.list(s.keys.reports(1)).size());
    }
  }

  @Test
  void theSameReportTwiceIsOneReport() {
    try (var s = open(1)) {
      s.send(1, "a");
      var child = s.child(1);
      var report = success(child.take(LIMIT).orElseThrow(), 1);
      assertEquals(Verdict.COUNTED, child.report(report));
      assertEquals(Verdict.COUNTED, child.report(report), "as after a lost reply");
      assertEquals(1, s.list(s.keys.reports(1)).size());
    }
  }

  @Test
  void aReportOnATaskOfSomebodyElseDoesNotCount() {
    try (var s = open(2)) {
      s.send(1, "a");
      s.send(2, "b");
      var first = s.child(1);
      var second = s.child(2);
      var a = first.take(LIMIT).orElseThrow();
      var b = second.take(LIMIT).orElseThrow();
      assertEquals(Verdict.NOT_HELD, second.report(success(a, 2)));
      assertEquals(Verdict.NOT_HELD, second.report(success(s.task(1, "unheard of"), 2)));
      assertEquals(List.of(b), s.parent.heldBy(2), "its own task stays with it");
      assertEquals(Verdict.COUNTED, first.report(success(a, 1)));
      assertEquals(Verdict.COUNTED, second.report(success(b, 2)));
    }
  }

  @Test
  void aTaskThatIsSentTwiceIsThereOnce() {
    try (var s = open(2)) {
      var task = s.task(1, "a");
      s.parent.send(task);
      s.parent.send(task);
      assertEquals(List.of("a"), s.waiting(1));
      var child = s.child(1);
      child.report(success(child.take(LIMIT).orElseThrow(), 1));
      s.parent.send(task);
      assertEquals(List.of(), s.waiting(1));
    }
  }

  @Test
  void aTaskOfAnotherSessionIsNotSent() {
    try (var s = open(1)) {
      var text =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> s.parent.send(TaskMessage.of("other", 1, "x")))
              .getMessage();
      assertTrue(text.contains("other") && text.contains(s.id()), text);
    }
  }

  @Test
  void oneTaskAtATime() {
    try (var s = open(1)) {
      s.send(1, "a", "b");
      var child = s.child(1);
      child.take(LIMIT).orElseThrow();
      var text = assertThrows(IllegalStateException.class, () -> child.take(LIMIT)).getMessage();
      assertTrue(text.contains("task a"), text);
    }
  }

  @Test
  void whatAHandlerThrowsIsReportedAsAFailure() throws Exception {
    try (var s = open(1)) {
      s.send(1, "a", "b", "c");
      var run =
          s.child(1)
              .run(
                  task ->
                      switch (task.taskId()) {
                        case "a" -> throw new IllegalStateException("no ink");
                        case "b" -> null;
                        default -> Json.of("fine");
                      },
                  3);
      assertEquals(new ChildRun(Child.End.ENOUGH, 3, 1, 2, 0), run);
      var reports = s.parent.gather(LIMIT).reports();
      assertEquals("failure", reports.get("a").status());
      assertEquals("no ink", reports.get("a").error().orElseThrow());
      assertEquals("the handler returned null", reports.get("b").error().orElseThrow());
      assertTrue(reports.get("c").isSuccess());
    }
  }

  @Test
  void anErrorOfTheHandlerIsReportedAndThrown() {
    try (var s = open(1)) {
      s.send(1, "a");
      var error = new StackOverflowError("too deep");
      var child = s.child(1);
      var thrown =
          assertThrows(
              StackOverflowError.class,
              () ->
                  child.run(
                      task -> {
                        throw error;
                      }));
      assertSame(error, thrown);
      assertEquals("too deep", s.parent.gather(LIMIT).reports().get("a").error().orElseThrow());
      assertTrue(s.events().contains("child_stopped"));
    }
  }

  @Test
  void aShutdownComesAfterTheTasksBeforeIt() throws Exception {
    try (var s = open(2)) {
      s.send(1, "a", "b");
      s.parent.shutdown("over");
      var first = run(s.child(1), task -> Json.of(1));
      var second = run(s.child(2), task -> Json.of(1));
      assertEquals(new ChildRun(Child.End.SHUTDOWN, 2, 2, 0, 0), await(first));
      assertEquals(new ChildRun(Child.End.SHUTDOWN, 0, 0, 0, 0), await(second));
      assertEquals(List.of(), s.list(s.keys.taken(1)), "nothing is left in its hands");
    }
  }

  @Test
  void stopCutsTheWaitShort() throws Exception {
    try (var s = open(1)) {
      var child = s.child(1);
      var run = run(child, task -> Json.of(1));
      awaitBlocked(s);
      long start = System.nanoTime();
      child.stop();
      assertEquals(Child.End.STOPPED, await(run).end());
      assertTrue(System.nanoTime() - start < 2_000_000_000L, "took longer than the answer");
    }
  }

  private static void awaitBlocked(OneSession s) {
    Eventually.within(
        LIMIT,
        "the child waits",
        () -> Admin.info(s.redis, "clients").get("blocked_clients").equals("1"));
  }

  @Test
  void stopLetsTheTaskAtHandBeDone() throws Exception {
    try (var s = open(1)) {
      s.send(1, "a", "b");
      var begun = new CountDownLatch(1);
      var go = new CountDownLatch(1);
      var child = s.child(1);
      var run =
          run(
              child,
              task -> {
                begun.countDown();
                go.await();
                return Json.of(1);
              });
      begun.await();
      child.stop();
      go.countDown();
      assertEquals(new ChildRun(Child.End.STOPPED, 1, 1, 0, 0), await(run));
      assertEquals(List.of("b"), s.waiting(1));
    }
  }

  @Test
  void anInterruptedChildGivesItsTaskBack() throws Exception {
    try (var s = open(1)) {
      s.send(1, "a", "b");
      var begun = new CountDownLatch(1);
      var ended = new CompletableFuture<ChildRun>();
      var child = s.child(1);
      var thread =
          new Thread(
              () ->
                  ended.complete(
                      child.run(
                          task -> {
                            begun.countDown();
                            new CountDownLatch(1).await();
                            return Json.of(1);
                          })));
      thread.start();
      begun.await();
      thread.interrupt();
      assertEquals(new ChildRun(Child.End.STOPPED, 1, 0, 0, 0), await(ended));
      thread.join();
      assertEquals(List.of("a", "b"), s.waiting(1));
    }
  }

  @Test
  void aChildNoticesThatItsSessionIsGone() throws Exception {
    var options = SessionOptions.defaults().withChildren(1).withLease(Duration.ofMillis(300));
    try (var s = open(options)) {
      var run = run(s.child(1), task -> Json.of(1));
      awaitBlocked(s);
      s.sessions.cleanup(s.id());
      assertEquals(Child.End.SESSION_GONE, await(run).end());
      assertEquals(0, s.redis.call(Server.dbSize()));
    }
  }

  @Test
  void anIdleChildMakesNoCallsButItsBlockingOne() throws Exception {
    try (var s = open(1)) {
      var child = s.child(1);
      var run = run(child, task -> Json.of(1));
      awaitBlocked(s);
      long asked = commands(s);
      long before = commands(s);
      long question = RedisServer.isSingle() ? 1 : before - asked;
      long until = System.nanoTime() + 1_000_000_000L;
      Eventually.within(LIMIT, "a second passes", () -> System.nanoTime() > until);
      assertEquals(before + question, commands(s), "only this question itself");
      child.stop();
      await(run);
    }
  }

  private static long commands(OneSession s) {
    return Long.parseLong(Admin.info(s.redis, "stats").get("total_commands_processed"));
  }

  @Test
  void aLateReportIsGatheredLater() {
    try (var s = open(1)) {
      s.send(1, "a", "b");
      var child = s.child(1);
      child.report(success(child.take(LIMIT).orElseThrow(), 1));
      var first = s.parent.gather(Duration.ofMillis(20));
      assertFalse(first.isComplete());
      assertEquals(Set.of("a"), first.reports().keySet());
      assertEquals(Set.of("b"), first.missing());
      child.report(success(child.take(LIMIT).orElseThrow(), 1));
      assertEquals(Set.of("b"), s.parent.gather(LIMIT).reports().keySet());
      assertTrue(s.parent.gather(Duration.ZERO).isComplete(), "nothing is open");
    }
  }

  @Test
  void reportsOfOtherTasksAreKeptForThoseWhoWantThem() {
    try (var s = open(1)) {
      s.send(1, "a", "b");
      var child = s.child(1);
      child.report(success(child.take(LIMIT).orElseThrow(), 1));
      child.report(success(child.take(LIMIT).orElseThrow(), 1));
      assertEquals(Set.of("b"), s.parent.gather(List.of("b"), LIMIT).reports().keySet());
      assertEquals(Set.of("a"), s.parent.gather(List.of("a"), LIMIT).reports().keySet());
    }
  }

  @Test
  void anotherParentGoesOnWithWhatTheFirstHadTaken() {
    try (var s = open(1)) {
      s.send(1, "a", "b");
      var child = s.child(1);
      child.report(success(child.take(LIMIT).orElseThrow(), 1));
      child.report(success(child.take(LIMIT).orElseThrow(), 1));
      s.parent.gather(List.of("b"), LIMIT);
      var next = s.sessions.parent(s.id());
      assertTrue(next.gather(List.of("a"), LIMIT).isComplete());
    }
  }
}
