package dev.redstart.orchestration;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.json.JsonNull;
import dev.redstart.json.JsonNumber;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Writes one message, field by field, as the Redis Orchestration App has it. By hand, since a busy
 * session writes ten thousand of them a second.
 */
final class MessageJson {
  private final Map<String, JsonValue> members = new LinkedHashMap<>();

  MessageJson(String type, Message message) {
    text("type", type).text("timestamp", message.timestamp());
    text("message_id", message.messageId());
  }

  MessageJson text(String name, String text) {
    try {
      return value(name, JsonString.of(text));
    } catch (IllegalArgumentException unpaired) {
      throw new IllegalArgumentException(name + ": " + unpaired.getMessage(), unpaired);
    }
  }

  MessageJson number(String name, long number) {
    return value(name, JsonNumber.of(number));
  }

  MessageJson object(String name, Map<String, JsonValue> content) {
    return value(name, JsonObject.of(content));
  }

  /** JSON's null if there is none. */
  MessageJson value(String name, Optional<? extends JsonValue> value) {
    return value(name, value.isPresent() ? value.get() : JsonNull.of());
  }

  MessageJson value(String name, JsonValue value) {
    members.put(name, value);
    return this;
  }

  /** The message, with the fields that are none of ours at its end. */
  JsonObject with(Map<String, JsonValue> more) {
    more.forEach(
        (name, value) -> {
          if (members.putIfAbsent(name, value) != null) {
            throw new IllegalArgumentException("more: has " + name + ", which is a field of ours");
          }
        });
    return JsonObject.of(members);
  }

  /** For a record's constructor: names and values in turns. */
  static void refuseNull(Object... namesAndValues) {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Objects.requireNonNull(namesAndValues[i + 1], (String) namesAndValues[i]);
    }
  }

  /** For a record's constructor. */
  static Map<String, JsonValue> copy(Map<String, JsonValue> members, String name) {
    if (Objects.requireNonNull(members, name).isEmpty()) {
      return Map.of();
    }
    // Map.copyOf would lose the order.
    return Collections.unmodifiableMap(new LinkedHashMap<>(members));
  }

  /** The text in words that UTF-8 has: half of a cut emoji becomes a question mark. */
  static String sayable(String text) {
    return new String(text.getBytes(UTF_8), UTF_8);
  }
}
