package dev.redstart.resp;

import java.nio.ByteBuffer;

/** Bytes of the peer as they appear in messages: quoted, escaped and never many. */
final class Shown {
  private static final int BYTES_MAX = 32;

  private Shown() {}

  static String bytes(ByteBuffer in, int from, int to) {
    int end = Math.min(to, from + BYTES_MAX);
    StringBuilder out = new StringBuilder("\"");
    for (int i = from; i < end; i++) {
      append(out, in.get(i));
    }
    return out.append(end < to ? "\"..." : "\"").toString();
  }

  static String of(byte value) {
    StringBuilder out = new StringBuilder("\"");
    append(out, value);
    return out.append('"').toString();
  }

  /** One byte, or one control character, so that neither terminals nor logs obey it. */
  static void append(StringBuilder out, int value) {
    switch (value) {
      case '\r' -> out.append("\\r");
      case '\n' -> out.append("\\n");
      case '\t' -> out.append("\\t");
      case '"', '\\' -> out.append('\\').append((char) value);
      default -> {
        if (value >= ' ' && value <= '~') {
          out.append((char) value);
        } else {
          hex(out, value);
        }
      }
    }
  }

  static void hex(StringBuilder out, int value) {
    out.append(String.format("\\x%02x", value & 0xff));
  }
}
