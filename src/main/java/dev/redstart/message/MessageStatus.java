package dev.redstart.message;

/** How far a message is. All but the first are for ever. */
public enum MessageStatus {
  STREAMING,
  COMPLETED,
  FAILED,
  CANCELLED;

  /** Whether nothing can be written to it any more. */
  public boolean isEnd() {
    return this != STREAMING;
  }

  /** As it is in JSON: {@code streaming}. */
  @Override
  public String toString() {
    return Names.of(this);
  }
}
