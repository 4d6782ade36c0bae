package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A producer that is killed at random moments and on both sides of the script that accepts its
 * tasks. The next one pushes again what it cannot know to be accepted.
 */
class KilledProducersTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String KEY = "produced";
  private static final int KILLS = 3 * KilledWorkersTest.CHAOS;
  private static final int BATCHES = 15 * (KILLS + 1);
  private static final int BATCH = 20;
  private static final int TASKS = BATCHES * BATCH;

  /** So early that there are always tasks left for those who come after. */
  private static final int CALLS_MAX = BATCHES / (KILLS + 1);

  private final String url = RedisServer.shared().url();

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void whatWasAcceptedIsThereOnceHoweverOftenItIsPushed() {
    Seeds.check(this::produce);
  }

  private void produce(long seed) throws InterruptedException {
    var random = new Random(seed);
    try (var redis = Redis.connect(url)) {
      redis.call(Server.flushDb());
      var queue = TaskQueue.of(redis, KEY, WorkerMain.options(KilledWorkersTest.LEASE));
      queue.push(Task.of(KilledProducer.id(0), 0));
      int accepted = 1;
      for (int kill = 0; kill < KILLS; kill++) {
        accepted = Math.max(accepted, kill(kill % 3, accepted, random));
        assertTrue(queue.stats().ready() >= accepted, accepted + " were accepted");
        assertTrue(queue.stats().ready() <= accepted + BATCH, "and at most a batch more is there");
      }
      try (var last = start(url, accepted)) {
        assertEquals(0, last.awaitExit(LIMIT));
      }
      assertEquals(TASKS, queue.stats().ready());
      assertEquals(TASKS, queue.stats().pushed());
      Invariants.check(redis, KEY);
      workOff(queue);
    }
  }

  private ChildJvm start(String to, int first) {
    return ChildJvm.of(KilledProducer.class)
        .withHeap("48m")
        .withFlag("-XX:+UseSerialGC")
        .start(to, KEY, "" + first, "" + TASKS, "" + BATCH);
  }

  /** How many tasks it knew to be accepted. */
  private int kill(int how, int first, Random random) throws InterruptedException {
    int call = 1 + random.nextInt(CALLS_MAX);
    if (how == 0) {
      try (var child = start(url, first)) {
        child.awaitLine("accepted " + Math.min(TASKS, first + call * BATCH), LIMIT);
        KilledAtBoundary.kill(child);
        return accepted(child);
      }
    }
    var side = how == 1 ? KilledAtBoundary.Side.BEFORE : KilledAtBoundary.Side.AFTER;
    try (var boundary =
        KilledAtBoundary.start(url, Scripts.PUSH, side, call, to -> start(to, first))) {
      boundary.awaitDeath(LIMIT);
      return accepted(boundary.child());
    }
  }

  private static int accepted(ChildJvm dead) {
    // There is no such line: this returns when all that it printed has been read.
    assertThrows(AssertionError.class, () -> dead.awaitLine("the end", LIMIT));
    return dead.lines().stream()
        .mapToInt(line -> Integer.parseInt(line.substring("accepted ".length())))
        .max()
        .orElse(0);
  }

  private static void workOff(TaskQueue queue) {
    try (var worker =
        Worker.start(queue, WorkerOptions.defaults().withConcurrency(8), task -> Outcome.done())) {
      Eventually.within(LIMIT, "all is done", () -> worker.completed() == TASKS);
    }
    var history = InvariantsHistory.of(queue);
    history.check(queue.stats());
    assertEquals(TASKS, history.count("completed"));
    for (int number = 0; number < TASKS; number++) {
      assertEquals(1, history.count("completed", KilledProducer.id(number)));
    }
  }
}
