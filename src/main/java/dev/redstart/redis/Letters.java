package dev.redstart.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Texts on their way from a buffer into strings. For one thread at a time. */
final class Letters {
  /** At first; it grows with what comes, to 64 KiB. */
  private static final int BYTES = 256;

  private byte[] letters = new byte[BYTES];

  String text(ByteBuffer in, int start, int length) {
    if (length > letters.length) {
      letters = new byte[length];
    }
    in.get(start, letters, 0, length);
    return new String(letters, 0, length, StandardCharsets.UTF_8);
  }
}
