package dev.redstart.a2a;

import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Processors, and what becomes of them, in Redis. */
class RedisTaskRunTest extends TaskRunContract {
  private static Redis redis;

  @BeforeAll
  static void connect() {
    redis = Redis.connect(RedisServer.shared().url());
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  @Override
  TaskManager make(MessageProcessor processor, TaskOptions options) {
    return RedisTaskManager.of(redis, processor, options);
  }

  @Override
  void clear() {
    redis.call(Server.flushDb());
  }
}
