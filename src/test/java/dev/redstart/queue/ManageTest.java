package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cancel, remove, requeue, purge and clear. */
class ManageTest {
  private final OneQueue q = OneQueue.open();

  @AfterEach
  void close() {
    q.close();
  }

  /** A task in each state; its id is the state's name. */
  private Lease one() {
    q.push("LEASED", "DEAD");
    var leases = q.queue.claim(2);
    leases.get(1).settle(Outcome.dead("x"));
    q.push("READY");
    q.queue.push(Push.of(OneQueue.task("SCHEDULED")).withDelay(Duration.ofHours(1)));
    for (var state : TaskState.values()) {
      assertEquals(state, q.state(state.name()));
    }
    return leases.get(0);
  }

  private void assertGone(String... ids) {
    for (var id : ids) {
      assertTrue(q.queue.get(id).isEmpty(), id);
    }
  }

  /** Nothing is left of a task anywhere, but for what happened to it. */
  private void assertNoTrace(String id) {
    for (var key : q.allKeys()) {
      var dump = q.redis.call("DUMP", key).toString();
      boolean mayName = key.equals(q.keys.events()) || key.equals(q.keys.requests());
      assertTrue(mayName || !dump.contains(id), key + " still knows " + id);
    }
  }

  @Test
  void cancelEndsWhatWaitsAndTellsWhoWorks() {
    var lease = one();
    assertTrue(q.queue.cancel("READY"));
    assertTrue(q.queue.cancel("SCHEDULED"));
    assertTrue(q.queue.cancel("LEASED"));
    assertFalse(q.queue.cancel("DEAD"));
    assertFalse(q.queue.cancel("nobody"));
    assertGone("READY", "SCHEDULED");
    assertEquals(TaskState.DEAD, q.state("DEAD"));
    assertTrue(q.get("LEASED").cancelled());
    assertFalse(q.queue.cancel("READY"), "it is gone");
    assertTrue(q.queue.cancel("LEASED"), "it is still there");
    assertEquals(2, q.queue.stats().cancelled());
    assertEquals(Settlement.CANCELLED, lease.settle(Outcome.retry("x")));
    assertGone("LEASED");
    assertEquals(3, q.queue.stats().cancelled());
    assertNoTrace("SCHEDULED");
    assertNoTrace("LEASED");
  }

  @Test
  void aCancelledTaskThatIsPushedAgainAfterItEndedIsNotCancelled() {
    q.push("a");
    var lease = q.claim();
    q.queue.cancel("a");
    assertEquals(Pushed.LEASED, q.queue.push(OneQueue.task("a")));
    assertEquals(Settlement.CANCELLED, lease.settle(Outcome.released()));
    assertEquals(Pushed.ADDED, q.queue.push(OneQueue.task("a")));
    assertFalse(q.get("a").cancelled());
    assertEquals(Settlement.COMPLETED, q.claim().complete());
  }

  @Test
  void removeEndsATaskWhereverItIs() {
    var lease = one();
    lease.checkpoint(Json.of("LEASED"));
    for (var state : TaskState.values()) {
      assertTrue(q.queue.remove(state.name()), state.name());
      assertFalse(q.queue.remove(state.name()), state.name());
      assertGone(state.name());
      assertNoTrace(state.name());
    }
    assertFalse(q.queue.remove("nobody"));
    assertEquals(Settlement.LOST, lease.complete());
    assertEquals(4, q.queue.stats().removed());
    assertEquals(0, q.queue.size() + q.queue.stats().dead());
  }

  @Test
  void requeueMakesDeadLettersReadyAtTheirOldPlace() {
    var queue = q.elsewhere(OneQueue.CALM.withAttempts(1));
    for (var id : List.of("a", "b", "c")) {
      queue.push(OneQueue.task(id), 1);
    }
    queue.popAndHandle(task -> false, 2);
    assertEquals(2, q.queue.requeue(List.of("b", "c", "nobody", "a", "a")));
    assertEquals(List.of("a", "b", "c"), OneQueue.ids(q.queue.range(0, 9, 9)));
    var again = q.get("a");
    assertEquals(0, again.attempts() + again.deliveries());
    assertEquals(0, q.queue.requeue(List.of("a", "b")));
    queue.popAndHandle(task -> false);
    assertEquals(TaskState.DEAD, q.state("a"), "its attempts are counted anew");
  }

