package dev.redstart.json;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** A record: an object with a member for each component. */
final class RecordBinding implements Binding {
  private final Class<?> type;
  private final Function<Object[], Object> constructor;
  private final List<RecordField> fields;

  /** The names of the fields, but for the one that takes the rest. */
  private final Set<String> names = new HashSet<>();

  RecordBinding(Class<?> type, Naming naming) {
    this.type = type;
    this.constructor = RecordAccess.constructor(type);
    this.fields =
        Stream.of(type.getRecordComponents()).map(c -> new RecordField(c, naming)).toList();
    for (RecordField field : fields) {
      if (!field.isRest() && !names.add(field.name())) {
        throw new IllegalArgumentException(
            type.getName() + " has two components named \"" + field.name() + "\"");
      }
    }
    if (fields.size() - names.size() > 1) {
      throw new IllegalArgumentException(type.getName() + " has more than one @JsonRest");
    }
  }

  boolean hasField(String name) {
    return names.contains(name);
  }

  /** Gives each component the binding of its type. */
  void bind(Function<Type, Binding> finder) {
    RecordComponent[] components = type.getRecordComponents();
    for (int i = 0; i < components.length; i++) {
      try {
        fields.get(i).bind(finder.apply(components[i].getGenericType()));
      } catch (IllegalArgumentException e) {
        String component = type.getSimpleName() + "." + components[i].getName();
        throw new IllegalArgumentException(component + ": " + e.getMessage(), e);
      }
    }
  }

  void checkDefaults() {
    fields.forEach(RecordField::checkDefault);
  }

  @Override
  public JsonValue write(Object value, int depth) {
    return write(value, depth, new LinkedHashMap<>());
  }

  /** Adds the components to the members that are there already. */
  JsonValue write(Object value, int depth, Map<String, JsonValue> members) {
    int inside = Height.raise(depth);
    for (RecordField field : fields) {
      field.write(value, inside, members);
    }
    return JsonObject.ofChecked(members);
  }

  @Override
  public Object read(JsonValue json) {
    return read(json, "");
  }

  /** The member {@code tag} belongs to the hierarchy, not to the rest. */
  Object read(JsonValue json, String tag) {
    Map<String, JsonValue> members = json.asMap();
    Object[] components = new Object[fields.size()];
    for (int i = 0; i < components.length; i++) {
      RecordField field = fields.get(i);
      components[i] = field.isRest() ? rest(members, tag) : field.read(members);
    }
    return constructor.apply(components);
  }

  private Map<String, JsonValue> rest(Map<String, JsonValue> members, String tag) {
    Map<String, JsonValue> rest = new LinkedHashMap<>(members);
    rest.keySet().removeIf(name -> names.contains(name) || name.equals(tag));
    return Collections.unmodifiableMap(rest);
  }
}
