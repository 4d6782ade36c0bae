package dev.redstart.json;

import java.util.Optional;

/** JSON's {@code null}. */
public final class JsonNull implements JsonValue {
  private static final JsonNull NULL = new JsonNull();

  private JsonNull() {}

  /** The only one, which may be compared with {@code ==}. */
  public static JsonNull of() {
    return NULL;
  }

  /** Empty. */
  @Override
  public Optional<JsonValue> tryValue() {
    return Optional.empty();
  }

  @Override
  public String toString() {
    return "null";
  }
}
