package dev.redstart.json;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The generic types of the JDK that have a form in JSON. What is read cannot be modified. */
final class Containers {
  private Containers() {}

  /** An empty one is null here; in a record it is no member at all. */
  record OptionalBinding(Binding content) implements Binding {
    @Override
    public JsonValue write(Object value, int depth) {
      Optional<?> optional = (Optional<?>) value;
      return optional.isPresent() ? content.write(optional.get(), depth) : JsonNull.of();
    }

    @Override
    public Object read(JsonValue json) {
      return json instanceof JsonNull ? Optional.empty() : Optional.of(content.read(json));
    }
  }

  /** For lists, and for the elements of sets. */
  record ListBinding(Binding element) implements Binding {
    @Override
    public JsonValue write(Object value, int depth) {
      int inside = Height.raise(depth);
      List<JsonValue> items = new ArrayList<>();
      for (Object item : (Collection<?>) value) {
        try {
          items.add(element.write(Binding.requirePresent(item), inside));
        } catch (JsonValueException e) {
          throw e.within(items.size());
        }
      }
      return JsonArray.of(items);
    }

    @Override
    public Object read(JsonValue json) {
      List<Object> items = new ArrayList<>(json.asList().size());
      for (JsonValue item : json.asList()) {
        try {
          items.add(element.read(item));
        } catch (JsonValueException e) {
          throw e.within(items.size());
        }
      }
      return Collections.unmodifiableList(items);
    }
  }

  /** Equal elements become one. */
  record SetBinding(ListBinding elements) implements Binding {
    @Override
    public JsonValue write(Object value, int depth) {
      return elements.write(value, depth);
    }

    @Override
    public Object read(JsonValue json) {
      return Collections.unmodifiableSet(new LinkedHashSet<>((List<?>) elements.read(json)));
    }
  }

  /** Maps with strings as keys. */
  record MapBinding(Binding content) implements Binding {
    @Override
    public JsonValue write(Object value, int depth) {
      int inside = Height.raise(depth);
      Map<String, JsonValue> members = new LinkedHashMap<>();
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
        String name = name(entry.getKey());
        try {
          members.put(name, content.write(Binding.requirePresent(entry.getValue()), inside));
        } catch (JsonValueException e) {
          throw e.within(name);
        }
      }
      return JsonObject.ofChecked(members);
    }

    private static String name(Object key) {
      if (key == null || Utf8.loneSurrogate((String) key) >= 0) {
        throw new JsonValueException("has a key that is null or has an unpaired surrogate");
      }
      return (String) key;
    }

    @Override
    public Object read(JsonValue json) {
      Map<String, Object> items = new LinkedHashMap<>();
      for (Map.Entry<String, JsonValue> entry : json.asMap().entrySet()) {
        try {
          items.put(entry.getKey(), content.read(entry.getValue()));
        } catch (JsonValueException e) {
          throw e.within(entry.getKey());
        }
      }
      return Collections.unmodifiableMap(items);
    }
  }
}
