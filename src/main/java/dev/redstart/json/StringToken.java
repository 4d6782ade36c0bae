package dev.redstart.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/** Reads strings: RFC 8259, section 7. */
final class StringToken {
  private StringToken() {}

  /** {@code string = quotation-mark *char quotation-mark}; the cursor is at the first mark. */
  static String read(Cursor in) {
    int from = ++in.at;
    in.at = PlainText.end(in.bytes, from, in.bytes.length);
    return in.peek() == '"'
        ? new String(in.bytes, from, in.at++ - from, ISO_8859_1)
        : readOn(in, from);
  }

  /** A string with characters beyond ASCII or escapes; its text begins at {@code from}. */
  private static String readOn(Cursor in, int from) {
    skipUnescaped(in);
    if (in.peek() == '"') {
      return new String(in.bytes, from, in.at++ - from, UTF_8);
    }
    var text = new Utf8Text(in.at - from + 64);
    text.append(in.bytes, from, in.at);
    while (!in.accept('"')) {
      text.appendCharacter(escaped(in));
      int run = in.at;
      skipUnescaped(in);
      text.append(in.bytes, run, in.at);
    }
    return text.toString();
  }

  /** {@code *unescaped}: up to a quotation mark or backslash. */
  private static void skipUnescaped(Cursor in) {
    in.at = PlainText.end(in.bytes, in.at, in.bytes.length);
    while (in.peek() != '"' && in.peek() != '\\') {
      if (in.peek() < ' ') {
        throw unfit(in);
      }
      in.sequence();
      in.at = PlainText.end(in.bytes, in.at, in.bytes.length);
    }
  }

  private static JsonParseException unfit(Cursor in) {
    return in.peek() == Cursor.END
        ? in.unexpected("'\"' at the end of a string")
        : in.fail(in.at, String.format("U+%04X in a string must be escaped", in.peek()));
  }

  /** {@code char = escape (...)}; the cursor is at the backslash. */
  private static int escaped(Cursor in) {
    in.at++;
    int letter = in.peek();
    int character =
        switch (letter) {
          case '"', '\\', '/', 'u' -> letter;
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          default -> throw in.unexpected("one of \"\\/bfnrtu after a backslash");
        };
    in.at++;
    return letter == 'u' ? unicode(in) : character;
  }

  /**
   * One escape, or the two of a surrogate pair; the cursor is at the first digit. Half a pair is
   * refused: it is no character, and could not be printed again in UTF-8.
   */
  private static int unicode(Cursor in) {
    int start = in.at - 2;
    char first = fourDigits(in);
    if (!Character.isSurrogate(first)) {
      return first;
    }
    if (Character.isHighSurrogate(first) && in.accept('\\') && in.accept('u')) {
      char second = fourDigits(in);
      if (Character.isLowSurrogate(second)) {
        return Character.toCodePoint(first, second);
      }
    }
    throw in.fail(start, "unpaired surrogate");
  }

  private static char fourDigits(Cursor in) {
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
}
