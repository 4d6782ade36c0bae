package dev.redstart.message;

/** What an event says. */
public enum EventType {
  MESSAGE_START,
  MESSAGE_END,
  TEXT_DELTA,
  CONTENT_ADDED,
  CONTENT_UPDATED,
  TASK_STARTED,
  TASK_PROGRESS,
  TASK_COMPLETED,
  /** Also of a task that was cancelled: its payload has the status. */
  TASK_FAILED,
  ERROR,
  PING;

  /** As it is in JSON: {@code message_start}. */
  @Override
  public String toString() {
    return Names.of(this);
  }
}
