package dev.redstart.redis.cluster;

import dev.redstart.harness.ClusterServer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Server;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Three masters, each with a replica, for all tests of this JVM that leave them alive, started when
 * first needed.
 */
public final class SharedCluster {
  /** Guards {@code server}. */
  private static final ReentrantLock STARTING = new ReentrantLock();

  private static ClusterServer server;

  private SharedCluster() {}

  public static ClusterServer server() {
    STARTING.lock();
    try {
      if (server == null) {
        server = ClusterServer.start(ServerOptions.plain(), 3, 1);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shared-cluster-end"));
      }
      return server;
    } finally {
      STARTING.unlock();
    }
  }

  /** An empty cluster. */
  public static Redis connect() {
    return connect(options());
  }

  public static Redis connect(RedisOptions options) {
    var redis = Redis.connect(options);
    redis.call(Server.flushAll());
    return redis;
  }

  public static RedisOptions options() {
    return RedisOptions.of(server().url());
  }
}
