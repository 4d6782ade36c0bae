package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Server;
import dev.redstart.resp.RespLimits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Apart
class LeaseTest {
  private final OneQueue q = OneQueue.open();

  @AfterEach
  void close() {
    q.close();
  }

  private List<String> claimIds(int max) {
    return OneQueue.ids(q.queue.claim(max).stream().map(Lease::task).toList());
  }

  @Test
  void whatIsClaimedIsLeasedToOneHolder() {
    q.push("a", "b", "c");
    assertEquals(List.of("a", "b"), claimIds(2));
    assertEquals(List.of("c"), claimIds(2));
    assertEquals(List.of(), claimIds(2));
    var leased = q.get("a");
    assertEquals(TaskState.LEASED, leased.state());
    assertEquals(1, leased.deliveries());
    assertEquals(0, leased.attempts());
    assertTrue(leased.time().orElseThrow().isAfter(q.redis.call(Server.time())));
    assertEquals(3, q.queue.size());
  }

  @Test
  void claimTakesOneToAHundred() {
    for (int max : List.of(0, -1, 101)) {
      assertThrows(IllegalArgumentException.class, () -> q.queue.claim(max));
    }
    for (int i = 0; i < 101; i++) {
      q.push("t" + i);
    }
    assertEquals(100, claimIds(100).size());
  }

  @Test
  void aClaimOfLargeTasksTakesNoMoreThanTravelsWell() {
    var text = "x".repeat(1_000_000);
    for (int i = 0; i < 20; i++) {
      q.queue.push(Task.of("t" + i, text), 1);
    }
    assertAllCanBeClaimed(20);
  }

  @Test
  void aClaimOfLargeCheckpointsTakesNoMoreThanTravelsWell() {
    var text = Json.of("x".repeat(1_000_000));
    for (int i = 0; i < 20; i++) {
      q.push("t" + i);
    }
    for (var lease : q.queue.claim(20)) {
      lease.checkpoint(text);
      lease.close();
    }
    assertAllCanBeClaimed(20);
  }

  /** By a client that has room for 16 MiB. */
  private void assertAllCanBeClaimed(int tasks) {
    var limits = RespLimits.defaults().withReplyBytes(16 << 20);
    var options = RedisOptions.of(RedisServer.shared().url()).withLimits(limits);
    try (var small = Redis.connect(options)) {
      var queue = TaskQueue.of(small, "jobs", OneQueue.CALM);
      int claimed = 0;
      for (var leases = queue.claim(100); !leases.isEmpty(); leases = queue.claim(100)) {
        leases.forEach(lease -> assertEquals(1, lease.deliveries()));
        claimed += leases.size();
        leases.forEach(Lease::complete);
      }
      assertEquals(tasks, claimed);
    }
    assertEquals(tasks, q.queue.stats().completed());
  }

  @Test
  void eachOutcomeHasItsSettlement() {
    q.push("done", "retry", "dead", "released", "cancelled", "lost");
    var leases = q.queue.claim(6);
    q.queue.cancel("cancelled");
    q.endLease("lost");
    q.queue.claim(1);
    assertEquals(Settlement.COMPLETED, leases.get(0).complete());
    assertEquals(Settlement.RETRIED, leases.get(1).settle(Outcome.retry("x")));
    assertEquals(Settlement.DEAD, leases.get(2).settle(Outcome.dead("y")));
    assertEquals(Settlement.RELEASED, leases.get(3).settle(Outcome.released()));
    assertEquals(Settlement.CANCELLED, leases.get(4).settle(Outcome.retry("z")));
    assertEquals(Settlement.LOST, leases.get(5).settle(Outcome.done()));
    assertTrue(q.queue.get("done").isEmpty());
    assertEquals(TaskState.SCHEDULED, q.state("retry"));
    assertEquals("x", q.get("retry").error().orElseThrow());
    assertEquals(TaskState.DEAD, q.state("dead"));
    assertEquals("y", q.get("dead").error().orElseThrow());
    assertEquals(TaskState.READY, q.state("released"));
    assertTrue(q.queue.get("cancelled").isEmpty());
    assertEquals(TaskState.LEASED, q.state("lost"));
  }

  @Test
  void aLeaseEndsOnce() {
    q.push("a");
    var lease = q.claim();
    lease.settle(Outcome.released());
    assertThrows(IllegalStateException.class, lease::complete);
    lease.close();
    assertEquals(TaskState.READY, q.state("a"));
    assertEquals(List.of("pushed", "started", "released"), q.events("a"));
  }

