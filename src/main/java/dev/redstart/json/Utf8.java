package dev.redstart.json;

import java.util.Objects;

/** What UTF-8 can and cannot say. */
final class Utf8 {
  static final int MALFORMED = -1;

  private Utf8() {}

  /**
   * The character whose sequence starts at {@code from} with a byte of 0x80 or more, or -1 if the
   * sequence is malformed: overlong, a surrogate, beyond U+10FFFF or cut off. The JDK's own decoder
   * would replace it without a word.
   *
   * @param bytes with three more behind the first, be they zeros
   */
  static int decode(byte[] bytes, int from) {
    int lead = bytes[from] & 0xFF;
    if (lead < 0xE0) {
      return lead >= 0xC2 && isTail(bytes[from + 1]) ? pair(bytes, from) : MALFORMED;
    } else if (lead < 0xF0) {
      boolean whole = isTail(bytes[from + 1]) && isTail(bytes[from + 2]);
      return whole ? triple(bytes, from) : MALFORMED;
    }
    boolean whole = isTail(bytes[from + 1]) && isTail(bytes[from + 2]) && isTail(bytes[from + 3]);
    return whole ? quadruple(bytes, from) : MALFORMED;
  }

  private static boolean isTail(byte b) {
    return (b & 0xC0) == 0x80;
  }

  private static int pair(byte[] bytes, int from) {
    return (bytes[from] & 0x1F) << 6 | bytes[from + 1] & 0x3F;
  }

  private static int triple(byte[] bytes, int from) {
    int c = (bytes[from] & 0x0F) << 12 | (bytes[from + 1] & 0x3F) << 6 | bytes[from + 2] & 0x3F;
    return c >= 0x800 && !isSurrogate(c) ? c : MALFORMED;
  }

  private static int quadruple(byte[] bytes, int from) {
    int c = (bytes[from] & 0x0F) << 18 | (bytes[from + 1] & 0x3F) << 12;
    c |= (bytes[from + 2] & 0x3F) << 6 | bytes[from + 3] & 0x3F;
    return c >= 0x10000 && c <= Character.MAX_CODE_POINT ? c : MALFORMED;
  }

  static boolean isSurrogate(int character) {
    return character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
  }

  /** The bytes of this character. */
  static int width(int character) {
    return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
  }

  /** Where the first surrogate without its other half is, or -1. */
  static int loneSurrogate(String text) {
    char[] units = text.toCharArray();
    for (int i = 0; i < units.length; i++) {
      if (Character.isSurrogate(units[i])) {
        if (!Character.isSupplementaryCodePoint(Character.codePointAt(units, i))) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  /** The text itself, if it has no unpaired surrogate. */
  static String requirePaired(String text, String what) {
    int lone = loneSurrogate(Objects.requireNonNull(text, what));
    if (lone >= 0) {
      throw new IllegalArgumentException(
          what + " has half of a character (an unpaired surrogate) at index " + lone);
    }
    return text;
  }
}
