package dev.redstart.a2a;

/** Messages, and what comes of them, in memory. */
class MemoryTaskManagerTest extends TaskManagerContract {
  @Override
  TaskManager make(MessageProcessor processor, TaskOptions options) {
    return MemoryTaskManager.of(processor, options);
  }

  @Override
  void clear() {
    // Each manager has its own memory.
  }
}
