package dev.redstart.json;

/**
 * Plain text: ASCII that stands for itself in a string, so neither a control character nor a
 * quotation mark nor a backslash.
 */
final class PlainText {
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x80 * ONES;
  private static final boolean[] PLAIN = new boolean[0x100];

  static {
    for (int c = ' '; c < 0x80; c++) {
      PLAIN[c] = c != '"' && c != '\\';
    }
  }

  private PlainText() {}

  static boolean is(byte utf8) {
    return PLAIN[utf8 & 0xFF];
  }

  static boolean is(String text) {
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (unit >= 0x80 || !PLAIN[unit]) {
        return false;
      }
    }
    return true;
  }

  /** The first place from {@code from} on that is not plain; {@link Cursor} has one at its end. */
  static int end(byte[] bytes, int from) {
    int at = from;
    long odd = odd(Words.get(bytes, at));
    while (odd == 0) {
      at += Long.BYTES;
      odd = odd(Words.get(bytes, at));
    }
    return at + Long.numberOfTrailingZeros(odd) / Byte.SIZE;
  }

  /**
   * Has the high bit of the first byte that is not plain, and may have those of others behind it. A
   * byte x has its high bit set here if it is beyond ASCII (x), a control character (x - 0x20), or
   * equal to one of the two (x ^ c is zero, and minus 1 borrows). A borrow can reach the next byte
   * too, but only from one that is not plain anyway.
   */
  private static long odd(long eight) {
    long controls = eight - ' ' * ONES;
    long quotes = (eight ^ '"' * ONES) - ONES;
    long backslashes = (eight ^ '\\' * ONES) - ONES;
    return (eight | controls | quotes | backslashes) & HIGH_BITS;
  }
}
