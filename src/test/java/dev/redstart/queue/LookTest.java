package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.json.Json;
import dev.redstart.json.JsonNull;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Streams;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One task, figures, results and events. */
class LookTest {
  private final OneQueue q = OneQueue.open();

  @AfterEach
  void close() {
    q.close();
  }

  @Test
  void allThatIsKnownOfATaskIsShown() {
    assertTrue(q.queue.get("a").isEmpty());
    q.queue.push(new Task("a", Json.of(1), Json.object("m", 2)), 2.5);
    var ready = q.get("a");
    assertEquals(new Task("a", Json.of(1), Json.object("m", 2)), ready.task());
    assertEquals(Optional.empty(), ready.time());
    assertEquals(Optional.empty(), ready.worker());
    assertEquals(Optional.empty(), ready.error());
    var lease = q.claim();
    lease.progress(Json.object("percent", 50));
    lease.checkpoint(Json.of(JsonNull.class.getSimpleName()));
    q.queue.cancel("a");
    var leased = q.get("a");
    assertEquals(TaskState.LEASED, leased.state());
    assertEquals(2.5, leased.score());
    assertEquals(Json.object("percent", 50), leased.progress().orElseThrow());
    assertEquals(Json.of("JsonNull"), leased.checkpoint().orElseThrow());
    assertTrue(leased.cancelled());
    lease.complete();
    assertTrue(q.queue.get("a").isEmpty());
  }

  @Test
  void aWorkersNameIsShownWhileItHoldsTheTask() {
    var options = WorkerOptions.defaults().withName("the 1st\nworker 0 1").withGrace(Duration.ZERO);
    q.worker(
        options,
        lease -> {
          new CountDownLatch(1).await();
          return Outcome.done();
        });
    q.push("a");
    Eventually.within(OneQueue.LIMIT, "it is taken", () -> q.state("a") == TaskState.LEASED);
    assertEquals("the 1st\nworker 0 1", q.get("a").worker().orElseThrow());
  }

  @Test
  void theIdOfAnotherStateIsNotConfusedWithNotes() {
    q.push("a", "a a", "error a");
    var lease = q.claim();
    lease.checkpoint(Json.of(1));
    assertEquals(Optional.empty(), q.get("a a").checkpoint());
    assertEquals(Optional.empty(), q.get("error a").error());
  }

  @Test
  void aResultIsKeptForItsTime() {
    var queue = q.elsewhere(OneQueue.CALM.withResultTtl(Duration.ofMillis(300)));
    q.push("a", "b");
    queue.claim(1).get(0).settle(Outcome.done(Json.object("sum", 3)));
    assertEquals(Json.object("sum", 3), q.queue.result("a").orElseThrow());
    assertEquals(Optional.empty(), q.queue.result("b"));
    assertTrue(q.queue.get("a").isEmpty(), "a result is no task");
    Eventually.within(OneQueue.LIMIT, "it is forgotten", () -> q.queue.result("a").isEmpty());
    Eventually.within(
        OneQueue.LIMIT,
        "nothing is left of it",
        () -> q.redis.call(Keys.exists(q.keys.results(), q.keys.expiring())) == 0);
  }

  @Test
  void aShortResultDoesNotShortenALongOne() {
    var brief = q.elsewhere(OneQueue.CALM.withResultTtl(Duration.ofMillis(50)));
    q.push("a", "b", "c");
    q.claim().settle(Outcome.done(Json.of(1)));
    brief.claim(1).get(0).settle(Outcome.done(Json.of(2)));
    Eventually.within(OneQueue.LIMIT, "b is forgotten", () -> q.queue.result("b").isEmpty());
    assertEquals(Json.of(1), q.queue.result("a").orElseThrow());
    q.claim().settle(Outcome.done(Json.of(3)));
    assertEquals(2L, q.redis.call("HLEN", q.keys.results()).integer(), "b has been swept up");
  }

  @Test
  void aResultMayBeAnyJsonAndIsThatOfTheLastRun() {
    for (var result : List.of("null", "\"\"", "0", "false", "[]", "{\"a\":[1.50]}")) {
      q.push("a");
      q.claim().settle(Outcome.done(Json.parse(result)));
      assertEquals(result, q.queue.result("a").orElseThrow().toString());
    }
    q.push("a");
    q.claim().complete();
    assertTrue(q.queue.result("a").isPresent(), "one without a result takes none away");
  }

  @Test
  void withoutATimeNoResultIsKept() {
    var queue = q.elsewhere(OneQueue.CALM.withResultTtl(Duration.ZERO));
    q.push("a");
    queue.claim(1).get(0).settle(Outcome.done(Json.of(1)));
    assertEquals(Optional.empty(), q.queue.result("a"));
    assertFalse(q.allKeys().contains(q.keys.results()));
  }

  @Test
  void figuresAddUp() {
    q.push("done", "retried", "dead", "expired", "cancelled", "removed", "leased", "ready");
    var leases = q.queue.claim(7);
    leases.get(0).complete();
    leases.get(1).settle(Outcome.retry("x"));
    leases.get(2).settle(Outcome.dead("x"));
    q.queue.cancel("cancelled");
    leases.get(4).settle(Outcome.released());
    q.queue.remove("removed");
    q.endLease("expired");
    assertEquals(List.of(), q.queue.claim(1).stream().filter(l -> l.attempts() > 0).toList());
    q.queue.pause();
    var stats = q.queue.stats();
    assertEquals(new QueueStats(1, 1, 2, 1, true, 8, 1, 2, 1, 1, 1, 1, 1), stats);
    assertEquals(4, q.queue.size(), "without the dead letter");
    assertEquals(
        stats.pushed(),
        q.queue.size() + stats.dead() + stats.completed() + stats.cancelled() + stats.removed());
  }

