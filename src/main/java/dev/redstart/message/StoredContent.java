package dev.redstart.message;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A content block that is kept apart, as a hash: some of its members as text, the others as JSON.
 */
final class StoredContent {
  private static final Set<String> TEXTS = Set.of("content_id", "content_type", "task_id", "text");

  /** Of the hash only. */
  private static final Set<String> NO_MEMBERS = Set.of("message_id", "created_at");

  private StoredContent() {}

  static Map<String, String> fields(ContentBlock block) {
    Map<String, String> fields = new LinkedHashMap<>();
    block
        .toJson()
        .asMap()
        .forEach(
            (name, value) ->
                fields.put(name, TEXTS.contains(name) ? value.asString() : value.toString()));
    NO_MEMBERS.forEach(fields::remove);
    return fields;
  }

  static Optional<ContentBlock> read(Map<String, String> fields) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    fields.forEach(
        (name, value) -> {
          if (!NO_MEMBERS.contains(name)) {
            members.put(name, TEXTS.contains(name) ? JsonString.of(value) : Json.parse(value));
          }
        });
    return members.isEmpty()
        ? Optional.empty()
        : Optional.of(ContentBlock.of(JsonObject.of(members)));
  }
}
