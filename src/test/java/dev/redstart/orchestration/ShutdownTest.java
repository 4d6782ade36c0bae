package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.Keys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How children are asked to stop, and how they stop themselves. */
@Apart
class ShutdownTest {
  private static final Duration LIMIT = OneSession.LIMIT;
  private static final long PROMPT_MILLIS = 500;

  private static final SessionOptions TWO = SessionOptions.defaults().withChildren(2);
  private static final SessionOptions SHORT_LEASE = TWO.withLease(Duration.ofMillis(300));

  private static CompletableFuture<ChildRun> run(Child child, TaskHandler handler) {
    return Background.run(() -> child.run(handler));
  }

  private static ChildRun await(CompletableFuture<ChildRun> run) throws Exception {
    return run.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  private static JsonValue workForLong(CountDownLatch begun) throws InterruptedException {
    begun.countDown();
    new CountDownLatch(1).await();
    throw new AssertionError("nobody counts it down");
  }

  private static void awaitBlocked(OneSession s, int children) {
    Eventually.within(
        LIMIT,
        "children wait",
        () ->
            Admin.info(s.redis, "clients")
                .get("blocked_clients")
                .equals(Integer.toString(children)));
  }

  private static long millis(long startNanos) {
    return (System.nanoTime() - startNanos) / 1_000_000;
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aGracefulOneLetsEverythingBeforeItBeDone(Mode mode) throws Exception {
    try (var s = OneSession.open(mode, TWO)) {
      s.send(1, "a", "b", "c");
      var begun = new CountDownLatch(1);
      var go = new CountDownLatch(1);
      var seen = new ConcurrentLinkedQueue<String>();
      var run =
          run(
              s.child(1),
              task -> {
                seen.add(task.taskId());
                begun.countDown();
                go.await();
                return Json.of(1);
              });
      begun.await();
      s.parent.shutdown(1, "over");
      s.send(1, "d");
      go.countDown();
      assertEquals(new ChildRun(Child.End.SHUTDOWN, 3, 3, 0, 0), await(run));
      assertEquals(List.of("a", "b", "c"), List.copyOf(seen));
      assertEquals(List.of("d"), s.waiting(1), "sent later, for whoever comes next");
      assertEquals(0, s.redis.call(Keys.exists(s.keys.taken(1))));
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void anImmediateOneInterruptsTheHandlerAndTheTaskIsAsIfNotBegun(Mode mode) throws Exception {
    try (var s = OneSession.open(mode, TWO)) {
      s.send(1, "a", "b");
      var begun = new CountDownLatch(1);
      var run = run(s.child(1), task -> workForLong(begun));
      begun.await();
      long start = System.nanoTime();
      s.parent.shutdownNow(1, "at once");
      assertEquals(new ChildRun(Child.End.SHUTDOWN, 1, 0, 0, 0), await(run));
      assertTrue(millis(start) < PROMPT_MILLIS, "it took " + millis(start) + " ms");
      assertEquals(List.of("a", "b"), s.waiting(1));
      assertEquals("0", s.redis.call("HGET", s.keys.deliveries(), "a").text());
      assertEquals(0, s.redis.call(Keys.exists(s.keys.taken(1))));
      assertFalse(s.events().contains("report"));
      assertEquals(List.of(), s.list(s.keys.dead()));
      s.child(2);
      s.session.recover();
      assertEquals(List.of("a", "b"), s.waiting(2));
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void anIdleChildHearsItAtOnce(Mode mode) throws Exception {
    try (var s = OneSession.open(mode, TWO)) {
      var run = run(s.child(1), task -> Json.of(1));
      awaitBlocked(s, 1);
      long start = System.nanoTime();
      s.parent.shutdownNow(1, "at once");
      assertEquals(new ChildRun(Child.End.SHUTDOWN, 0, 0, 0, 0), await(run));
      assertTrue(millis(start) < PROMPT_MILLIS, "it took " + millis(start) + " ms");
      assertEquals(0, s.redis.call(Keys.exists(s.keys.tasks(1), s.keys.taken(1))));
    }
  }

  @Test
  void aHandlerThatIgnoresItLosesItsTaskAfterASecond() throws Exception {
    try (var s = OneSession.open(TWO)) {
      s.send(1, "a");
      var begun = new CountDownLatch(1);
      var go = new CountDownLatch(1);
      var run =
          run(
              s.child(1),
              task -> {
                begun.countDown();
                boolean isOver = false;
                while (!isOver) {
                  try {
                    isOver = go.await(1, TimeUnit.MINUTES);
                  } catch (InterruptedException ignored) {
                    // As a handler does that is stuck in something else.
                  }
                }
                return Json.of("too late");
              });
      begun.await();
      long start = System.nanoTime();
      s.parent.shutdownNow(1, "at once");
      Eventually.within(LIMIT, "it is given back", () -> s.waiting(1).equals(List.of("a")));
      assertTrue(millis(start) < 2_000, "it took " + millis(start) + " ms");
      assertEquals("0", s.redis.call("HGET", s.keys.deliveries(), "a").text());
      var other = run(s.child(2), task -> Json.of("by 2"));
      assertEquals("by 2", s.parent.gather(LIMIT).reports().get("a").result().asString());
      go.countDown();
      assertEquals(new ChildRun(Child.End.SHUTDOWN, 1, 0, 0, 0), await(run));
      s.parent.shutdown(2, "over");
      await(other);
      assertEquals(List.of(), s.list(s.keys.dead()));
      assertEquals(1, s.events().stream().filter("report"::equals).count());
    }
  }

  @Test
  void oneToOneChildStopsNoOther() throws Exception {
    try (var s = OneSession.open(SHORT_LEASE)) {
      s.send(1, "a");
      s.send(2, "b");
      var begun = new CountDownLatch(2);
      var go = new CountDownLatch(1);
      var runs = new ArrayList<CompletableFuture<ChildRun>>();
      for (int child = 1; child <= 2; child++) {
        runs.add(
            run(
                s.child(child),
                task -> {
                  begun.countDown();
                  go.await();
                  return Json.of(1);
                }));
      }
      begun.await();
      s.parent.shutdownNow(1, "at once");
      assertEquals(Child.End.SHUTDOWN, await(runs.get(0)).end());
      go.countDown();
      assertEquals(Set.of("a", "b"), s.parent.gather(LIMIT).reports().keySet());
      s.parent.shutdown(2, "over");
      assertEquals(new ChildRun(Child.End.SHUTDOWN, 2, 2, 0, 0), await(runs.get(1)));
    }
  }

  @Test
  void oneToAllStopsAll() throws Exception {
    int count = 8;
    try (var s = OneSession.open(count)) {
      var begun = new CountDownLatch(count / 2);
      var runs = new ArrayList<CompletableFuture<ChildRun>>();
      for (int child = 1; child <= count; child++) {
        if (child % 2 == 0) {
          s.send(child, "t" + child);
        }
        runs.add(run(s.child(child), task -> workForLong(begun)));
      }
      begun.await();
      long start = System.nanoTime();
      s.parent.shutdownNow("at once");
      for (var run : runs) {
        assertEquals(Child.End.SHUTDOWN, await(run).end());
      }
      assertTrue(millis(start) < 2 * PROMPT_MILLIS, "it took " + millis(start) + " ms");
      var left = new ArrayList<String>();
      for (var child : s.sessions.view(s.id()).children()) {
        assertEquals(ChildView.State.STOPPED, child.state());
        left.addAll(s.waiting(child.childId()));
      }
      // Perhaps not where it was: who is still there looks after the others' work.
      assertEquals(List.of("t2", "t4", "t6", "t8"), left.stream().sorted().toList());
    }
  }

  private static String immediate(OneSession s, int child) {
    return ShutdownMessage.immediate(s.id(), child, "at once").toJson().toString();
  }

  @Test
  void whenTheWordIsLostTheNextSignOfLifeBringsIt() throws Exception {
    try (var s = OneSession.open(SHORT_LEASE)) {
      s.send(1, "a", "b");
      var begun = new CountDownLatch(1);
      var run = run(s.child(1), task -> workForLong(begun));
      begun.await();
      s.redis.call("LPUSH", s.keys.tasks(1), immediate(s, 1));
      assertEquals(new ChildRun(Child.End.SHUTDOWN, 1, 0, 0, 0), await(run));
      assertEquals(List.of("a", "b"), s.waiting(1));
    }
  }

  @Test
  void aPlainChildSeesItFirst() {
    try (var s = OneSession.open(1)) {
      s.send(1, "a", "b");
      s.parent.shutdownNow(1, "at once");
      var raw = s.redis.call("BLPOP", s.keys.tasks(1), "5").items().get(1).text();
      var json = Json.parse(raw);
      assertEquals("shutdown", json.get("type").asString());
      assertFalse(json.get("graceful").asBoolean());
      assertEquals("at once", json.get("reason").asString());
      assertEquals(1, json.get("target_child_id").asInt());
    }
  }

  @Test
  void whoJoinsAfterItStopsBeforeTheFirstTask() {
    try (var s = OneSession.open(1)) {
      s.send(1, "a");
      s.parent.shutdownNow(1, "at once");
      assertEquals(
          new ChildRun(Child.End.SHUTDOWN, 0, 0, 0, 0), s.child(1).run(task -> Json.of(1)));
      assertEquals(List.of("a"), s.waiting(1));
      assertEquals(1, s.child(1).run(task -> Json.of(1), 1).succeeded());
    }
  }

  @Test
  void oneThatIsMeantForAnotherChildIsADeadLetter() throws Exception {
    try (var s = OneSession.open(SHORT_LEASE)) {
      s.redis.call("RPUSH", s.keys.tasks(1), immediate(s, 2));
      s.redis.call(
          "RPUSH", s.keys.tasks(1), ShutdownMessage.of(s.id(), 2, "over").toJson().toString());
      s.redis.call(
          "RPUSH", s.keys.tasks(1), ShutdownMessage.of("other", 1, "over").toJson().toString());
      s.send(1, "a");
      var begun = new CountDownLatch(1);
      var go = new CountDownLatch(1);
      var run =
          run(
              s.child(1),
              task -> {
                begun.countDown();
                go.await();
                return Json.of(1);
              });
      begun.await();
      s.redis.call("LPUSH", s.keys.tasks(1), immediate(s, 2));
      long later = System.nanoTime() + Duration.ofMillis(250).toNanos();
      Eventually.within(LIMIT, "a sign of life or two", () -> System.nanoTime() > later);
      go.countDown();
      assertTrue(s.parent.gather(LIMIT).isComplete());
      s.redis.call("RPUSH", s.keys.tasks(1), "{\"type\":\"shutdown\"}");
      assertEquals(new ChildRun(Child.End.SHUTDOWN, 1, 1, 0, 0), await(run));
      var reasons =
          s.list(s.keys.dead()).stream().map(it -> Json.parse(it).get("reason").asString());
      assertEquals(
          List.of(
              "a shutdown of child 2",
              "a shutdown of child 2",
              "a message of session other",
              "a shutdown of child 2"),
          reasons.toList());
    }
  }

  @Test
  void amongQuickTasksNothingIsLostAndNothingIsHeld() throws Exception {
    try (var s = OneSession.open(2)) {
      for (int round = 0; round < 10; round++) {
        int number = round;
        var ids = IntStream.range(0, 100).mapToObj(i -> number + "-" + i).toList();
        s.parent.sendAll(ids.stream().map(id -> s.task(1, id)).toList());
        var some = new CountDownLatch(5 * round);
        var run =
            run(
                s.child(1),
                task -> {
                  some.countDown();
                  return Json.of(1);
                });
        some.await();
        s.parent.shutdownNow(1, "at once");
        var ended = await(run);
        assertEquals(Child.End.SHUTDOWN, ended.end());
        assertEquals(ids.subList(ended.succeeded(), 100), s.waiting(1), "the rest, in its order");
        assertEquals(0, s.redis.call(Keys.exists(s.keys.taken(1))));
        int rest = 100 - ended.succeeded();
        // It may have been quicker than the word.
        int done = rest == 0 ? 0 : s.child(1).run(task -> Json.of(1), rest).succeeded();
        assertEquals(rest, done);
        assertEquals(100, s.parent.gather(LIMIT).reports().size());
      }
    }
  }

  @Test
  void closeFromAnotherThreadInterruptsTheHandler() throws Exception {
    try (var s = OneSession.open(1)) {
      s.send(1, "a", "b");
      var begun = new CountDownLatch(1);
      var child = s.child(1);
      var run = run(child, task -> workForLong(begun));
      begun.await();
      long start = System.nanoTime();
      child.close();
      assertEquals(List.of("a", "b"), s.waiting(1), "when it returns, the task is back");
      assertEquals(new ChildRun(Child.End.STOPPED, 1, 0, 0, 0), await(run));
      assertTrue(millis(start) < PROMPT_MILLIS, "it took " + millis(start) + " ms");
      assertEquals("0", s.redis.call("HGET", s.keys.deliveries(), "a").text());
      child.close();
      assertEquals(1, s.events().stream().filter("child_stopped"::equals).count());
    }
  }

  @Test
  void closeByTheHandlerItselfGivesItsTaskBack() {
    try (var s = OneSession.open(1)) {
      s.send(1, "a");
      var child = s.child(1);
      var run =
          child.run(
              task -> {
                child.close();
                return Json.of("after all");
              });
      assertEquals(new ChildRun(Child.End.STOPPED, 1, 0, 0, 0), run);
      assertEquals(List.of("a"), s.waiting(1));
      assertFalse(Thread.interrupted());
    }
  }

  @Test
  void closeOfAnIdleChildIsPrompt() throws Exception {
    try (var s = OneSession.open(1)) {
      var child = s.child(1);
      var run = run(child, task -> Json.of(1));
      awaitBlocked(s, 1);
      long start = System.nanoTime();
      child.close();
      assertEquals(new ChildRun(Child.End.STOPPED, 0, 0, 0, 0), await(run));
      assertTrue(millis(start) < PROMPT_MILLIS, "it took " + millis(start) + " ms");
    }
  }

  @Test
  void stopKeepsTheLeaseForAsLongAsTheHandlerGoesOn() throws Exception {
    try (var s = OneSession.open(SHORT_LEASE)) {
      s.send(1, "a");
      var begun = new CountDownLatch(1);
      var child = s.child(1);
      var run =
          run(
              child,
              task -> {
                begun.countDown();
                new CountDownLatch(1).await(900, TimeUnit.MILLISECONDS);
                return Json.of("done");
              });
      var sibling = run(s.child(2), task -> Json.of("twice"));
      begun.await();
      child.stop();
      assertEquals("done", s.parent.gather(LIMIT).reports().get("a").result().asString());
      assertEquals(new ChildRun(Child.End.STOPPED, 1, 1, 0, 0), await(run));
      assertFalse(s.events().contains("child_lost"));
      s.parent.shutdown(2, "over");
      assertEquals(0, await(sibling).received());
    }
  }
}
