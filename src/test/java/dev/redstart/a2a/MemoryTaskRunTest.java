package dev.redstart.a2a;

/** Processors, and what becomes of them, in memory. */
class MemoryTaskRunTest extends TaskRunContract {
  @Override
  TaskManager make(MessageProcessor processor, TaskOptions options) {
    return MemoryTaskManager.of(processor, options);
  }

  @Override
  void clear() {
    // Each manager has its own memory.
  }
}
