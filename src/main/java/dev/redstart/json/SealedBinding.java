package dev.redstart.json;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** A sealed interface of records: the record's object with one more member, which says which. */
final class SealedBinding implements Binding {
  private record Case(JsonString tag, RecordBinding binding) {}

  private final String property;
  private final Map<Class<?>, Case> byType = new HashMap<>();
  private final Map<String, Case> byTag = new TreeMap<>();

  SealedBinding(Class<?> type) {
    JsonTag tag = type.getAnnotation(JsonTag.class);
    this.property = tag == null ? "type" : tag.value();
  }

  void add(Class<?> record, String tag, RecordBinding binding) {
    if (binding.hasField(property)) {
      throw new IllegalArgumentException(
          record.getName() + " has a component named as the tag, \"" + property + "\"");
    }
    var added = new Case(JsonString.of(tag), binding);
    byType.put(record, added);
    if (byTag.put(tag, added) != null) {
      throw new IllegalArgumentException(
          record.getName() + " has the tag \"" + tag + "\", which another record has already");
    }
  }

  @Override
  public JsonValue write(Object value, int depth) {
    Case found = byType.get(value.getClass());
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put(property, found.tag);
    return found.binding.write(value, depth, members);
  }

  @Override
  public Object read(JsonValue json) {
    return find(json.get(property)).binding.read(json, property);
  }

  private Case find(JsonValue tag) {
    try {
      Case found = byTag.get(tag.asString());
      if (found == null) {
        throw JsonValueException.notOneOf(byTag.keySet(), tag);
      }
      return found;
    } catch (JsonValueException e) {
      throw e.within(property);
    }
  }
}
