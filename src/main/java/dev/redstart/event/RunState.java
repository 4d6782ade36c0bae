package dev.redstart.event;

import java.util.Locale;

/** How a run is. */
public enum RunState {
  /** It takes events. */
  OPEN,
  /** It has ended, and can be read. */
  CLOSED,
  /** Its events are gone. It takes no more; a day later, it will be as if it had never been. */
  EXPIRED,
  /** Nothing is known of it: it will be there with its first event. */
  UNKNOWN;

  static RunState of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
