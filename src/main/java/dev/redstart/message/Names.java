package dev.redstart.message;

import dev.redstart.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Names and ids as they are in Redis and in JSON. */
final class Names {
  private static final int ID_CHARS_MAX = 256;

  /** The id of a task's block has those of the message and the task in it. */
  private static final int CONTENT_ID_CHARS_MAX = 2 * ID_CHARS_MAX + 1;

  private Names() {}

  /**
   * An id: it becomes a part of keys, where a colon or a brace would have a meaning, of lists with
   * spaces between, and of JSON without being escaped.
   */
  static String id(String id, String name) {
    return id(id, name, ID_CHARS_MAX);
  }

  static String contentId(String id) {
    return id(id, "contentId", CONTENT_ID_CHARS_MAX);
  }

  private static String id(String id, String name, int max) {
    boolean sound = Objects.requireNonNull(id, name).chars().allMatch(Names::isPlain);
    if (!sound || id.isEmpty() || id.length() > max) {
      throw new IllegalArgumentException(
          name
              + ": must be 1 to "
              + max
              + " visible ASCII characters without colons, braces, quotation marks and"
              + " backslashes");
    }
    return id;
  }

  private static boolean isPlain(int c) {
    return c > ' ' && c < 127 && ":{}\"\\".indexOf(c) < 0;
  }

  static String newId(String kind) {
    return kind + "_" + UUID.randomUUID();
  }

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static <E extends Enum<E>> Optional<E> find(Class<E> type, String name) {
    for (E constant : type.getEnumConstants()) {
      if (of(constant).equals(name)) {
        return Optional.of(constant);
      }
    }
    return Optional.empty();
  }

  /** As a JSON string. */
  static String quoted(String text) {
    return JsonString.of(text).toString();
  }

  /** Tolerant of those who write no zone, or nothing. */
  static Instant instant(String iso) {
    try {
      return Instant.parse(iso.endsWith("Z") ? iso : iso + "Z");
    } catch (DateTimeParseException strange) {
      return Instant.EPOCH;
    }
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
