package dev.redstart.json;

import java.util.Arrays;

/** A place in a document, and how to complain about it. */
final class Cursor {
  /** So that a word can be read at every place, and the end of a document need not be asked for. */
  private static final int PADDING = Long.BYTES;

  /** The document, and zeros behind it, which end whatever is read: JSON has no zeros. */
  final byte[] bytes;

  final int end;
  int at;

  Cursor(byte[] utf8) {
    this.end = utf8.length;
    this.bytes = Arrays.copyOf(utf8, end + PADDING);
  }

  /** The byte here, 0 to 255; 0 at the end. */
  int peek() {
    return bytes[at] & 0xFF;
  }

  boolean isAtEnd() {
    return at == end;
  }

  /** {@code ws = *( space / tab / line-feed / carriage-return )}, section 2. */
  void skipSpace() {
    if (bytes[at] <= ' ') {
      skipSpaces();
    }
  }

  private void skipSpaces() {
    while (isSpace(bytes[at])) {
      at++;
    }
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  /** Steps over this character if it is here. */
  boolean accept(char ascii) {
    boolean here = bytes[at] == ascii;
    if (here) {
      at++;
    }
    return here;
  }

  /** Steps over this character, which must be here. */
  void require(char ascii, String wanted) {
    if (!accept(ascii)) {
      throw unexpected(wanted);
    }
  }

  void requireEnd() {
    if (!isAtEnd()) {
      throw unexpected("the end of the document");
    }
  }

  JsonParseException unexpected(String wanted) {
    return fail(at, "expected " + wanted + " but found " + found());
  }

  JsonParseException fail(int where, String problem) {
    return JsonParseException.at(bytes, where, problem);
  }

  JsonParseException malformed() {
    return fail(at, String.format("malformed UTF-8: byte 0x%02X at offset %d", peek(), at));
  }

  private String found() {
    if (isAtEnd()) {
      return "the end of the document";
    }
    int character = peek() < 0x80 ? peek() : Utf8.decode(bytes, at);
    if (character == Utf8.MALFORMED) {
      throw malformed();
    }
    boolean visible = character > ' ' && character < 0x7F;
    return visible ? "'" + (char) character + "'" : String.format("U+%04X", character);
  }
}
