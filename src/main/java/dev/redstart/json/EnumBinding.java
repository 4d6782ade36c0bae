package dev.redstart.json;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** An enum: the constant's name, exactly as in Java, unless {@link JsonName} says another. */
final class EnumBinding implements Binding {
  private final Map<Object, JsonString> names = new HashMap<>();
  private final Map<String, Object> constants = new LinkedHashMap<>();

  EnumBinding(Class<?> type) {
    for (Object constant : type.getEnumConstants()) {
      String name = name(type, (Enum<?>) constant);
      names.put(constant, JsonString.of(name));
      if (constants.put(name, constant) != null) {
        throw new IllegalArgumentException(
            type.getName() + " has two constants named \"" + name + "\"");
      }
    }
  }

  private static String name(Class<?> type, Enum<?> constant) {
    try {
      JsonName name = type.getField(constant.name()).getAnnotation(JsonName.class);
      return name == null ? constant.name() : name.value();
    } catch (NoSuchFieldException e) {
      throw new AssertionError("every constant is a public field", e);
    }
  }

  @Override
  public JsonValue write(Object value, int depth) {
    return names.get(value);
  }

  @Override
  public Object read(JsonValue json) {
    Object constant = constants.get(json.asString());
    if (constant == null) {
      throw JsonValueException.notOneOf(constants.keySet(), json);
    }
    return constant;
  }
}
