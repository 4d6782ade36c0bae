package dev.redstart.redis.wire;

import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.resp.RespLimits;
import java.time.Duration;

/** A program with a small heap whose one thread calls, and is sent replies too large for it. */
final class LoneHugeReply {

  private static final int ROUNDS = 2;
  private static final int CALLS = 50;

  private LoneHugeReply() {}

  /**
   * @param arguments the peer's port
   */
  public static void main(String[] arguments) {
    var limits = RespLimits.defaults().withBulkBytes(1 << 30).withReplyBytes(1L << 40);
    var options =
        RedisOptions.of("redis://127.0.0.1:" + arguments[0])
            .withLimits(limits)
            .withTimeout(Duration.ofSeconds(20));
    try (var redis = Redis.connect(options)) {
      for (int round = 0; round < ROUNDS; round++) {
        echo(redis, "before" + round);
        fail(redis);
        echo(redis, "after" + round);
      }
    }
    System.out.println("done");
  }

  private static void echo(Redis redis, String token) {
    for (int i = 0; i < CALLS; i++) {
      if (!redis.call("ECHO", token + i).text().equals(token + i)) {
        throw new AssertionError("not its own reply");
      }
    }
  }

  private static void fail(Redis redis) {
    try {
      // Not GET alone: the client would repeat what only reads.
      throw new AssertionError("the huge reply came: " + redis.call("GETSET", "huge", "x"));
    } catch (RedisException expected) {
      System.err.println("as expected: " + expected);
    }
  }
}
