package dev.redstart.a2a;

import java.time.Duration;
import java.util.Optional;

/** A place to push to, and how far that is. Guarded by the lock of its storage. */
final class MemoryPush {
  private static final int EVENTS_MAX = 100;

  private final MemoryTask task;
  private PushConfig config;
  private long sent;
  private int attempts;
  private long dueNanos = System.nanoTime();

  /** Who has a delivery in hand, until {@code dueNanos}. Empty: nobody. */
  private String holder = "";

  /** From the next event on. */
  MemoryPush(MemoryTask task, PushConfig config) {
    this.task = task;
    this.config = config;
    this.sent = task.generation();
  }

  PushConfig config() {
    return config;
  }

  void configure(PushConfig config) {
    this.config = config;
  }

  boolean hasMore() {
    return task.isBuilt() && task.generation() > sent;
  }

  long untilDueNanos() {
    return dueNanos - System.nanoTime();
  }

  TaskStorage.Delivery take(String token, Duration lease) {
    holder = token;
    dueNanos = System.nanoTime() + lease.toNanos();
    var events = task.after(sent, EVENTS_MAX);
    return new TaskStorage.Delivery(task.id, config, token, attempts, events);
  }

  void settle(TaskStorage.Delivery delivery, long arrived, Optional<Duration> retry) {
    if (!holder.equals(delivery.token())) {
      return;
    }
    holder = "";
    dueNanos = System.nanoTime();
    var events = delivery.events();
    if (arrived >= events.get(events.size() - 1).generation()) {
      sent = arrived;
      attempts = 0;
    } else if (retry.isEmpty()) {
      sent = task.generation();
      attempts = 0;
    } else {
      attempts = arrived > sent ? 1 : attempts + 1;
      sent = Math.max(sent, arrived);
      dueNanos += retry.get().toNanos();
    }
  }
}
