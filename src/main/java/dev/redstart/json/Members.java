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

  private final JsonString[] names;
  private final JsonValue[] values;

  /**
   * Where each name is, made when a large object is first searched. A HashMap, because names come
   * from strangers: it stays fast when all of them have the same hash.
   */
  private volatile Map<String, Integer> index;

  /** The arrays are kept. */
  Members(JsonString[] names, JsonValue[] values) {
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
    for (int i = areScattered() ? names.length : 1; i < names.length; i++) {
      if (scan(name(i), i) != NONE) {
        return i;
      }
    }
    return NONE;
  }

  /** Whether no two names have the same bits at the end of their hashes: nearly always. */
  private boolean areScattered() {
    long seen = 0;
    for (JsonString name : names) {
      seen |= 1L << name.hashCode();
    }
    return Long.bitCount(seen) == names.length;
  }

  private int repeatedOfMany() {
    Set<String> seen = new HashSet<>();
    int at = 0;
    while (seen.add(name(at))) {
      at++;
    }
    return at;
  }

  private int find(Object name) {
    return names.length > SCAN_MAX ? index().getOrDefault(name, NONE) : scan(name, names.length);
  }

  private int scan(Object name, int end) {
    for (int i = 0; i < end; i++) {
      if (name(i).equals(name)) {
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
        made.put(name(i), i);
      }
      index = made;
    }
    return made;
  }

  String name(int at) {
    return names[at].asString();
  }

  JsonString quotedName(int at) {
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
    return Map.entry(name(at), values[at]);
  }
}
