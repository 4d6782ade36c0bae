package dev.redstart.a2a;

import java.util.Objects;

/**
 * A task manager that keeps all in the memory of this process: for tests, and for an agent that may
 * forget. It promises what {@link RedisTaskManager} promises, but for what needs more than one
 * process. Thread-safe.
 */
public final class MemoryTaskManager extends TaskEngine {
  private MemoryTaskManager(TaskStorage storage, MessageProcessor processor, TaskOptions options) {
    super(storage, processor, options, Pusher.start(storage, options));
  }

  public static MemoryTaskManager of(MessageProcessor processor) {
    return of(processor, TaskOptions.defaults());
  }

  public static MemoryTaskManager of(MessageProcessor processor, TaskOptions options) {
    Objects.requireNonNull(processor, "processor");
    Objects.requireNonNull(options, "options");
    return new MemoryTaskManager(new MemoryTaskStorage(options), processor, options);
  }
}
