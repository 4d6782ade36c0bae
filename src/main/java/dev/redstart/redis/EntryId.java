package dev.redstart.redis;

import java.util.Objects;

/**
 * The id of a stream's entry: two numbers of 64 bits without a sign, {@code 1526919030474-0}.
 * Ordered as the server orders them.
 *
 * @param millis since 1970 on the server's clock, unless ids are made otherwise; unsigned
 * @param sequence among the entries of one millisecond; unsigned
 */
public record EntryId(long millis, long sequence) implements Comparable<EntryId> {
  /** {@code 0-0}: before every entry. */
  public static final EntryId MIN = new EntryId(0, 0);

  /** The greatest id there can be. */
  public static final EntryId MAX = new EntryId(-1, -1);

  /**
   * Reads an id as the server writes it; without a sequence ({@code 5}) it is the first one of its
   * millisecond.
   *
   * @throws IllegalArgumentException if it is no such id
   */
  public static EntryId parse(String text) {
    int dash = Objects.requireNonNull(text, "text").indexOf('-');
    try {
      return dash < 0
          ? new EntryId(number(text), 0)
          : new EntryId(number(text.substring(0, dash)), number(text.substring(dash + 1)));
    } catch (NumberFormatException noId) {
      throw new IllegalArgumentException(
          "an entry's id is like 1526919030474-0, not \"" + shortened(text) + '"', noId);
    }
  }

  private static long number(String digits) {
    if (digits.startsWith("+")) { // which the JDK would read
      throw new NumberFormatException("a sign");
    }
    return Long.parseUnsignedLong(digits);
  }

  private static String shortened(String text) {
    return text.length() > 50 ? text.substring(0, 50) + "..." : text;
  }

  /**
   * The smallest id that is greater: where to go on after this one.
   *
   * @throws IllegalStateException for {@link #MAX}
   */
  public EntryId next() {
    if (equals(MAX)) {
      throw new IllegalStateException("no id comes after the greatest one");
    }
    return sequence == -1 ? new EntryId(millis + 1, 0) : new EntryId(millis, sequence + 1);
  }

  /**
   * The greatest id that is smaller: where to go on before this one.
   *
   * @throws IllegalStateException for {@link #MIN}
   */
  public EntryId previous() {
    if (equals(MIN)) {
      throw new IllegalStateException("no id comes before the smallest one");
    }
    return sequence == 0 ? new EntryId(millis - 1, -1) : new EntryId(millis, sequence - 1);
  }

  @Override
  public int compareTo(EntryId other) {
    int byMillis = Long.compareUnsigned(millis, other.millis);
    return byMillis != 0 ? byMillis : Long.compareUnsigned(sequence, other.sequence);
  }

  /** As the server writes it: {@code 1526919030474-0}. */
  @Override
  public String toString() {
    return Long.toUnsignedString(millis) + '-' + Long.toUnsignedString(sequence);
  }
}
