package dev.redstart.event;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a run ended: the actions of the {@code lifecycle} event that is its last. */
public enum RunEnd {
  COMPLETED,
  FAILED,
  CANCELLED,
  /** Its producer died, or left without a word. */
  ABANDONED;

  /** As events have it: {@code completed}. */
  public String action() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Of an event's action; empty if that is no end. */
  public static Optional<RunEnd> of(String action) {
    return Arrays.stream(values()).filter(end -> end.action().equals(action)).findAny();
  }
}
