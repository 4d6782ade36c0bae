package dev.redstart.orchestration;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Times as the messages have them: {@code 2026-01-31T12:00:00+0900}, the sender's local time. */
final class Timestamps {
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxx");

  /** They are the same for a second, in which a busy session needs thousands. */
  private static volatile Said last = new Said(Long.MIN_VALUE, "");

  private record Said(long second, String text) {}

  private Timestamps() {}

  static String now() {
    long second = System.currentTimeMillis() / 1000;
    var said = last;
    if (said.second != second) {
      var time = OffsetDateTime.ofInstant(Instant.ofEpochSecond(second), ZoneId.systemDefault());
      said = new Said(second, FORM.format(time));
      last = said;
    }
    return said.text;
  }
}
