package dev.redstart.json;

/**
 * What is printed for a character in a string: its UTF-8, or an escape. A long, which is written at
 * once: the bytes, the first one lowest, and in the highest byte how many they are, at most six.
 */
final class Form {
  static final int WIDTH_MAX = 6;
  private static final int WIDTH_SHIFT = 56;
  private static final long[] ASCII = new long[0x80];

  static {
    for (int c = 0; c < ASCII.length; c++) {
      ASCII[c] = c < ' ' ? escape(c) : form(1, c);
    }
    String escaped = "\"\\\b\f\n\r\t";
    String letters = "\"\\bfnrt";
    for (int i = 0; i < letters.length(); i++) {
      ASCII[escaped.charAt(i)] = form(2, letters.charAt(i) << 8 | '\\');
    }
  }

  private Form() {}

  static long ofAscii(char character) {
    return ASCII[character];
  }

  static int width(long form) {
    return (int) (form >>> WIDTH_SHIFT);
  }

  private static long form(int width, long bytes) {
    return (long) width << WIDTH_SHIFT | bytes;
  }

  /**
   * For all others. Half of a surrogate pair, which UTF-8 cannot say, becomes a question mark: only
   * the text of an exception may have one.
   */
  static long beyondAscii(int c) {
    if (c < 0x800) {
      return form(2, 0x80C0 | c >> 6 | tail(c, 0, 1));
    } else if (c == 0x2028 || c == 0x2029) {
      // They may stand in JSON, but end a line in older JavaScript.
      return escape(c);
    } else if (Utf8.isSurrogate(c)) {
      return ASCII['?'];
    } else if (c < 0x10000) {
      return form(3, 0x8080E0 | c >> 12 | tail(c, 6, 1) | tail(c, 0, 2));
    }
    return form(4, 0x808080F0L | c >> 18 | tail(c, 12, 1) | tail(c, 6, 2) | tail(c, 0, 3));
  }

  /** Six bits of the character for the byte at {@code index}. */
  private static long tail(int c, int shift, int index) {
    return (c >> shift & 0x3FL) << index * Byte.SIZE;
  }

  private static long escape(int c) {
    long form = form(6, 'u' << 8 | '\\');
    for (int i = 0; i < 4; i++) {
      long digit = Character.forDigit(c >> 4 * (3 - i) & 0xF, 16);
      form |= digit << (2 + i) * Byte.SIZE;
    }
    return form;
  }
}
