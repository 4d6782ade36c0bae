package dev.redstart.json;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** The members of an object: an unmodifiable map that keeps its order, in two arrays. */
final class Members extends AbstractMap<String, JsonValue> {
  /** Up to here comparing names one by one is faster than a hash table, and smaller. */
  private static final int SCAN_MAX = 12;

  static final int NONE = -1;

  private final String[] names;
  private final JsonValue[] values;

  /**
   * Where each name is, made when a large object is first searched. A HashMap, because names come
   * from strangers: it stays fast when all of them have the same hash.
   */
  private volatile Map<String, Integer> index;

  /** The arrays are kept. */
  Members(String[] names, JsonValue[] values) {
    this.names = names;
    this.values = values;
  }

  int height() {
    return Height.above(values);
  }

  /** Where a name stands for the second time, or -1 if all are distinct, as they have to be. */
  int repeated() {
    if (names.length > SCAN_MAX) {
      return index().size() == names.length ? NONE : repeatedOfMany();
    }
    for (int i = 1; i < names.length; i++) {
      if (scan(names[i], i) != NONE) {
        return i;
      }
    }
    return NONE;
  }

  private int repeatedOfMany() {
    Set<String> seen = new HashSet<>();
    int at = 0;
    while (seen.add(names[at])) {
      at++;
    }
    return at;
  }

  private int find(Object name) {
    return names.length > SCAN_MAX ? index().getOrDefault(name, NONE) : scan(name, names.length);
  }

  private int scan(Object name, int end) {
    for (int i = 0; i < end; i++) {
      if (names[i].equals(name)) {
        return i;
      }
    }
    return NONE;
  }

  private Map<String, Integer> index() {
    Map<String, Integer> made = index;
    if (made == null) {
      made = new HashMap<>(names.length * 2);
      for (int i = 0; i < names.length; i++) {
        made.put(names[i], i);
      }
      index = made;
    }
    return made;
  }

  String name(int at) {
    return names[at];
  }

  JsonValue value(int at) {
    return values[at];
  }

  @Override
  public JsonValue get(Object name) {
    int at = find(name);
    return at == NONE ? null : values[at];
  }

  @Override
  public boolean containsKey(Object name) {
    return find(name) != NONE;
  }

  @Override
  public int size() {
    return names.length;
  }

  @Override
  public Set<Map.Entry<String, JsonValue>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return names.length;
      }

      @Override
      public Iterator<Map.Entry<String, JsonValue>> iterator() {
        return IntStream.range(0, names.length).mapToObj(Members.this::entry).iterator();
      }
    };
  }

  private Map.Entry<String, JsonValue> entry(int at) {
    return Map.entry(names[at], values[at]);
  }
}
