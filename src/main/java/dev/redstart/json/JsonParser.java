package dev.redstart.json;

import java.util.Arrays;

/**
 * Reads one document: a method for each production of RFC 8259, whose sections are cited. Strings
 * and numbers are in {@link StringToken} and {@link NumberToken}.
 *
 * <p>Works on UTF-8, because Redis sends it and because ASCII is cut out of bytes by copying.
 */
final class JsonParser {
  private static final JsonString NAMELESS = new JsonString("", true);

  private final Cursor in;
  private final StringToken strings;
  private int depth;

  // The members and elements of all containers that are still open, innermost last: one pile that
  // grows, instead of a list for each container.
  private JsonString[] names = new JsonString[16];
  private int[] starts = new int[16];
  private JsonValue[] values = new JsonValue[16];
  private int piled;

  JsonParser(byte[] utf8) {
    this.in = new Cursor(utf8);
    this.strings = new StringToken(in);
  }

  /** {@code JSON-text = ws value ws}, section 2. */
  JsonValue document() {
    refuseByteOrderMark();
    JsonValue value = value();
    in.skipSpace();
    in.requireEnd();
    return value;
  }

  /** A number and nothing else, not even space. */
  JsonNumber onlyNumber() {
    JsonNumber number = NumberToken.read(in);
    in.requireEnd();
    return number;
  }

  /** Section 8.1 forbids to write one and lets a reader refuse it. */
  private void refuseByteOrderMark() {
    byte[] b = in.bytes;
    if (b.length >= 3 && b[0] == (byte) 0xEF && b[1] == (byte) 0xBB && b[2] == (byte) 0xBF) {
      throw in.fail(0, "a byte order mark (U+FEFF); JSON must be sent without");
    }
  }

  /** {@code value = false / null / true / object / array / number / string}, section 3. */
  private JsonValue value() {
    in.skipSpace();
    return switch (in.peek()) {
      case '"' -> strings.value();
      case '{' -> object();
      case '[' -> array();
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> NumberToken.read(in);
      case 't' -> literal("true", JsonBoolean.of(true));
      case 'f' -> literal("false", JsonBoolean.of(false));
      case 'n' -> literal("null", JsonNull.of());
      default -> throw in.unexpected("a value");
    };
  }

  private JsonValue literal(String word, JsonValue value) {
    for (int i = 0; i < word.length(); i++) {
      in.require(word.charAt(i), word);
    }
    return value;
  }

  /** {@code object = begin-object [ member *( value-separator member ) ] end-object}, section 4. */
  private JsonObject object() {
    open();
    int from = piled;
    if (!next('}')) {
      do {
        member();
      } while (next(','));
      in.require('}', "',' or '}'");
    }
    var members = new Members(Arrays.copyOfRange(names, from, piled), cut(from));
    refuseRepeated(members, from);
    return new JsonObject(members);
  }

  /** {@code member = string name-separator value}, section 4. */
  private void member() {
    in.skipSpace();
    int start = in.at;
    if (in.peek() != '"') {
      throw in.unexpected("a name in double quotes");
    }
    JsonString name = strings.name();
    in.skipSpace();
    in.require(':', "':'");
    pile(name, start, value());
  }

  /** {@code array = begin-array [ value *( value-separator value ) ] end-array}, section 5. */
  private JsonArray array() {
    open();
    int from = piled;
    if (!next(']')) {
      do {
        pile(NAMELESS, 0, value());
      } while (next(','));
      in.require(']', "',' or ']'");
    }
    return new JsonArray(cut(from));
  }

  private void open() {
    if (++depth > Json.DEPTH_MAX) {
      throw in.fail(in.at, "nested deeper than " + Json.DEPTH_MAX + " levels");
    }
    in.at++;
  }

  private boolean next(char structural) {
    in.skipSpace();
    return in.accept(structural);
  }

  private void pile(JsonString name, int start, JsonValue value) {
    if (piled == values.length) {
      names = Arrays.copyOf(names, piled * 2);
      starts = Arrays.copyOf(starts, piled * 2);
      values = Arrays.copyOf(values, piled * 2);
    }
    names[piled] = name;
    starts[piled] = start;
    values[piled++] = value;
  }

  /** The values of the container that closes; its names and starts are still to be read. */
  private JsonValue[] cut(int from) {
    depth--;
    JsonValue[] cut = Arrays.copyOfRange(values, from, piled);
    piled = from;
    return cut;
  }

  /** Section 4 leaves open which of two members counts; two readers might disagree. */
  private void refuseRepeated(Members members, int from) {
    int repeated = members.repeated();
    if (repeated != Members.NONE) {
      String name = JsonValueException.quoted(members.name(repeated));
      throw in.fail(starts[from + repeated], "the name " + name + " comes twice in an object");
    }
  }
}
