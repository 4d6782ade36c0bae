package dev.redstart.json;

import java.util.Objects;

/** What UTF-8 can and cannot say. */
final class Utf8 {
  private static final int MALFORMED = -1;

  private Utf8() {}

  /**
   * The character whose sequence starts at {@code from} with a byte of 0x80 or more, or -1 if the
   * sequence is malformed: overlong, a surrogate, beyond U+10FFFF or cut off. The JDK's own decoder
   * would replace it without a word.
   */
  static int decode(byte[] bytes, int from) {
    int lead = bytes[from] & 0xFF;
    int width = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (lead < 0xC2 || lead > 0xF4 || from + width > bytes.length) {
      return MALFORMED;
    }
    int character = lead & 0x7F >> width;
    for (int i = 1; i < width; i++) {
      int next = bytes[from + i];
      if ((next & 0xC0) != 0x80) {
        return MALFORMED;
      }
      character = character << 6 | next & 0x3F;
    }
    boolean shortest = width(character) == width;
    return shortest && !isSurrogate(character) && character <= Character.MAX_CODE_POINT
        ? character
        : MALFORMED;
  }

  private static boolean isSurrogate(int character) {
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
