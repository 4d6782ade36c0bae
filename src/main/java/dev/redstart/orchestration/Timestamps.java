package dev.redstart.orchestration;

import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;

/** Times as the messages have them: {@code 2026-01-31T12:00:00+0900}, the sender's local time. */
final class Timestamps {
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxx");

  private Timestamps() {}

  static String now() {
    return FORM.format(OffsetDateTime.now());
  }
}
