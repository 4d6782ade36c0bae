package dev.redstart.a2a;

/** Where a task is. */
public enum TaskState {
  /** It is there, and nobody works on it yet. */
  SUBMITTED,
  /** Somebody works on it. */
  WORKING,
  /** It waits for another message. */
  INPUT_REQUIRED,
  /** It waits for somebody to log in. */
  AUTH_REQUIRED,
  COMPLETED,
  FAILED,
  CANCELED,
  REJECTED;

  /** Whether it is over: nothing follows any more. */
  public boolean isTerminal() {
    return ordinal() >= COMPLETED.ordinal();
  }

  /** Whether it waits for its client. */
  public boolean isInterrupted() {
    return this == INPUT_REQUIRED || this == AUTH_REQUIRED;
  }
}
