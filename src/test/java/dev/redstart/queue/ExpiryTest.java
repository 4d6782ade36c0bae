package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.Seeds;
import dev.redstart.json.Json;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A queue without tasks goes when its time is over; one with tasks never does. */
class ExpiryTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final QueueOptions HOURLY =
      OneQueue.QUICK.withExpiry(HOUR).withResultTtl(Duration.ofMinutes(1));

  private static long ttl(OneQueue q, String key) {
    return q.redis.call("PTTL", key).integer();
  }

  /** Keys that have no end. */
  private static List<String> lasting(OneQueue q) {
    return q.allKeys().stream().filter(key -> ttl(q, key) < 0).toList();
  }

  private static void assertLasting(OneQueue q) {
    for (var key : List.of(q.keys.meta(), q.keys.events(), q.keys.requests())) {
      assertEquals(-1, ttl(q, key), key);
    }
  }

  private static void assertEnding(OneQueue q) {
    assertFalse(q.allKeys().isEmpty());
    assertEquals(List.of(), lasting(q));
  }

  @Test
  void withoutTasksAllKeysEndTogether() {
    try (var q = OneQueue.open(HOURLY)) {
      q.push("a");
      q.claim().settle(Outcome.done(Json.of("result")));
      assertEnding(q);
      var own = Set.of(q.keys.results(), q.keys.expiring());
      for (var key : q.allKeys()) {
        long ttl = ttl(q, key);
        var most = own.contains(key) ? Duration.ofMinutes(1) : HOUR;
        assertTrue(ttl > most.toMillis() * 9 / 10 && ttl <= most.toMillis(), key + ": " + ttl);
      }
    }
  }

  @Test
  void thenNothingIsLeftAndItBeginsAnew() {
    try (var q = OneQueue.open(OneQueue.QUICK.withExpiry(Duration.ofMillis(100)))) {
      q.push("a");
      q.queue.cancel("a");
      Eventually.within(OneQueue.LIMIT, "all is gone", () -> q.redis.call(Server.dbSize()) == 0);
      q.push("a");
      assertEquals(1, q.queue.stats().pushed());
      assertLasting(q);
    }
  }

  @Test
  void aTaskThatWaitsIsUnderALeaseOrDeadKeepsTheQueue() {
    try (var q = OneQueue.open(HOURLY)) {
      q.push("done");
      q.claim().complete();
      assertEnding(q);
      q.queue.push(Push.of(OneQueue.task("a")).withDelay(Duration.ofDays(9)));
      assertLasting(q);
      q.endPauses();
      var lease = q.claim();
      assertLasting(q);
      lease.settle(Outcome.dead("no"));
      assertLasting(q);
      q.queue.requeue(List.of("a"));
      assertLasting(q);
      q.queue.remove("a");
      assertEnding(q);
    }
  }

  @Test
  void aTaskOfAPlainClientKeepsItWhenItIsSeen() {
    try (var q = OneQueue.open(HOURLY)) {
      q.push("done");
      q.claim().complete();
      q.write(1, "{\"id\":\"b\"}");
      var lease = q.claim();
      assertLasting(q);
      lease.complete();
      assertEnding(q);
    }
  }

  @Test
  void whatIsSetOnAQueueWithoutTasksEndsToo() {
    try (var q = OneQueue.open(HOURLY)) {
      q.queue.limitConcurrency(3);
      assertEnding(q);
      q.push("a");
      assertEquals(-1, ttl(q, q.keys.meta()));
      assertEquals("3", q.redis.call("HGET", q.keys.meta(), "concurrency").text());
    }
  }

  /** A past bug: the word for the workers kept its end where nothing else was there yet. */
  @Test
  void whatIsUnsetBeforeAnythingIsThereForgetsNoKey() {
    try (var q = OneQueue.open(HOURLY)) {
      q.queue.limitConcurrency(0);
      assertEnding(q);
      q.push("a");
      assertEquals(List.copyOf(q.allKeys()), lasting(q));
    }
  }

  @Test
  void anIdleWorkerUsesTheQueue() {
    var options = OneQueue.BRIEF.withExpiry(Duration.ofSeconds(1));
    try (var q = OneQueue.open(options)) {
      q.worker(WorkerOptions.defaults(), lease -> Outcome.done());
      q.queue.limitConcurrency(3);
      q.redis.call(Lists.blockingPopLeft(Duration.ofMillis(1500), "never"));
      assertEquals("3", q.redis.call("HGET", q.keys.meta(), "concurrency").text());
    }
  }

  @Test
  void withoutTheOptionNothingEnds() {
    try (var q = OneQueue.open()) {
      q.push("a");
      q.claim().complete();
      assertLasting(q);
      assertEquals(0, QueueOptions.defaults().kept().indexOf("10000"));
      assertThrows(
          IllegalArgumentException.class,
          () -> QueueOptions.defaults().withExpiry(Duration.ofMillis(-1)));
    }
  }

  /** After each step either no key ends, or, when there is no task, all do. */
  @Test
  void whateverHappensNoKeyIsForgotten() {
    Seeds.check(
        seed -> {
          var random = new Random(seed);
          try (var q = OneQueue.open(HOURLY)) {
            for (int i = 0; i < 300; i++) {
              step(q, random);
              boolean empty =
                  q.redis.call(
                          Keys.exists(
                              q.keys.ready(), q.keys.scheduled(), q.keys.leased(), q.keys.dead()))
                      == 0;
              if (empty) {
                assertEquals(List.of(), lasting(q), "step " + i);
              } else {
                assertTrue(ttl(q, q.keys.meta()) < 0, "step " + i);
                var ending = q.allKeys();
                ending.removeAll(lasting(q));
                ending.removeAll(Set.of(q.keys.results(), q.keys.expiring()));
                assertEquals(Set.of(), ending, "step " + i);
              }
            }
          }
        });
  }

  private static void step(OneQueue q, Random random) {
    var id = "t" + random.nextInt(3);
    switch (random.nextInt(9)) {
      case 0 -> q.push(id);
      case 1 -> q.queue.push(Push.of(OneQueue.task(id)).withDelay(Duration.ofMinutes(1)));
      case 2 -> q.queue.cancel(id);
      case 3 -> q.queue.remove(id);
      case 4 -> q.queue.purge(List.of(id));
      case 5 -> q.queue.requeue(List.of(id));
      case 6 -> {
        if (random.nextBoolean()) {
          q.endPauses();
        }
        q.queue.claim(1).forEach(lease -> lease.settle(outcome(random)));
      }
      case 7 -> q.queue.limitConcurrency(random.nextInt(3));
      default -> {
        q.queue.claim(2);
        if (random.nextBoolean()) {
          q.queue.get(id).ifPresent(task -> endLease(q, task));
        }
      }
    }
  }

  private static void endLease(OneQueue q, QueuedTask task) {
    if (task.state() == TaskState.LEASED) {
      q.endLease(task.task().id());
    }
  }

  private static Outcome outcome(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> Outcome.done(Json.of("result"));
      case 1 -> Outcome.retry("again");
      case 2 -> Outcome.dead("no");
      default -> Outcome.done();
    };
  }
}
