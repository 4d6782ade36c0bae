package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Apart;
import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process that is stopped past its lease and then goes on as if nothing had been. */
@Apart
class ZombieTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration LEASE = Duration.ofMillis(600);
  private static final String KEY = "jobs";

  private Redis redis;
  private TaskQueue queue;

  @BeforeEach
  void open() {
    redis = Redis.connect(RedisServer.shared().url());
    redis.call(Server.flushDb());
    queue = TaskQueue.of(redis, KEY, WorkerMain.options(LEASE));
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private static ChildJvm start(String how) {
    return ChildJvm.of(ZombieMain.class)
        .withHeap("48m")
        .start(RedisServer.shared().url(), KEY, Long.toString(LEASE.toMillis()), how);
  }

  private void push(int count) {
    for (int n = 0; n < count; n++) {
      queue.push(Task.of("task " + n, n));
    }
  }

  /** What the stopped process had, as soon as its lease is over. */
  private List<Lease> takeOver(int count) {
    var leases = new ArrayList<Lease>();
    Eventually.within(
        LIMIT,
        "the leases are over",
        () -> {
          leases.addAll(queue.claim(count));
          return leases.size() == count;
        });
    return leases;
  }

  private void go(int handlers) {
    for (int n = 0; n < handlers; n++) {
      redis.call(Lists.pushRight(ZombieMain.GO, "go"));
    }
  }

  /** The new owner's results stand, and of the zombie there is no trace. */
  private void assertOwnersOnly(int count) {
    var history = InvariantsHistory.of(queue);
    history.check(queue.stats());
    Invariants.check(redis, KEY);
    assertEquals(count, history.count("completed"));
    assertEquals(count, history.count("pushed"), "nothing follows from what was refused");
    assertEquals(2 * count, history.count("started"));
    for (var event : List.of("failed", "retried", "dead", "released", "progress")) {
      assertEquals(Set.of(), history.ids(event), event);
    }
    for (int n = 0; n < count; n++) {
      assertEquals(Optional.of(Json.of("owner")), queue.result("task " + n));
    }
    assertEquals(0, queue.size());
  }

  @Test
  void whateverItWritesIsRefused() {
    push(4);
    try (var zombie = start("claim")) {
      zombie.awaitLine("holding", LIMIT);
      zombie.pause();
      var owned = takeOver(4);
      owned.subList(0, 2).forEach(lease -> lease.settle(Outcome.done(Json.of("owner"))));
      zombie.resume();
      go(1);
      var refused = "lost lost LOST";
      assertEquals(
          "told " + List.of(refused, refused, refused, refused), zombie.awaitLine("told", LIMIT));
      for (var lease : owned.subList(2, 4)) {
        assertEquals(Settlement.COMPLETED, lease.settle(Outcome.done(Json.of("owner"))));
      }
    }
    assertOwnersOnly(4);
  }

  @Test
  void aWorkerSettlesNothingThatIsAnothers() {
    push(1);
    try (var zombie = start("worker")) {
      zombie.awaitLine("holding", LIMIT);
      zombie.pause();
      var owned = takeOver(1).get(0);
      zombie.resume();
      go(1);
      assertEquals("noted lost lost ", zombie.awaitLine("noted", LIMIT));
      redis.call(Lists.pushRight("end", "end"));
      assertEquals("told [completed 0]", zombie.awaitLine("told", LIMIT));
      assertEquals(Settlement.COMPLETED, owned.settle(Outcome.done(Json.of("owner"))));
    }
    assertOwnersOnly(1);
  }

  @Test
  void popAndHandleDoesNotReportWhatAnotherCompleted() {
    push(1);
    try (var zombie = start("pop")) {
      zombie.awaitLine("holding", LIMIT);
      zombie.pause();
      var owned = takeOver(1).get(0);
      zombie.resume();
      go(1);
      assertEquals("told []", zombie.awaitLine("told", LIMIT));
      assertEquals(Settlement.COMPLETED, owned.settle(Outcome.done(Json.of("owner"))));
    }
    assertOwnersOnly(1);
  }

  /** The word that wakes one idle worker goes to the one that has listened longest. */
  @Test
  void aStoppedWorkerKeepsNobodyFromWorking() {
    try (var zombie = start("worker")) {
      zombie.awaitLine("listening", LIMIT);
      Eventually.within(
          LIMIT, "it listens", () -> Admin.call(redis, "CLIENT", "LIST").text().contains("blpop"));
      zombie.pause();
      try (var other = Worker.start(queue, lease -> Outcome.done(Json.of("owner")))) {
        long start = System.nanoTime();
        push(1);
        Eventually.within(LIMIT, "the other does it", () -> other.completed() == 1);
        long millis = (System.nanoTime() - start) / 1_000_000;
        assertEquals(0, millis / (LEASE.toMillis() + 1000), "late by " + millis + " ms");
      }
    }
    assertEquals(1, queue.stats().completed());
  }
}
