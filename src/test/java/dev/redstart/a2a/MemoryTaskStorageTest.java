package dev.redstart.a2a;

/** Runs, and what is seen of them, in memory. */
class MemoryTaskStorageTest extends TaskStorageContract {
  private MemoryTaskStorage shared;

  @Override
  TaskStorage make(TaskOptions options) {
    // Other options come before anything happens.
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
