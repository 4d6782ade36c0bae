package dev.redstart.redis;

/**
 * Sees to it that a caller near the end of its stack is told before anything has begun. Later it
 * might be in the middle of taking a lock, which then nobody would ever give back.
 */
final class StackReserve {
  /** Some ten kilobytes: more than appending, writing, reading and settling need. */
  private static final int FRAMES = 100;

  private StackReserve() {}

  /**
   * @throws StackOverflowError if there is little left
   */
  static void check() {
    deepen(FRAMES, 1, 2, 3, 4, 5, 6, 7, 8);
  }

  /** A wide frame, so that few calls go far. */
  private static long deepen(
      int frames, long a, long b, long c, long d, long e, long f, long g, long h) {
    return frames == 0 ? a + b + c + d : 1 + deepen(frames - 1, h, a, b, c, d, e, f, g);
  }
}
