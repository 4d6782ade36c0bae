package dev.redstart.message;

/**
 * What became of a write, and how the message is now.
 *
 * @param result what became of it
 * @param status how far the message is
 * @param textBytes the length of its text, in bytes of UTF-8: where the next append begins
 */
public record Written(Result result, MessageStatus status, long textBytes) {
  /** What became of a write. Only the first has changed anything. */
  public enum Result {
    /** It happened, with its event. */
    APPLIED,
    /** It had happened before: the same text was there, or the same task. */
    REPEATED,
    /** The message has ended: refused. The status says how. */
    ENDED,
    /** The task has ended: refused. */
    TASK_ENDED,
    /** The writer's lease is over and another producer has the message: refused. */
    LOST
  }

  /** Whether what was to be written is there now. */
  public boolean isDone() {
    return result == Result.APPLIED || result == Result.REPEATED;
  }

  /** Whether its writer has nothing more to write. */
  boolean isOver() {
    return status.isEnd() || result == Result.LOST;
  }

  /** Whether the message was cancelled: whoever produces it should stop. */
  public boolean isCancelled() {
    return status == MessageStatus.CANCELLED;
  }
}
