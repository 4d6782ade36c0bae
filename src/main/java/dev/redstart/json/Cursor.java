package dev.redstart.json;

/** A place in a document, and how to complain about it. */
final class Cursor {
  /** What {@link #peek} sees behind the last byte. */
  static final int END = -1;

  final byte[] bytes;
  int at;

  Cursor(byte[] utf8) {
    this.bytes = utf8;
  }

  /** The byte here, 0 to 255, or {@link #END}. */
  int peek() {
    return at < bytes.length ? bytes[at] & 0xFF : END;
  }

  /** {@code ws = *( space / tab / line-feed / carriage-return )}, section 2. */
  void skipSpace() {
    while (at < bytes.length && isSpace(bytes[at])) {
      at++;
    }
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  /** Steps over this character if it is here. */
  boolean accept(char ascii) {
    boolean here = peek() == ascii;
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
    if (at < bytes.length) {
      throw unexpected("the end of the document");
    }
  }

  /** Steps over a character beyond ASCII. */
  int sequence() {
    int character = Utf8.decode(bytes, at);
    if (character < 0) {
      throw fail(at, String.format("malformed UTF-8: byte 0x%02X at offset %d", peek(), at));
    }
    at += Utf8.width(character);
    return character;
  }

  JsonParseException unexpected(String wanted) {
    int start = at; // found() may step on
    return fail(start, "expected " + wanted + " but found " + found());
  }

  JsonParseException fail(int where, String problem) {
    return JsonParseException.at(bytes, where, problem);
  }

  private String found() {
    int here = peek();
    if (here == END) {
      return "the end of the document";
    }
    int character = here < 0x80 ? here : sequence();
    boolean visible = character > ' ' && character < 0x7F;
    return visible ? "'" + (char) character + "'" : String.format("U+%04X", character);
  }
}
