package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Redis;
import dev.redstart.redis.ScoredMember;
import dev.redstart.redis.SortedSets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No script keeps Redis from serving others for long, whatever has piled up. */
class ShortStepsTest {
  private static final int TASKS = 20_000;
  private static final long MICROS_MAX = 5_000;

  /** As if the time of all in a set had come. */
  private static final String AGE =
      """
      for _, member in ipairs(redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[2])) do
        redis.call('ZADD', KEYS[1], 1000, member)
      end
      """;

  private static void age(Redis redis, String key) {
    for (int i = 0; i < TASKS; i += 1000) {
      redis.call("EVAL", AGE, "1", key, Integer.toString(i), Integer.toString(i + 999));
    }
  }

  private static void push(TaskQueue queue, String prefix, Duration delay) {
    queue.push(
        IntStream.range(0, TASKS)
            .mapToObj(i -> Push.of(OneQueue.task(prefix + i)).withScore(i).withDelay(delay))
            .toList());
  }

  /** So many tasks whose leases are over, so many that are due, and so many that wait. */
  private static void fill(Redis redis, TaskQueue queue) {
    var keys = QueueKeys.of(queue.key());
    var stored = new StoredQueue(redis, keys, OneQueue.CALM);
    var round = new StoredQueue.Round("w", List.of(), 100, false);
    push(queue, "l", Duration.ZERO);
    for (int i = 0; i < TASKS; i += 100) {
      assertEquals(100, stored.settle(round, Insistence.none()).grants().size());
    }
    push(queue, "s", Duration.ofHours(1));
    push(queue, "r", Duration.ZERO);
    age(redis, keys.leased());
    age(redis, keys.scheduled());
  }

  /** A server compiles a script when it first sees it, and never again. */
  private static TaskQueue warm(Redis redis) {
    var queue = TaskQueue.of(redis, "jobs");
    queue.push(OneQueue.task("warm"));
    queue.popAndHandle(task -> true);
    queue.range(0, 1, 1);
    queue.remove("warm");
    queue.clear();
    return queue;
  }

  /** In microseconds: what Redis' thread has computed so far, and how long its scripts took. */
  private record Clocks(long thread, long scripts) {
    static Clocks read(Redis redis) {
      var cpu = Admin.info(redis, "cpu");
      var seconds =
          Stream.of("used_cpu_user_main_thread", "used_cpu_sys_main_thread")
              .mapToDouble(name -> Double.parseDouble(cpu.get(name)))
              .sum();
      var calls = Admin.info(redis, "commandstats").getOrDefault("cmdstat_evalsha", "usec=0,");
      return new Clocks(
          (long) (seconds * 1e6), Long.parseLong(calls.replaceAll(".*usec=(\\d+),.*", "$1")));
    }
  }

  /**
   * What a script computed is no more than either clock says: the thread's also counts what Redis
   * does for itself meanwhile, the scripts' also runs while others have the processor.
   */
  private static long micros(Redis redis, Runnable call) {
    var before = Clocks.read(redis);
    call.run();
    var after = Clocks.read(redis);
    return Math.min(after.thread - before.thread, after.scripts - before.scripts);
  }

  private static void assertShort(List<Long> micros) {
    var slowest = micros.stream().mapToLong(Long::longValue).max().orElseThrow();
    assertTrue(slowest <= MICROS_MAX, () -> slowest + " microseconds");
  }

  @Test
  void whatIsWaitingDueAndExpiredAtOnceIsTakenInShortSteps() {
    try (var server = RedisServer.start();
        var redis = Redis.connect(server.url())) {
      var queue = warm(redis);
      fill(redis, queue);
      var steps = new ArrayList<Long>();
      for (int claimed = 0; claimed < TASKS; claimed += 100) {
        steps.add(micros(redis, () -> queue.claim(100).forEach(Lease::markEnded)));
      }
      var stats = queue.stats();
      assertEquals(
          List.of(TASKS * 2L, 0L, 0L + TASKS, 0L + TASKS),
          List.of(stats.ready(), stats.scheduled(), stats.leased(), stats.expired()));
      steps.add(micros(redis, () -> queue.popAndHandle(task -> false)));
      steps.add(micros(redis, () -> queue.range(0, 1e9, 100)));
      steps.add(micros(redis, () -> queue.remove("s15000")));
      steps.add(micros(redis, queue::stats));
      assertShort(steps);
    }
  }

  @Test
  void garbageIsSetAsideInShortSteps() {
    try (var server = RedisServer.start();
        var redis = Redis.connect(server.url())) {
      var queue = warm(redis);
      var stored = new StoredQueue(redis, QueueKeys.of("jobs"), OneQueue.CALM);
      var garbage =
          IntStream.range(0, 5000).mapToObj(i -> new ScoredMember("garbage " + i, i)).toList();
      redis.call(SortedSets.add("jobs", garbage));
      queue.push(Push.of(OneQueue.task("good")).withScore(5000));
      var steps = new ArrayList<Long>();
      var round = new StoredQueue.Round("", List.of(), 100, false);
      var granted = new ArrayList<Grant>();
      while (granted.isEmpty()) {
        steps.add(
            micros(redis, () -> granted.addAll(stored.settle(round, Insistence.none()).grants())));
      }
      assertEquals("good", granted.get(0).id());
      assertEquals(5000, queue.stats().dead());
      assertShort(steps);
    }
  }

  @Test
  void aFullBatchIsOneShortStep() {
    try (var server = RedisServer.start();
        var redis = Redis.connect(server.url())) {
      var queue = warm(redis);
      var steps = new ArrayList<Long>();
      for (int round = 0; round < 8; round++) {
        steps.add(micros(redis, () -> queue.push(batch(-1))));
        steps.add(micros(redis, () -> queue.push(batch(-2))));
        queue.clear();
      }
      assertShort(steps);
    }
  }

  private static List<Push> batch(double score) {
    return IntStream.range(0, 100)
        .mapToObj(i -> Push.of(OneQueue.task("x" + i)).withScore(score))
        .toList();
  }
}
