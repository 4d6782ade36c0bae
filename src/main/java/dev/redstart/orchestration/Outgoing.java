package dev.redstart.orchestration;

/** A task as it will lie in a list. */
record Outgoing(String taskId, int childId, int priority, byte[] json) {
  /** The scripts read messages, and hold up everybody meanwhile. */
  static final int BYTES_MAX = 1 << 20;

  /**
   * @throws IllegalArgumentException if it is too large
   */
  static Outgoing of(TaskMessage task) {
    byte[] json = Session.utf8(task);
    if (json.length > BYTES_MAX) {
      throw new IllegalArgumentException(
          "task: has "
              + json.length
              + " bytes, at most "
              + BYTES_MAX
              + " travel well; put what is large under a key of your own, and send the key");
    }
    int priority = Math.min(Math.max(task.priority(), 1), 5);
    return new Outgoing(task.taskId(), task.childId(), priority, json);
  }
}
