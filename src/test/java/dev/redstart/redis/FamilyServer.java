package dev.redstart.redis;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import java.time.Duration;

/** Where the tests of the command families run: on a real server, over both protocols. */
final class FamilyServer {
  private FamilyServer() {}

  /** A client that speaks RESP 2 or 3, on an empty database. To be closed. */
  static Redis connect(int protocol) {
    var redis = Redis.connect(RedisOptions.of(RedisServer.shared().url()).withProtocol(protocol));
    redis.call(Server.flushDb());
    return redis;
  }

  /** Returns when a client waits in a blocking command. */
  static void awaitBlocked(Redis redis) {
    Eventually.within(
        Duration.ofSeconds(10),
        "a client is blocked",
        () -> !redis.call(Server.info("clients")).get("blocked_clients").equals("0"));
  }
}