  @Test
  void purgeDeletesDeadLettersOnly() {
    one();
    var all = List.of("READY", "SCHEDULED", "LEASED", "DEAD", "nobody", "DEAD");
    assertEquals(1, q.queue.purge(all));
    assertEquals(0, q.queue.purge(all));
    assertGone("DEAD");
    assertNoTrace("DEAD");
    assertEquals(3, q.queue.size());
    assertEquals(1, q.queue.stats().removed());
    assertEquals(0, q.queue.purge(List.of()));
    assertEquals(0, q.queue.requeue(List.of()));
  }

  @Test
  void moreThanABatchOfDeadLettersIsRequeuedAndPurged() {
    var ids = IntStream.range(0, 600).mapToObj(i -> "t" + i).toList();
    q.queue.push(ids.stream().map(id -> Push.of(OneQueue.task(id)).withScore(1)).toList());
    for (int i = 0; i < 6; i++) {
      q.queue.claim(100).forEach(lease -> lease.settle(Outcome.dead("x")));
    }
    assertEquals(600, q.queue.stats().dead());
    assertEquals(600, q.queue.requeue(ids));
    assertEquals(ids, OneQueue.ids(q.queue.popAndHandle(task -> true, 600)));
    q.queue.push(ids.stream().map(id -> Push.of(OneQueue.task(id))).toList());
    for (int i = 0; i < 6; i++) {
      q.queue.claim(100).forEach(lease -> lease.settle(Outcome.dead("x")));
    }
    assertEquals(600, q.queue.purge(ids));
    assertEquals(0, q.queue.stats().dead());
  }

  @Test
  void idsAreCheckedBeforeAnythingIsSent() {
    q.push("?");
    q.claim().settle(Outcome.dead("x"));
    for (var wrong : List.of("", " ", "\ud800", "x".repeat(1025))) {
      assertThrows(IllegalArgumentException.class, () -> q.queue.cancel(wrong));
      assertThrows(IllegalArgumentException.class, () -> q.queue.remove(wrong));
      assertThrows(IllegalArgumentException.class, () -> q.queue.get(wrong));
      assertThrows(IllegalArgumentException.class, () -> q.queue.requeue(List.of("?", wrong)));
      assertThrows(IllegalArgumentException.class, () -> q.queue.purge(List.of("?", wrong)));
    }
    assertEquals(TaskState.DEAD, q.state("?"));
    TaskTest.assertNamed("id", () -> q.queue.cancel(null));
    TaskTest.assertNamed("ids", () -> q.queue.purge(null));
    TaskTest.assertNamed("ids", () -> q.queue.requeue(null));
  }

  @Test
  void clearLeavesNoKey() {
    var lease = one();
    lease.progress(Json.of(1));
    q.queue.limitConcurrency(5);
    q.queue.pause();
    q.queue.clear();
    assertEquals(0, q.redis.call(Server.dbSize()));
    assertEquals(Settlement.LOST, lease.settle(Outcome.done(Json.of(1)).then(OneQueue.task("b"))));
    assertEquals(0, q.redis.call(Server.dbSize()));
    q.queue.clear();
    q.push("a");
    assertEquals("a", q.claim().task().id(), "and it is not paused any more");
  }

  @Test
  void idleWorkersWriteNoKeyAfterClear() {
    q.worker(WorkerOptions.defaults(), lease -> Outcome.done());
    q.push("a");
    q.awaitSize(0);
    q.awaitIdle(1);
    q.queue.clear();
    q.queue.popAndHandle(task -> true, 5);
    q.queue.claim(1);
    q.queue.range(0, 9, 9);
    q.queue.cancel("a");
    q.queue.remove("a");
    q.queue.purge(List.of("a"));
    q.queue.requeue(List.of("a"));
    assertEquals(0, q.redis.call(Server.dbSize()));
  }

  @Test
  void theNumberOfKeysIsThatOfTheLayoutHoweverManyTasksThereAre() {
    var all = new TreeSet<>(q.keys.all());
    for (int tasks : List.of(10, 2000)) {
      one().settle(Outcome.done(Json.of(1)));
      var pushes = new ArrayList<Push>();
      for (int i = 0; i < tasks; i++) {
        pushes.add(Push.of(OneQueue.task(tasks + "-" + i)));
        pushes.add(Push.of(OneQueue.task("s" + tasks + i)).withDelay(Duration.ofHours(1)));
      }
      q.queue.push(pushes);
      q.queue.claim(100).forEach(lease -> lease.progress(Json.of(1)));
      assertTrue(all.containsAll(q.allKeys()), () -> q.allKeys().toString());
      assertTrue(q.allKeys().size() <= 13);
      q.queue.clear();
      assertEquals(0, q.redis.call(Server.dbSize()));
    }
  }
}
