package dev.redstart.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Objects;

/**
 * Reads and writes JSON documents (RFC 8259), and makes values of plain Java objects.
 *
 * <p>Reading is strict: one value and nothing after it, no comments, no trailing commas, no byte
 * order mark, no duplicate names, no unpaired surrogates. What RFC 8259 lets a reader limit is
 * limited: {@link #DEPTH_MAX} levels, numbers of 1000 characters and exponents of four digits.
 */
public final class Json {
  /**
   * The levels of arrays and objects that a value may have. All that walks over values recurses,
   * and takes up to 1 KiB of stack for a level: so at most a quarter of the stack that a thread has
   * by default. What is written on purpose stays under 100.
   */
  public static final int DEPTH_MAX = 256;

  private Json() {}

  /**
   * Reads a document.
   *
   * @throws JsonParseException if it is not JSON, or beyond a limit of this class
   */
  public static JsonValue parse(String text) {
    byte[] utf8 = Objects.requireNonNull(text, "text").getBytes(UTF_8);
    // Half a surrogate pair has become a question mark, which only the way back shows.
    if (!new String(utf8, UTF_8).equals(text)) {
      throw unpaired(text);
    }
    return new JsonParser(utf8).document();
  }

  /**
   * Reads a document; the array is not kept.
   *
   * @throws JsonParseException if it is not JSON, or beyond a limit of this class
   */
  public static JsonValue parse(char[] text) {
    return parse(new String(Objects.requireNonNull(text, "text")));
  }

  /**
   * Reads a document in UTF-8; the array is not kept. This is the fastest of the three.
   *
   * @throws JsonParseException if it is not JSON in UTF-8 (malformed bytes are refused, not
   *     replaced), or beyond a limit of this class
   */
  public static JsonValue parse(byte[] utf8) {
    return new JsonParser(Objects.requireNonNull(utf8, "utf8")).document();
  }

  /**
   * The value on several lines, for people; {@code value.toString()} is the compact form.
   *
   * @param indent the spaces of one level, 0 or more
   */
  public static String toDisplayString(JsonValue value, int indent) {
    if (indent < 0) {
      throw new IllegalArgumentException("indent must not be negative, but is " + indent);
    }
    return JsonPrinter.display(Objects.requireNonNull(value, "value"), indent).toString();
  }

  /** The compact form of the value in UTF-8. */
  public static byte[] toBytes(JsonValue value) {
    return JsonPrinter.compact(Objects.requireNonNull(value, "value")).toBytes();
  }

  /** Appends the compact form of the value. */
  public static void append(StringBuilder out, JsonValue value) {
    Objects.requireNonNull(out, "out").append(Objects.requireNonNull(value, "value"));
  }

  /**
   * The JSON value of a plain Java object: {@code null}, a map with strings as keys, a collection,
   * or what {@link JsonCodec} can write in its default naming: a string, number, boolean, record,
   * enum, instant, JSON value and so on.
   *
   * @throws IllegalArgumentException if the object, or one inside it, is of another type
   * @throws JsonValueException if it is what JSON cannot say: a NaN, an unpaired surrogate, more
   *     than {@link #DEPTH_MAX} levels
   */
  public static JsonValue of(Object value) {
    return Conversion.of(value, 0);
  }

  /**
   * An object of names and values in turns: {@code Json.object("id", 7, "tags", List.of("a"))}.
   *
   * @param namesAndValues each value as for {@link #of(Object)}
   * @throws IllegalArgumentException if a name is not a string or comes twice, or a value is
   *     missing
   */
  public static JsonObject object(Object... namesAndValues) {
    return Conversion.object(Objects.requireNonNull(namesAndValues, "namesAndValues"));
  }

  /** An array of the items, each as for {@link #of(Object)}. */
  public static JsonArray array(Object... items) {
    return Conversion.array(Arrays.asList(Objects.requireNonNull(items, "items")), 0);
  }

  private static JsonParseException unpaired(String text) {
    byte[] before = text.substring(0, Utf8.loneSurrogate(text)).getBytes(UTF_8);
    return JsonParseException.at(before, before.length, "unpaired surrogate");
  }
}
