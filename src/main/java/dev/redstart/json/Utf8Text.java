package dev.redstart.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HexFormat;

/** Collects text in UTF-8: what is printed, and strings that are read with escapes. */
final class Utf8Text {
  private byte[] bytes;
  private int size;

  Utf8Text(int expected) {
    bytes = new byte[expected];
  }

  void append(char ascii) {
    put(ascii);
  }

  private void put(int b) {
    reserve(1);
    bytes[size++] = (byte) b;
  }

  void append(byte[] utf8, int from, int to) {
    reserve(to - from);
    System.arraycopy(utf8, from, bytes, size, to - from);
    size += to - from;
  }

  /** Only for ASCII. The method in here is deprecated because it is, but it only copies. */
  @SuppressWarnings("deprecation")
  void append(String ascii) {
    reserve(ascii.length());
    ascii.getBytes(0, ascii.length(), bytes, size);
    size += ascii.length();
  }

  void appendCharacter(int codePoint) {
    if (codePoint < 0x80) {
      put(codePoint);
      return;
    }
    int following = Utf8.width(codePoint) - 1;
    put(0xF80 >> following | codePoint >> 6 * following);
    for (int shift = 6 * (following - 1); shift >= 0; shift -= 6) {
      put(0x80 | codePoint >> shift & 0x3F);
    }
  }

  /** Appends a JSON string: in quotation marks, and escaped where it must be. */
  void appendQuoted(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    reserve(utf8.length + 2);
    bytes[size++] = '"';
    int printed = 0;
    for (int at = literalEnd(utf8, 0); at < utf8.length; at = literalEnd(utf8, at + 1)) {
      String escape = escape(utf8, at);
      if (!escape.isEmpty()) {
        append(utf8, printed, at);
        append(escape);
        printed = at + (utf8[at] < 0 ? 3 : 1);
      }
    }
    append(utf8, printed, utf8.length);
    append('"');
  }

  /** Where an escape is needed, or might be: U+2028 and U+2029 begin with 0xE2. */
  private static int literalEnd(byte[] utf8, int from) {
    int at = PlainText.end(utf8, from, utf8.length);
    while (at < utf8.length && isLiteral(utf8[at])) {
      at++;
    }
    return at;
  }

  private static boolean isLiteral(byte b) {
    return b < 0 ? b != (byte) 0xE2 : b >= ' ' && b != '"' && b != '\\';
  }

  private static String escape(byte[] utf8, int at) {
    return switch (utf8[at]) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case (byte) 0xE2 -> lineEnd(utf8, at);
      default -> "\\u" + HexFormat.of().toHexDigits((char) utf8[at]);
    };
  }

  /** U+2028 and U+2029 may stand in JSON, but end a line in older JavaScript. */
  private static String lineEnd(byte[] utf8, int at) {
    int last = utf8[at + 1] == (byte) 0x80 ? utf8[at + 2] & 0xFF : 0;
    return last == 0xA8 ? "\\u2028" : last == 0xA9 ? "\\u2029" : "";
  }

  private void reserve(int more) {
    if (more > bytes.length - size) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  @Override
  public String toString() {
    return new String(bytes, 0, size, UTF_8);
  }
}