  @Test
  void anEmptyQueueHasNoFigures() {
    var zero = new QueueStats(0, 0, 0, 0, false, 0, 0, 0, 0, 0, 0, 0, 0);
    assertEquals(zero, q.queue.stats());
    assertEquals(0, q.queue.size());
    q.push("a");
    q.queue.clear();
    assertEquals(zero, q.queue.stats());
  }

  @Test
  void aLifeIsToldInOrder() {
    var queue = q.elsewhere(OneQueue.CALM.withAttempts(2));
    q.push("a");
    queue.popAndHandle(task -> false);
    q.endPauses();
    var lease = queue.claim(1).get(0);
    lease.progress(Json.of(1));
    lease.checkpoint(Json.of(1));
    lease.close();
    queue.popAndHandle(task -> false);
    q.queue.requeue(List.of("a"));
    queue.claim(1);
    q.endLease("a");
    var last = queue.claim(1).get(0);
    q.queue.cancel("a");
    last.complete();
    assertEquals(
        List.of(
            "pushed",
            "started",
            "failed",
            "retried",
            "started",
            "progress",
            "released",
            "started",
            "failed",
            "dead",
            "requeued",
            "started",
            "expired",
            "started",
            "cancelling",
            "completed"),
        q.events("a"));
  }

  @Test
  void eventsSayWhatThereIsToSay() {
    q.queue.push(OneQueue.task("a"), 2.5);
    q.queue.push(OneQueue.task("a"), 3.5);
    q.queue.popAndHandle(task -> false);
    var events = q.events();
    assertEquals(Map.of("score", "2.5"), events.get(0).details());
    assertEquals("rescored", events.get(1).name());
    assertEquals(Map.of("score", "3.5"), events.get(1).details());
    assertEquals(Map.of("worker", "", "delivery", "1"), events.get(2).details());
    assertEquals(
        Map.of("attempt", "1", "error", "the handler returned false"), events.get(3).details());
    long at = Long.parseLong(events.get(4).details().get("at"));
    assertEquals(q.get("a").time().orElseThrow().toEpochMilli(), at);
    assertEquals(5, new HashSet<>(events.stream().map(QueueEvent::id).toList()).size());
  }

  @Test
  void droppedTasksAreToldToo() {
    q.push("cancelled", "removed", "held", "purged");
    var leases = q.queue.claim(4);
    leases.get(0).close();
    q.queue.cancel("cancelled");
    q.queue.remove("removed");
    q.queue.cancel("held");
    leases.get(2).close();
    leases.get(3).settle(Outcome.dead("x"));
    q.queue.purge(List.of("purged"));
    assertEquals(List.of("pushed", "started", "released", "cancelled"), q.events("cancelled"));
    assertEquals(List.of("pushed", "started", "removed"), q.events("removed"));
    assertEquals(List.of("pushed", "started", "cancelling", "cancelled"), q.events("held"));
    assertEquals(List.of("pushed", "started", "failed", "dead", "removed"), q.events("purged"));
  }

  @Test
  void eventsAreReadInPagesAndAwaited() throws Exception {
    q.push("a", "b", "c");
    var first = q.queue.events(EntryId.MIN, 2, Duration.ZERO);
    assertEquals(List.of("a", "b"), first.stream().map(QueueEvent::taskId).toList());
    var after = q.queue.events(first.get(1).id(), 2, Duration.ZERO);
    assertEquals(List.of("c"), after.stream().map(QueueEvent::taskId).toList());
    var last = after.get(0).id();
    assertEquals(List.of(), q.queue.events(last, 2, Duration.ofMillis(20)));
    var next = CompletableFuture.supplyAsync(() -> q.queue.events(last, 2, OneQueue.LIMIT));
    q.push("d");
    assertEquals("d", next.get().get(0).taskId());
    assertThrows(IllegalArgumentException.class, () -> q.queue.events(last, 0, Duration.ZERO));
  }

  @Test
  void noEventsAreWrittenWhereNoneAreWanted() {
    var queue = q.elsewhere(OneQueue.CALM.withEvents(0));
    queue.push(OneQueue.task("a"), 1);
    queue.popAndHandle(task -> false);
    queue.cancel("a");
    assertFalse(q.allKeys().contains(q.keys.events()));
  }

  @Test
  void aboutAsManyEventsAreKeptAsAreWanted() {
    var queue = q.elsewhere(OneQueue.CALM.withEvents(50));
    for (int i = 0; i < 500; i++) {
      queue.push(OneQueue.task("a"), i);
    }
    long kept = q.redis.call(Streams.len(q.keys.events()));
    assertTrue(kept >= 50 && kept < 200, "kept " + kept);
  }

  @Test
  void eventsThatOthersWroteAreNoObstacle() {
    q.redis.call(Streams.add(q.keys.events(), Map.of("x", "1")));
    assertEquals("", q.events().get(0).name());
  }
}
