package dev.redstart.json;

/**
 * Names that were read before. Documents have few names, but have them often: to find one here is
 * cheaper than to make it, and takes no memory. A name takes the place of another, so strangers can
 * make this useless, but not large or slow.
 */
final class Names {
  /** A longer name is made each time. */
  static final int LENGTH_MAX = 2 * Long.BYTES;

  private static final int PLACES_BITS = 9;
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L; // Fibonacci hashing

  /** Its bytes in two words, with zeros behind them, which no name has. */
  private record Known(long low, long high, JsonString name) {}

  /** Without a lock: what is found is immutable, and it does not matter who was last. */
  private static final Known[] KNOWN = new Known[1 << PLACES_BITS];

  private Names() {}

  /** The name in these bytes, which are plain and at most {@link #LENGTH_MAX}. */
  static JsonString of(byte[] bytes, int from, int to) {
    long low = word(bytes, from, to);
    long high = word(bytes, from + Long.BYTES, to);
    int place = (int) ((low ^ high * 31) * GOLDEN_RATIO >>> Long.SIZE - PLACES_BITS);
    Known known = KNOWN[place];
    if (known == null || known.low != low || known.high != high) {
      known = new Known(low, high, JsonString.ofPlain(bytes, from, to));
      KNOWN[place] = known;
    }
    return known.name;
  }

  private static long word(byte[] bytes, int from, int to) {
    if (to <= from) {
      return 0;
    }
    int unused = Math.max(0, Long.BYTES - (to - from)) * Byte.SIZE;
    return Words.get(bytes, from) << unused >>> unused;
  }
}
