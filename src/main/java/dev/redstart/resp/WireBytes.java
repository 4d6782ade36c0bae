package dev.redstart.resp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes for the wire, in an array that grows unless its size was known. */
final class WireBytes {
  private static final int ARRAY_MAX = Integer.MAX_VALUE - 8;

  private byte[] bytes;
  private int length;

  WireBytes(int capacity) {
    bytes = new byte[capacity];
  }

  /** How many bytes {@link #header} takes. */
  static int headerBytes(int count) {
    return 1 + digits(count) + 2;
  }

  /** How many bytes {@link #bulk} takes. */
  static long bulkBytes(byte[] content) {
    return headerBytes(content.length) + content.length + 2L;
  }

  private static int digits(int count) {
    int digits = 1;
    for (int rest = count; rest > 9; rest /= 10) {
      digits++;
    }
    return digits;
  }

  /** The size of an array for so many bytes. */
  static int size(long total) {
    if (total > ARRAY_MAX) {
      throw new IllegalArgumentException("too large for one array: " + total + " bytes");
    }
    return (int) total;
  }

  /** A type, a number that is not negative, CR LF. */
  void header(char type, int count) {
    int end = length + 1 + digits(count);
    reserve(headerBytes(count));
    bytes[length] = (byte) type;
    int rest = count;
    for (int i = end - 1; i > length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length = end;
    end();
  }

  void line(char type, String text) {
    reserve(1);
    bytes[length++] = (byte) type;
    add(text.getBytes(StandardCharsets.UTF_8));
    end();
  }

  void bulk(char type, byte[] content) {
    header(type, content.length);
    add(content);
    end();
  }

  void add(byte[] content) {
    reserve(content.length);
    System.arraycopy(content, 0, bytes, length, content.length);
    length += content.length;
  }

  void end() {
    reserve(2);
    bytes[length++] = '\r';
    bytes[length++] = '\n';
  }

  private void reserve(int more) {
    if (more > bytes.length - length) {
      int needed = size((long) length + more);
      bytes = Arrays.copyOf(bytes, (int) Math.min(ARRAY_MAX, Math.max(2L * length, needed)));
    }
  }

  byte[] toArray() {
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }
}
