package dev.redstart.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds the end of plain text: ASCII that stands for itself in a string, so neither a control
 * character nor a quotation mark nor a backslash.
 */
final class PlainText {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x80 * ONES;

  private PlainText() {}

  /** The first place from {@code from} on that is not plain, at most {@code to}. */
  static int end(byte[] bytes, int from, int to) {
    int at = from;
    while (at + Long.BYTES <= to && isPlain((long) LONGS.get(bytes, at))) {
      at += Long.BYTES;
    }
    while (at < to && isPlain(bytes[at])) {
      at++;
    }
    return at;
  }

  /** Bytes are signed, so those beyond ASCII are below the space. */
  private static boolean isPlain(byte b) {
    return b >= ' ' && b != '"' && b != '\\';
  }

  /**
   * The same for eight bytes at once. A byte x has its high bit set here if it is beyond ASCII (x),
   * a control character (x - 0x20), or equal to one of the two (x ^ c is zero, and minus 1
   * borrows). A borrow can reach the next byte too, but only from one that is not plain anyway.
   */
  private static boolean isPlain(long eight) {
    long controls = eight - ' ' * ONES;
    long quotes = (eight ^ '"' * ONES) - ONES;
    long backslashes = (eight ^ '\\' * ONES) - ONES;
    return ((eight | controls | quotes | backslashes) & HIGH_BITS) == 0;
  }
}
