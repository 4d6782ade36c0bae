package dev.redstart.orchestration;

import dev.redstart.json.JsonCodec;
import dev.redstart.json.JsonNull;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import dev.redstart.json.Naming;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The JSON of messages, as the Redis Orchestration App has it. */
final class MessageJson {
  private static final JsonCodec<Message> CODEC =
      JsonCodec.of(Message.class).withNaming(Naming.SNAKE_CASE);

  /** Of each record those that the codec leaves out when they are empty, and what they follow. */
  private static final Map<Class<?>, Map<String, String>> NULLS =
      Map.of(
          TaskMessage.class, Map.of("priority", "timeout"),
          ReportMessage.class, Map.of("result", "error"),
          ShutdownMessage.class, Map.of("graceful", "target_child_id"),
          StatusMessage.class, Map.of());

  private MessageJson() {}

  static JsonObject write(Message message) {
    var afters = NULLS.get(message.getClass());
    var written = CODEC.toJson(message).asMap();
    var members = new LinkedHashMap<String, JsonValue>();
    written.forEach(
        (name, value) -> {
          members.put(name, value);
          String next = afters.get(name);
          if (next != null) {
            members.put(next, written.getOrDefault(next, JsonNull.of()));
          }
        });
    return JsonObject.of(members);
  }

  static Message read(JsonValue json) {
    return CODEC.fromJson(withPrompt(json));
  }

  private static JsonValue withPrompt(JsonValue json) {
    var members = json.asMap();
    if (members.containsKey("prompt") || !members.containsKey("instruction")) {
      return json;
    }
    var renamed = new LinkedHashMap<>(members);
    renamed.put("prompt", renamed.remove("instruction"));
    return JsonObject.of(renamed);
  }

  /** For a record's constructor: names and values in turns. */
  static void refuseNull(Object... namesAndValues) {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Objects.requireNonNull(namesAndValues[i + 1], (String) namesAndValues[i]);
    }
  }

  /** For a record's constructor. */
  static Map<String, JsonValue> copy(Map<String, JsonValue> members, String name) {
    Objects.requireNonNull(members, name);
    // Map.copyOf would lose the order.
    return Collections.unmodifiableMap(new LinkedHashMap<>(members));
  }
}
