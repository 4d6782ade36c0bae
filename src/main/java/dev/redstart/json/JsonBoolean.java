package dev.redstart.json;

/** JSON's {@code true} and {@code false}. */
public final class JsonBoolean implements JsonValue {
  private static final JsonBoolean TRUE = new JsonBoolean(true);
  private static final JsonBoolean FALSE = new JsonBoolean(false);

  private final boolean truth;

  private JsonBoolean(boolean truth) {
    this.truth = truth;
  }

  /** One of the two, which may be compared with {@code ==}. */
  public static JsonBoolean of(boolean truth) {
    return truth ? TRUE : FALSE;
  }

  @Override
  public boolean asBoolean() {
    return truth;
  }

  @Override
  public String toString() {
    return Boolean.toString(truth);
  }
}
