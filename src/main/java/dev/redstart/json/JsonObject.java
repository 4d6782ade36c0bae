package dev.redstart.json;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A JSON object: members with distinct names, in the order they were given. */
public final class JsonObject implements JsonValue {
  private final Members members;
  private final int height;

  JsonObject(Members members) {
    this.members = members;
    this.height = members.height();
  }

  /**
   * An object of these members, in the map's order; the map is copied.
   *
   * @throws IllegalArgumentException if a name has an unpaired surrogate
   * @throws JsonValueException if the object would have more than {@link Json#DEPTH_MAX} levels
   */
  public static JsonObject of(Map<String, ? extends JsonValue> members) {
    Map<String, JsonValue> copy = new LinkedHashMap<>(Objects.requireNonNull(members, "members"));
    JsonString[] names = names(copy);
    copy.values().forEach(value -> Objects.requireNonNull(value, "a value"));
    return new JsonObject(new Members(names, values(copy)));
  }

  /** For a map that nobody changes meanwhile. */
  static JsonObject ofChecked(Map<String, JsonValue> members) {
    return new JsonObject(new Members(names(members), values(members)));
  }

  private static JsonString[] names(Map<String, JsonValue> members) {
    JsonString[] names = new JsonString[members.size()];
    int count = 0;
    for (String name : members.keySet()) {
      names[count++] = JsonString.of(name, "a name");
    }
    return names;
  }

  private static JsonValue[] values(Map<String, JsonValue> members) {
    return members.values().toArray(JsonValue[]::new);
  }

  @Override
  public Optional<JsonValue> tryGet(String name) {
    return Optional.ofNullable(members.get(Objects.requireNonNull(name, "name")));
  }

  @Override
  public Map<String, JsonValue> asMap() {
    return members;
  }

  Members members() {
    return members;
  }

  int height() {
    return height;
  }

  /** Whether the other is an object with equal members, in whatever order. */
  @Override
  public boolean equals(Object other) {
    return other instanceof JsonObject object && members.equals(object.members);
  }

  @Override
  public int hashCode() {
    return members.hashCode();
  }

  @Override
  public String toString() {
    return JsonPrinter.compact(this).toString();
  }
}
