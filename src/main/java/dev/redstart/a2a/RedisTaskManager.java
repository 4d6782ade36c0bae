package dev.redstart.a2a;

import dev.redstart.redis.Redis;
import java.util.Objects;

/**
 * A task manager that keeps all in Redis, so that any number of instances behave as one: whatever
 * happens to a task on one of them is seen on all, and a task whose instance died fails. Each
 * instance has its own. Thread-safe; the client stays the caller's, and has to be closed after
 * this.
 */
public final class RedisTaskManager extends TaskEngine {
  private RedisTaskManager(TaskStorage storage, MessageProcessor processor, TaskOptions options) {
    super(storage, processor, options, Pusher.start(storage, options));
  }

  /** Does not touch Redis yet. */
  public static RedisTaskManager of(Redis redis, MessageProcessor processor) {
    return of(redis, processor, TaskOptions.defaults());
  }

  /** Does not touch Redis yet. */
  public static RedisTaskManager of(Redis redis, MessageProcessor processor, TaskOptions options) {
    Objects.requireNonNull(redis, "redis");
    Objects.requireNonNull(processor, "processor");
    Objects.requireNonNull(options, "options");
    return new RedisTaskManager(new RedisTaskStorage(redis, options), processor, options);
  }
}
