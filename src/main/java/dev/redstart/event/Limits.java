package dev.redstart.event;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

/** Refuses arguments at once, by name. */
final class Limits {
  private static final int ID_BYTES_MAX = 256;
  private static final int NAME_CHARS_MAX = 100;

  private Limits() {}

  static long within(long number, String name, long min, long max) {
    if (number < min || number > max) {
      throw new IllegalArgumentException(
          name + ": must be " + min + " to " + max + ", was " + number);
    }
    return number;
  }

  /** At least a millisecond. */
  static Duration within(Duration time, String name, Duration max) {
    if (Objects.requireNonNull(time, name).compareTo(Duration.ofMillis(1)) < 0
        || time.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          name + ": must be 1 ms to " + max.toDays() + " days, was " + time);
    }
    return time;
  }

  /** Braces say where a key lives on a cluster. */
  static String runId(String id) {
    boolean seen = isVisible(Objects.requireNonNull(id, "runId"), ID_BYTES_MAX);
    if (!seen || id.indexOf('{') >= 0 || id.indexOf('}') >= 0 || bytes(id) > ID_BYTES_MAX) {
      throw new IllegalArgumentException(
          "runId: must be 1 to 256 bytes of visible characters without braces");
    }
    return id;
  }

  /** A category and an action are names: of a server-sent event, on one line. */
  static String name(String text, String name) {
    if (!isVisible(Objects.requireNonNull(text, name), NAME_CHARS_MAX)) {
      throw new IllegalArgumentException(name + ": must be 1 to 100 visible characters");
    }
    return text;
  }

  private static boolean isVisible(String text, int charsMax) {
    return !text.isEmpty()
        && text.length() <= charsMax
        && text.codePoints().allMatch(Limits::isVisible);
  }

  private static boolean isVisible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
