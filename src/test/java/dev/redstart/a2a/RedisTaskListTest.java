package dev.redstart.a2a;

import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract, on Redis. */
class RedisTaskListTest extends TaskListContract {
  private static Redis redis;

  @BeforeAll
  static void connect() {
    redis = Redis.connect(RedisServer.shared().url());
  }

  @AfterAll
  static void disconnect() {
    redis.close();
  }

  @Override
  TaskStorage make(TaskOptions options) {
    return new RedisTaskStorage(redis, options);
  }

  @Override
  void clear() {
    redis.call(Server.flushDb());
  }
}