  @Test
  void closingHandsTheTaskBackWithNothingCounted() {
    q.push("a", "b");
    try (var lease = q.claim()) {
      assertEquals("a", lease.task().id());
    }
    assertEquals(0, q.get("a").deliveries());
    assertEquals(List.of("a", "b"), OneQueue.ids(q.queue.range(0, 9, 9)), "at its old place");
    try (var lease = q.claim()) {
      lease.complete();
    }
    assertTrue(q.queue.get("a").isEmpty());
  }

  @Test
  void deliveriesCountLeasesAndAttemptsCountFailures() {
    q.push("a");
    q.claim().settle(Outcome.retry("1").after(Duration.ZERO));
    q.endPauses();
    q.claim();
    q.endLease("a");
    var lease = q.claim();
    assertEquals(3, lease.deliveries());
    assertEquals(1, lease.attempts());
    assertEquals(3, q.get("a").deliveries());
    assertEquals(1, q.get("a").attempts());
    lease.close();
    assertEquals(2, q.get("a").deliveries());
  }

  @Test
  void aPauseIsWhatTheHolderSays() {
    q.push("a", "b");
    q.claim().settle(Outcome.retry("x").after(Duration.ofHours(1)));
    long left = q.get("a").time().orElseThrow().toEpochMilli();
    long now = q.redis.call(Server.time()).toEpochMilli();
    assertTrue(left - now > 3_590_000 && left - now <= 3_600_000, "" + (left - now));
    q.claim().settle(Outcome.retry("x").after(Duration.ZERO));
    assertEquals("b", q.claim().task().id());
    var wrong = Duration.ofMillis(-1);
    assertThrows(IllegalArgumentException.class, () -> Outcome.retry("x").after(wrong));
  }

  @Test
  void anOutcomeThatCannotBeWrittenDoesNotEndTheLease() {
    var queue = q.elsewhere(OneQueue.CALM.withPayloadBytes(100));
    queue.push(OneQueue.task("a"), 1);
    var lease = queue.claim(1).get(0);
    var large = Json.of("x".repeat(100));
    var twice = Outcome.done().then(OneQueue.task("b"), OneQueue.task("b"));
    for (var outcome :
        List.of(Outcome.done(large), Outcome.done().then(new Task("b", large)), twice)) {
      assertThrows(IllegalArgumentException.class, () -> lease.settle(outcome));
    }
    TaskTest.assertNamed("outcome", () -> lease.settle(null));
    assertThrows(IllegalArgumentException.class, () -> lease.progress(large));
    assertThrows(IllegalArgumentException.class, () -> lease.checkpoint(large));
    assertTrue(lease.checkpoint().isEmpty());
    assertEquals(Settlement.COMPLETED, lease.complete());
    assertEquals(0, q.queue.size());
  }

  @Test
  void aFormerHolderChangesNothing() {
    q.push("a");
    var former = q.claim();
    former.checkpoint(Json.of("mine"));
    q.endLease("a");
    var now = q.claim();
    now.progress(Json.of(50));
    var before = q.redis.call("HGETALL", q.keys.records());
    assertThrows(LeaseLostException.class, () -> former.progress(Json.of(1)));
    assertThrows(LeaseLostException.class, () -> former.checkpoint(Json.of(1)));
    for (var outcome : List.of(Outcome.done(Json.of(1)), Outcome.retry("x"), Outcome.dead("x"))) {
      assertEquals(Settlement.LOST, settleAgain(former, outcome));
    }
    assertEquals(before, q.redis.call("HGETALL", q.keys.records()));
    assertEquals(Json.of(50), q.get("a").progress().orElseThrow());
    assertEquals(Json.of("mine"), now.checkpoint().orElseThrow());
    assertTrue(q.queue.result("a").isEmpty());
    assertEquals(TaskState.LEASED, q.state("a"));
    assertEquals(Settlement.COMPLETED, now.complete());
  }

  /** As a holder does who was asleep: with the old token, but a lease object that knows nothing. */
  private Settlement settleAgain(Lease former, Outcome outcome) {
    var stored = new StoredQueue(q.redis, q.keys, OneQueue.CALM);
    var ending = Ending.of(former, outcome, OneQueue.CALM);
    var round = new StoredQueue.Round("", List.of(ending), 0, false);
    return stored.settle(round, Insistence.none()).settlements().get(0);
  }

  @Test
  void aLeaseWhoseTaskIsGoneIsLost() {
    q.push("removed", "purged", "cleared");
    var leases = q.queue.claim(3);
    q.queue.remove("removed");
    leases.get(1).settle(Outcome.dead("x"));
    q.queue.purge(List.of("purged"));
    assertThrows(LeaseLostException.class, () -> leases.get(0).progress(Json.of(1)));
    assertTrue(leases.get(0).isLost());
    assertThrows(LeaseLostException.class, () -> leases.get(1).progress(Json.of(1)));
    q.queue.clear();
    assertEquals(Settlement.LOST, leases.get(2).settle(Outcome.retry("x")));
    assertEquals(0, q.redis.call(Server.dbSize()));
  }

