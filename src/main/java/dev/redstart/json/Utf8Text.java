package dev.redstart.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Collects what is printed, in UTF-8. */
final class Utf8Text {
  /** An event of ours; a text that outgrows it is copied, at least doubling. */
  private static final int SIZE_EXPECTED = 1024;

  /** So many chars of a string are printed without looking at the space that is left. */
  private static final int PART = 64;

  private static final int LONG_WIDTH_MAX = 20;

  private byte[] bytes = new byte[SIZE_EXPECTED];
  private int size;

  void append(char ascii) {
    reserve(1);
    bytes[size++] = (byte) ascii;
  }

  /** Only for ASCII. The method in here is deprecated because it is, but it only copies. */
  @SuppressWarnings("deprecation")
  void append(String ascii) {
    reserve(ascii.length());
    ascii.getBytes(0, ascii.length(), bytes, size);
    size += ascii.length();
  }

  /** Backwards, and with the number negative: {@link Long#MIN_VALUE} has no positive. */
  void append(long number) {
    reserve(LONG_WIDTH_MAX);
    long rest = number < 0 ? number : -number;
    size += width(rest) + (number < 0 ? 1 : 0);
    int at = size;
    do {
      bytes[--at] = (byte) ('0' - rest % 10);
      rest /= 10;
    } while (rest != 0);
    if (number < 0) {
      bytes[--at] = '-';
    }
  }

  private static int width(long negative) {
    int width = 1;
    for (long rest = negative; rest <= -10; rest /= 10) {
      width++;
    }
    return width;
  }

  /** Appends a JSON string: in quotation marks, and escaped where it must be. */
  void append(JsonString string) {
    append('"');
    if (string.isPlain()) {
      append(string.asString());
    } else {
      appendEscaped(string.asString());
    }
    append('"');
  }

  private void appendEscaped(String text) {
    char[] part = new char[Math.min(text.length(), PART)];
    for (int at = 0; at < text.length(); ) {
      at = appendPart(text, at, part);
    }
  }

  /** Returns where the part ends: where {@code part} is full, or one later if that cut a pair. */
  private int appendPart(String text, int from, char[] part) {
    int length = Math.min(text.length() - from, part.length);
    text.getChars(from, from + length, part, 0);
    reserve(length * Form.WIDTH_MAX + Long.BYTES);
    byte[] to = bytes;
    int end = size;
    int i = 0;
    while (i < length) {
      char unit = part[i];
      long form;
      if (unit < 0x80) {
        form = Form.ofAscii(unit);
        i++;
      } else {
        int character = Character.isSurrogate(unit) ? text.codePointAt(from + i) : unit;
        form = Form.beyondAscii(character);
        i += Character.charCount(character);
      }
      Words.set(to, end, form);
      end += Form.width(form);
    }
    size = end;
    return from + i;
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
