package dev.redstart.json;

/** How values of one Java type are written and read. */
interface Binding {
  /**
   * @param value never null
   * @param depth the levels around it, counted because a list can hold itself
   */
  JsonValue write(Object value, int depth);

  /** The path in an exception starts at this value. */
  Object read(JsonValue json);

  /** What a user handed over to be written. */
  static Object requirePresent(Object value) {
    if (value == null) {
      throw new JsonValueException("is null in Java; an Optional says that it may be absent");
    }
    return value;
  }
}
