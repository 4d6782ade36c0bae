package dev.redstart.a2a;

import dev.redstart.json.Json;
import dev.redstart.json.JsonArray;
import dev.redstart.json.JsonBoolean;
import dev.redstart.json.JsonNumber;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A JSON object under way. What is empty is left out, but for what {@code put} puts. */
final class Draft {
  static final JsonObject NOTHING = Json.object();

  private final Map<String, JsonValue> members = new LinkedHashMap<>();

  Draft put(String name, JsonValue value) {
    members.put(name, value);
    return this;
  }

  Draft put(String name, String text) {
    return put(name, JsonString.of(text));
  }

  Draft put(String name, boolean flag) {
    return put(name, JsonBoolean.of(flag));
  }

  <T> Draft put(String name, List<T> items, Function<T, ? extends JsonValue> writer) {
    return put(name, JsonArray.of(items.stream().map(writer).toList()));
  }

  Draft add(String name, String text) {
    return text.isEmpty() ? this : put(name, text);
  }

  Draft add(String name, Optional<String> text) {
    return add(name, text.orElse(""));
  }

  Draft add(String name, boolean flag) {
    return flag ? put(name, true) : this;
  }

  Draft add(String name, JsonObject object) {
    return object.asMap().isEmpty() ? this : put(name, object);
  }

  <T> Draft add(String name, List<T> items, Function<T, ? extends JsonValue> writer) {
    return items.isEmpty() ? this : put(name, items, writer);
  }

  Draft add(String name, List<String> texts) {
    return add(name, texts, JsonString::of);
  }

  static JsonValue number(long number) {
    return JsonNumber.of(number);
  }

  JsonObject json() {
    return JsonObject.of(members);
  }

  static JsonObject of(String name, JsonValue value) {
    return JsonObject.of(Map.of(name, value));
  }
}
