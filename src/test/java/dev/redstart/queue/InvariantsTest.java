package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The checkers that other tests rely on find what is wrong. */
class InvariantsTest {
  private static final String KEY = "jobs";
  private Redis redis;
  private TaskQueue queue;

  /** A task in each state, one that is done, and notes. */
  @BeforeEach
  void fill() {
    redis = Redis.connect(RedisServer.shared().url());
    redis.call(Server.flushDb());
    queue = TaskQueue.of(redis, KEY);
    for (var id : List.of("done", "dead", "leased", "ready")) {
      queue.push(Task.of(id, 1));
    }
    queue.push(Push.of(Task.of("scheduled", 1)).withDelay(Duration.ofMinutes(1)));
    var leases = queue.claim(3);
    leases.get(0).settle(Outcome.done(Json.of(1)));
    leases.get(1).settle(Outcome.dead("why"));
    leases.get(2).progress(Json.of(1));
    leases.get(2).markEnded();
  }

  @AfterEach
  void close() {
    redis.close();
  }

  @Test
  void aSoundQueueIsSound() {
    Invariants.check(redis, KEY);
    InvariantsHistory.of(queue).check(queue.stats());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ZADD {jobs}:dead 1 leased",
        "ZREM {jobs}:leased leased",
        "ZREM {jobs}:dead dead",
        "ZPOPMIN jobs",
        "ZINCRBY {jobs}:leased 1 unknown",
        "ZADD jobs 1 0000000000000000ready",
        "DEL {jobs}:scheduled",
        "HDEL {jobs}:tasks ready",
        "HDEL {jobs}:records ready",
        "HSET {jobs}:tasks ready {\"id\":\"other\"}",
        "HSET {jobs}:notes error~gone 1",
        "HSET {jobs}:notes unknown~ready 1",
        "HSET {jobs}:notes error 1",
        "RPUSH {jobs}:wake 1 2",
        "HDEL {jobs}:results done",
        "ZREM {jobs}:expiring done",
        "HINCRBY {jobs}:meta pushed 1",
        "HINCRBY {jobs}:meta completed -1",
      })
  void whatCannotBeIsFound(String command) {
    redis.call(
        Stream.of(command.split(" ")).map(word -> word.replace('~', ' ')).toArray(String[]::new));
    assertFalse(Invariants.violations(redis, KEY).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "completed ready",
        "completed leased",
        "pushed ready",
        "started leased",
        "started unknown",
        "requeued ready",
        "removed unknown",
        "invented ready"
      })
  void whatCannotHaveHappenedIsFound(String event) {
    var words = event.split(" ");
    redis.call(
        "XADD",
        "{jobs}:events",
        "*",
        "event",
        words[0],
        "id",
        words[1],
        "worker",
        "x",
        "delivery",
        "1");
    var history = InvariantsHistory.of(queue);
    assertThrows(AssertionError.class, () -> history.check(queue.stats()));
  }
}