  @Test
  void aTaskOfTheSameIdIsNotThatOfAFormerLease() {
    q.push("a");
    var former = q.claim();
    q.queue.remove("a");
    q.push("a");
    assertEquals(Settlement.LOST, former.complete());
    q.queue.clear();
    q.push("a");
    var lease = q.claim();
    q.queue.clear();
    q.push("a");
    var next = q.claim();
    assertEquals(Settlement.LOST, lease.settle(Outcome.dead("x")));
    assertEquals(Settlement.COMPLETED, next.complete());
  }

  @Test
  void poisonIsDeadAfterExactlySoManyLeases() {
    var queue = q.elsewhere(OneQueue.CALM.withDeliveries(3));
    q.push("a");
    for (int i = 1; i <= 3; i++) {
      assertEquals(i, queue.claim(1).get(0).deliveries());
      q.endLease("a");
    }
    assertEquals(List.of(), queue.claim(1));
    var dead = q.get("a");
    assertEquals(TaskState.DEAD, dead.state());
    assertEquals(3, dead.deliveries());
    assertTrue(dead.error().orElseThrow().contains("3 deliveries"), dead.error().orElseThrow());
    assertEquals(3, q.queue.stats().expired());
  }

  @Test
  void failuresAreNotLeasesThatRanOut() {
    var queue = q.elsewhere(OneQueue.CALM.withDeliveries(2).withAttempts(20));
    q.push("a");
    for (int i = 0; i < 3; i++) {
      queue.popAndHandle(task -> false);
      q.endPauses();
    }
    for (int i = 0; i < 2; i++) {
      assertEquals(1, queue.claim(1).size(), "lease " + i);
      q.endLease("a");
    }
    assertEquals(List.of(), queue.claim(1));
    assertEquals(TaskState.DEAD, q.state("a"));
  }

  @Test
  void aCheckpointIsHandedToWhoComesNext() {
    q.push("a", "b");
    var first = q.queue.claim(2);
    assertEquals(Optional.empty(), first.get(0).checkpoint());
    first.get(0).checkpoint(Json.of(1));
    first.get(0).checkpoint(Json.of(2));
    first.get(1).checkpoint(Json.of("b"));
    assertEquals(Json.of(2), first.get(0).checkpoint().orElseThrow());
    q.endLease("a");
    var second = q.claim();
    assertEquals(Json.of(2), second.checkpoint().orElseThrow());
    second.settle(Outcome.retry("x").after(Duration.ZERO));
    q.endPauses();
    assertEquals(Json.of(2), q.claim().checkpoint().orElseThrow());
    first.get(1).close();
    assertEquals(Json.of("b"), q.claim().checkpoint().orElseThrow(), "after it was handed back");
  }

  @Test
  void aCheckpointOutlivesTheDeadLetter() {
    q.push("a");
    var lease = q.claim();
    lease.checkpoint(Json.of(7));
    lease.settle(Outcome.dead("x"));
    assertEquals(Json.of(7), q.get("a").checkpoint().orElseThrow());
    q.queue.requeue(List.of("a"));
    assertEquals(Json.of(7), q.claim().checkpoint().orElseThrow());
  }

  @Test
  void whatWasSaidOfATaskEndsWithIt() {
    q.push("a");
    var lease = q.claim();
    lease.checkpoint(Json.of(7));
    lease.progress(Json.of(7));
    lease.complete();
    q.push("a");
    assertEquals(Optional.empty(), q.get("a").checkpoint());
    assertEquals(Optional.empty(), q.get("a").progress());
    q.claim();
    q.endLease("a");
    assertEquals(Optional.empty(), q.claim().checkpoint());
  }

  @Test
  void aLeaseIsRenewedForAsLongAsItIsHeld() {
    var queue = q.elsewhere(OneQueue.BRIEF);
    queue.push(OneQueue.task("a"), 1);
    queue.push(OneQueue.task("b"), 2);
    var lease = queue.claim(1).get(0);
    var end = q.redis.call(Server.time()).plusMillis(1000);
    Eventually.within(
        OneQueue.LIMIT,
        "five times the lease is over",
        () -> {
          assertEquals(TaskState.LEASED, q.state("a"));
          return q.redis.call(Server.time()).isAfter(end);
        });
    try (var other = queue.claim(1).get(0)) {
      assertEquals("b", other.task().id());
    }
    assertFalse(lease.isLost());
    assertEquals(Settlement.COMPLETED, lease.complete());
    assertEquals(0, q.queue.stats().expired());
  }

