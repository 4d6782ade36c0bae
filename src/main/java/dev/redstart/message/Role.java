package dev.redstart.message;

/** Who speaks in a message. */
public enum Role {
  USER,
  ASSISTANT,
  SYSTEM,
  AGENT,
  TOOL;

  /** As it is in JSON: {@code user}. */
  @Override
  public String toString() {
    return Names.of(this);
  }
}
