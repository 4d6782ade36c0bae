package dev.redstart.json;

import java.util.Arrays;

/** Reads strings: RFC 8259, section 7. */
final class StringToken {
  /** What a letter means after a backslash; 0 if it means nothing. */
  private static final char[] ESCAPED = new char[0x100];

  static {
    String letters = "\"\\/bfnrt";
    String meanings = "\"\\/\b\f\n\r\t";
    for (int i = 0; i < letters.length(); i++) {
      ESCAPED[letters.charAt(i)] = meanings.charAt(i);
    }
  }

  /** A long message; a document of less does not get more. */
  private static final int CHARS_EXPECTED = 4096;

  /** A character beyond U+FFFF. */
  private static final int PAIR = 2;

  private final Cursor in;

  /** Where strings that are not plain are put together. */
  private char[] chars = {};

  StringToken(Cursor in) {
    this.in = in;
  }

  /** The name of a member. */
  JsonString name() {
    int from = in.at + 1;
    int to = PlainText.end(in.bytes, from);
    if (in.bytes[to] != '"' || to - from > Names.LENGTH_MAX) {
      return value();
    }
    in.at = to + 1;
    return Names.of(in.bytes, from, to);
  }

  /** {@code string = quotation-mark *char quotation-mark}; the cursor is at the first mark. */
  JsonString value() {
    int from = in.at + 1;
    int to = PlainText.end(in.bytes, from);
    if (in.bytes[to] != '"') {
      in.at = from;
      return new JsonString(decoded(), false);
    }
    in.at = to + 1;
    return JsonString.ofPlain(in.bytes, from, to);
  }

  /**
   * A string with escapes or characters beyond ASCII. It is long, and starts over from many places,
   * because the compiler makes less of it otherwise.
   */
  private String decoded() {
    byte[] bytes = in.bytes;
    char[] to = chars;
    int size = 0;
    int at = in.at;
    while (true) {
      if (size + PAIR > to.length) {
        to = grown(to, at);
      }
      byte b = bytes[at];
      if (PlainText.is(b)) {
        to[size++] = (char) b;
        at++;
        continue;
      }
      if (b == '"') {
        break;
      }
      if (b == '\\' && ESCAPED[bytes[at + 1] & 0xFF] != 0) {
        to[size++] = ESCAPED[bytes[at + 1] & 0xFF];
        at += 2;
        continue;
      }
      int character = b < 0 ? Utf8.decode(bytes, at) : Utf8.MALFORMED;
      if (character >= 0) {
        size += Character.toChars(character, to, size);
        at += Utf8.width(character);
        continue;
      }
      in.at = at;
      size += Character.toChars(unicode(), to, size);
      at = in.at;
    }
    in.at = at + 1;
    chars = to;
    return new String(to, 0, size);
  }

  private char[] grown(char[] full, int at) {
    int more = Math.min(full.length + CHARS_EXPECTED, in.end - at);
    return Arrays.copyOf(full, full.length + more + PAIR);
  }

  /**
   * One escape with four digits, or the two of a surrogate pair. Half a pair is refused: it is no
   * character, and could not be printed again in UTF-8.
   */
  private int unicode() {
    int start = in.at;
    char first = unit();
    if (!Character.isSurrogate(first)) {
      return first;
    }
    if (Character.isHighSurrogate(first) && in.peek() == '\\' && in.bytes[in.at + 1] == 'u') {
      char second = unit();
      if (Character.isLowSurrogate(second)) {
        return Character.toCodePoint(first, second);
      }
    }
    throw in.fail(start, "unpaired surrogate");
  }

  /** {@code escape %x75 4HEXDIG}; whatever else the cursor is at is refused. */
  private char unit() {
    if (!in.accept('\\')) {
      throw unfit();
    } else if (!in.accept('u')) {
      throw in.unexpected("one of \"\\/bfnrtu after a backslash");
    }
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(in.peek(), 16);
      if (digit < 0) {
        throw in.unexpected("four hexadecimal digits after \\u");
      }
      unit = unit << 4 | digit;
      in.at++;
    }
    return (char) unit;
  }

  private JsonParseException unfit() {
    if (in.isAtEnd()) {
      return in.unexpected("'\"' at the end of a string");
    } else if (in.peek() >= 0x80) {
      return in.malformed();
    }
    return in.fail(in.at, String.format("U+%04X in a string must be escaped", in.peek()));
  }
}
