package dev.redstart.json;

/** A JSON string. */
public final class JsonString implements JsonValue {
  private final String text;

  /** For text without unpaired surrogates. */
  JsonString(String text) {
    this.text = text;
  }

  /**
   * A string of this text.
   *
   * @throws IllegalArgumentException if the text has an unpaired surrogate, as half of a cut emoji:
   *     UTF-8 cannot say it, so it would silently become another character on its way
   */
  public static JsonString of(String text) {
    return new JsonString(Utf8.requirePaired(text, "text"));
  }

  @Override
  public String asString() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JsonString string && text.equals(string.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The text in quotes and escaped; {@link #asString()} gives the text itself. */
  @Override
  public String toString() {
    return JsonPrinter.compact(this).toString();
  }
}
