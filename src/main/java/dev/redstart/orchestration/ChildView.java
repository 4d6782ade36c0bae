package dev.redstart.orchestration;

import java.util.Locale;
import java.util.Optional;

/**
 * A child at one moment.
 *
 * @param waiting how many messages are in its list
 * @param taskId what it has in hand
 */
public record ChildView(int childId, State state, long waiting, Optional<String> taskId) {
  /** Whether some process is this child. */
  public enum State {
    /** None was yet, as far as the session knows. */
    ABSENT,
    /** One has given a sign of life within its lease. */
    ALIVE,
    /** One was, and its lease is over. */
    LOST,
    /** One was, and has left. */
    STOPPED
  }

  static State state(String word) {
    return State.valueOf(word.toUpperCase(Locale.ROOT));
  }
}
