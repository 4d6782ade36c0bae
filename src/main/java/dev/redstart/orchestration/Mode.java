package dev.redstart.orchestration;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The two kinds of sessions, as the Redis Orchestration App has them. */
enum Mode {
  /** A name with a sequence number, a list of reports for each child, no monitor channel. */
  NORMAL,
  /** A name with a UUID, one list of reports for all children, a monitor channel. */
  SUMMONER;

  /** The word in the configuration. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Mode> of(String word) {
    return Arrays.stream(values()).filter(mode -> mode.word().equals(word)).findFirst();
  }
}