  @Test
  void aHolderHearsOfHisLossAndOfACancellation() {
    var queue = q.elsewhere(OneQueue.BRIEF);
    queue.push(List.of(Push.of(OneQueue.task("a")), Push.of(OneQueue.task("b"))));
    var leases = queue.claim(2);
    q.queue.remove("a");
    q.queue.cancel("b");
    Eventually.within(
        OneQueue.LIMIT,
        "both have heard",
        () -> leases.get(0).isLost() && leases.get(1).isCancelled());
    assertFalse(leases.get(1).isLost());
    leases.get(0).close();
    assertEquals(Settlement.COMPLETED, leases.get(1).complete(), "he may complete it all the same");
  }

  @Test
  void aFormerHolderHearsThatAnotherHasTheTask() {
    var former = q.elsewhere(OneQueue.BRIEF);
    q.push("a");
    var lease = former.claim(1).get(0);
    q.endLease("a");
    var now = q.claim();
    Eventually.within(OneQueue.LIMIT, "he has heard", lease::isLost);
    assertEquals(Settlement.COMPLETED, now.complete());
  }

  @Test
  void aCancellationIsHeardWithTheNextWrite() {
    q.push("a");
    var lease = q.claim();
    q.queue.cancel("a");
    assertFalse(lease.isCancelled());
    lease.progress(Json.of(1));
    assertTrue(lease.isCancelled());
    assertFalse(Thread.interrupted(), "it is no handler's thread");
    lease.close();
    assertTrue(q.queue.get("a").isEmpty());
  }

  @Test
  void aCancelledTaskWhoseHolderDiesIsGone() {
    q.push("a", "b");
    q.claim();
    q.queue.cancel("a");
    q.endLease("a");
    assertEquals("b", q.claim().task().id());
    assertTrue(q.queue.get("a").isEmpty());
    assertEquals(1, q.queue.stats().cancelled());
  }

  @Test
  void whenRedisIsFullTasksCanStillBeEnded() {
    try (var server = RedisServer.start();
        var redis = Redis.connect(server.url())) {
      var queue = TaskQueue.of(redis, "jobs", OneQueue.CALM);
      queue.push(
          Stream.of("done", "retry", "dead", "back", "more")
              .map(OneQueue::task)
              .map(Push::of)
              .toList());
      var leases = queue.claim(4);
      redis.call(Server.configSet("maxmemory", "1mb"));
      assertThrows(RedisException.Rejected.class, () -> queue.push(OneQueue.task("new")));
      assertEquals(Settlement.COMPLETED, leases.get(0).settle(Outcome.done(Json.of(1))));
      assertEquals(Settlement.RETRIED, leases.get(1).settle(Outcome.retry("x")));
      assertEquals(Settlement.DEAD, leases.get(2).settle(Outcome.dead("x")));
      assertEquals(Settlement.RELEASED, leases.get(3).settle(Outcome.released()));
      assertEquals(1, queue.claim(1).size());
    }
  }

  @Test
  void whenRedisIsFullLeasesAreStillRenewed() {
    try (var server = RedisServer.start();
        var redis = Redis.connect(server.url())) {
      var queue = TaskQueue.of(redis, "jobs", OneQueue.BRIEF);
      queue.push(OneQueue.task("a"));
      var lease = queue.claim(1).get(0);
      redis.call(Server.configSet("maxmemory", "1mb"));
      var later = redis.call(Server.time()).plusMillis(500);
      Eventually.within(
          OneQueue.LIMIT,
          "it was renewed",
          () -> queue.get("a").orElseThrow().time().orElseThrow().isAfter(later));
      assertEquals(Settlement.COMPLETED, lease.complete());
    }
  }

  @Test
  void optionsBeyondSenseAreRefused() {
    var options = QueueOptions.defaults();
    var brief = Duration.ofMillis(199);
    assertThrows(IllegalArgumentException.class, () -> options.withLease(brief));
    assertThrows(IllegalArgumentException.class, () -> options.withAttempts(0));
    assertThrows(IllegalArgumentException.class, () -> options.withDeliveries(-1));
    assertThrows(IllegalArgumentException.class, () -> options.withPayloadBytes(0));
    assertThrows(IllegalArgumentException.class, () -> options.withEvents(-1));
    var past = Duration.ofNanos(-1);
    assertThrows(IllegalArgumentException.class, () -> options.withResultTtl(past));
    TaskTest.assertNamed("lease", () -> options.withLease(null));
    TaskTest.assertNamed("backoff", () -> options.withBackoff(null));
  }
}
