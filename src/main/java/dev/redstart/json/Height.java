package dev.redstart.json;

/**
 * The levels of a value: 0 for a string, 1 more than its highest item for an array or object.
 * Whoever makes an array or object measures it here, so that no value beyond the limit exists and
 * everything that walks over values may recurse.
 */
final class Height {
  private Height() {}

  /** The height of an array or object of these items. */
  static int above(JsonValue[] items) {
    int highest = 0;
    for (JsonValue item : items) {
      highest = Math.max(highest, of(item));
    }
    return raise(highest);
  }

  private static int of(JsonValue value) {
    if (value instanceof JsonObject object) {
      return object.height();
    }
    return value instanceof JsonArray array ? array.height() : 0;
  }

  /** One level more than {@code levels}. */
  static int raise(int levels) {
    if (levels >= Json.DEPTH_MAX) {
      throw new JsonValueException("is nested deeper than " + Json.DEPTH_MAX + " levels");
    }
    return levels + 1;
  }
}
