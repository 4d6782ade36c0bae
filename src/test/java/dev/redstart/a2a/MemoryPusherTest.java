package dev.redstart.a2a;

/** The contract, in memory. */
class MemoryPusherTest extends PusherContract {
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
