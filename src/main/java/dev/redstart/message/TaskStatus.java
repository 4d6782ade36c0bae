package dev.redstart.message;

/** How far a task of a message is. All but the first are for ever. */
public enum TaskStatus {
  PROCESSING,
  COMPLETED,
  FAILED,
  CANCELLED;

  /** As it is in JSON: {@code processing}. */
  @Override
  public String toString() {
    return Names.of(this);
  }
}
