package dev.redstart.a2a;

/** Lists, and what is to be pushed, in memory. */
class MemoryTaskListTest extends TaskListContract {
  private MemoryTaskStorage shared;

  @Override
  TaskStorage make(TaskOptions options) {
    if (shared == null || shared.options() != options) {
      shared = new MemoryTaskStorage(options);
    }
    return shared;
  }

  @Override
  void clear() {
    shared = null;
  }
}
