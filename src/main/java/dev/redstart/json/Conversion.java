package dev.redstart.json;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** From plain Java objects to values. The depth is counted because a list can hold itself. */
final class Conversion {
  private Conversion() {}

  static JsonValue of(Object value, int depth) {
    if (value == null) {
      return JsonNull.of();
    } else if (value instanceof JsonValue json) {
      return json;
    } else if (value instanceof Map<?, ?> map) {
      return object(map, depth);
    } else if (value instanceof Collection<?> items) {
      return array(items, depth);
    } else if (value instanceof Enum<?> constant) {
      return JsonCodec.write(constant.getDeclaringClass(), value, depth);
    }
    return JsonCodec.write(value.getClass(), value, depth);
  }

  static JsonArray array(Collection<?> items, int depth) {
    int inside = Height.raise(depth);
    return JsonArray.of(items.stream().map(item -> of(item, inside)).toList());
  }

  static JsonObject object(Object[] namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("namesAndValues: the last name has no value");
    }
    Map<String, JsonValue> members = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      String name = name(namesAndValues[i]);
      if (members.put(name, of(namesAndValues[i + 1], 1)) != null) {
        throw new IllegalArgumentException("namesAndValues: the name \"" + name + "\" comes twice");
      }
    }
    return JsonObject.of(members);
  }

  private static JsonObject object(Map<?, ?> map, int depth) {
    int inside = Height.raise(depth);
    Map<String, JsonValue> members = new LinkedHashMap<>();
    map.forEach((name, value) -> members.put(name(name), of(value, inside)));
    return JsonObject.of(members);
  }

  private static String name(Object name) {
    if (name instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("the name of a member must be a string, but is " + name);
  }
}
