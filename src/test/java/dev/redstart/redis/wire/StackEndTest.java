package dev.redstart.redis.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Command;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callers near the end of their stacks, who write and read for others, harm only themselves. */
@Timeout(60)
final class StackEndTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final int ROUNDS = 5;

  /** Pins past bugs: a lock that stayed locked, and a future that was never completed. */
  @Test
  void othersAreToldWhatBecameOfTheirCallsAndTheClientGoesOn() {
    var options = RedisOptions.of(RedisServer.shared().url()).withTimeout(SHORT);
    try (var redis = Redis.connect(options)) {
      for (int round = 0; round < ROUNDS; round++) {
        var deep = Crowd.of(1, number -> plunge(redis, 0));
        while (deep.isBusy()) {
          callBeside(redis);
        }
        deep.join(LIMIT);
      }
      Eventually.within(LIMIT, "it serves", () -> redis.call("ECHO", "x").text().equals("x"));
    }
  }

  private static void callBeside(Redis redis) {
    var other = redis.send(Command.of("ECHO", "other").map(Reply::text)).on(Runnable::run);
    // For no longer than this, though the limit of the call is much shorter.
    var told =
        other.exceptionally(failed -> "other").orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertEquals("other", told.join());
    assertTrue(other.isDone());
  }

  private static int plunge(Redis redis, int depth) {
    try {
      int deeper = plunge(redis, depth + 1);
      if (deeper - depth < 60) {
        callAnyhow(redis);
      }
      return deeper;
    } catch (StackOverflowError end) {
      return depth;
    }
  }

  private static void callAnyhow(Redis redis) {
    try {
      assertEquals("deep", redis.call("ECHO", "deep").text());
    } catch (RedisException | StackOverflowError allowed) {
      return;
    } catch (InternalError linking) {
      assertEquals("java.lang.StackOverflowError", linking.getMessage());
    }
  }
}
