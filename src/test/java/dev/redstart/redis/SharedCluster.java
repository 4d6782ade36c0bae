package dev.redstart.redis;

import dev.redstart.harness.ClusterServer;
import java.util.concurrent.locks.ReentrantLock;

/** Three masters for all tests of this JVM that leave them alive, started when first needed. */
final class SharedCluster {
  /** Guards {@code server}. */
  private static final ReentrantLock STARTING = new ReentrantLock();

  private static ClusterServer server;

  private SharedCluster() {}

  static ClusterServer server() {
    STARTING.lock();
    try {
      if (server == null) {
        server = ClusterServer.start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shared-cluster-end"));
      }
      return server;
    } finally {
      STARTING.unlock();
    }
  }

  /** An empty cluster. */
  static Redis connect() {
    return connect(options());
  }

  static Redis connect(RedisOptions options) {
    var redis = Redis.connect(options);
    redis.call(Server.flushAll());
    return redis;
  }

  static RedisOptions options() {
    return RedisOptions.of(server().url());
  }
}
