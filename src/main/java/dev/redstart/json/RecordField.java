package dev.redstart.json;

import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** One component of a record: one member of an object, or the rest of its members. */
final class RecordField {
  private static final Binding REST =
      new Containers.MapBinding(Scalars.find(JsonValue.class).orElseThrow());

  private final String name;
  private final boolean rest;
  private final Optional<JsonValue> fallback;
  private final Function<Object, Object> accessor;
  private Binding binding;

  RecordField(RecordComponent component, Naming naming) {
    JsonName own = component.getAnnotation(JsonName.class);
    JsonDefault other = component.getAnnotation(JsonDefault.class);
    this.name = own == null ? naming.of(component.getName()) : own.value();
    this.rest = component.isAnnotationPresent(JsonRest.class);
    this.fallback = Optional.ofNullable(other).map(this::parsed);
    this.accessor = RecordAccess.accessor(component);
  }

  private JsonValue parsed(JsonDefault json) {
    try {
      return Json.parse(json.value());
    } catch (JsonParseException e) {
      throw new IllegalArgumentException(
          "@JsonDefault of " + name + " is not JSON: " + e.getMessage(), e);
    }
  }

  String name() {
    return name;
  }

  boolean isRest() {
    return rest;
  }

  /** Comes once, after the constructor, because a record can hold itself. */
  void bind(Binding binding) {
    if (rest && !binding.equals(REST)) {
      throw new IllegalArgumentException("@JsonRest is for a Map<String, JsonValue>");
    }
    this.binding = binding;
  }

  void checkDefault() {
    try {
      fallback.ifPresent(binding::read);
    } catch (JsonValueException e) {
      throw new IllegalArgumentException("@JsonDefault of " + name + ": " + e.getMessage(), e);
    }
  }

  /** Adds what this record has here, which is nothing for an empty Optional. */
  void write(Object record, int depth, Map<String, JsonValue> members) {
    try {
      Object value = accessor.apply(record);
      if (rest) {
        binding
            .write(Binding.requirePresent(value), depth)
            .asMap()
            .forEach((n, json) -> add(members, n, json));
      } else if (!(value instanceof Optional<?> optional) || optional.isPresent()) {
        add(members, name, binding.write(Binding.requirePresent(value), depth));
      }
    } catch (JsonValueException e) {
      throw e.within(name);
    }
  }

  private static void add(Map<String, JsonValue> members, String name, JsonValue json) {
    if (members.put(name, json) != null) {
      throw new JsonValueException(
          "the member " + JsonValueException.quoted(name) + " comes twice");
    }
  }

  Object read(Map<String, JsonValue> members) {
    try {
      JsonValue json = members.get(name);
      return json == null ? absent() : binding.read(json);
    } catch (JsonValueException e) {
      throw e.within(name);
    }
  }

  private Object absent() {
    if (fallback.isPresent()) {
      return binding.read(fallback.get());
    } else if (binding instanceof Containers.OptionalBinding) {
      return Optional.empty();
    }
    throw new JsonValueException("is missing");
  }
}
