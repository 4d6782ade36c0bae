package dev.redstart.json;

import java.util.Objects;

/** A JSON string. */
public final class JsonString implements JsonValue {
  private final String text;
  private final boolean plain;

  /** For text without unpaired surrogates. */
  JsonString(String text, boolean plain) {
    this.text = text;
    this.plain = plain;
  }

  /**
   * A string of this text.
   *
   * @throws IllegalArgumentException if the text has an unpaired surrogate, as half of a cut emoji:
   *     UTF-8 cannot say it, so it would silently become another character on its way
   */
  public static JsonString of(String text) {
    return of(text, "text");
  }

  static JsonString of(String text, String what) {
    boolean plain = PlainText.is(Objects.requireNonNull(text, what));
    return new JsonString(plain ? text : Utf8.requirePaired(text, what), plain);
  }

  /** For plain text. The constructor in here is deprecated because it only copies. */
  @SuppressWarnings("deprecation")
  static JsonString ofPlain(byte[] ascii, int from, int to) {
    return new JsonString(new String(ascii, 0, from, to - from), true);
  }

  /** Whether it is {@link PlainText}, and so is printed as it is. */
  boolean isPlain() {
    return plain;
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
