package dev.redstart.redis;

import java.util.Objects;

/**
 * A range of members by the order of their bytes; its bounds belong to it unless said otherwise. It
 * has a meaning where all members of the sorted set have the same score. Immutable.
 */
public final class LexRange {
  private static final LexRange ALL = new LexRange("-", "+");

  private final String min;
  private final String max;

  private LexRange(String min, String max) {
    this.min = min;
    this.max = max;
  }

  /** Every member. */
  public static LexRange all() {
    return ALL;
  }

  /** From {@code min} to {@code max}; no member at all if {@code min} comes later. */
  public static LexRange between(String min, String max) {
    return new LexRange(including(min, "min"), including(max, "max"));
  }

  /** {@code min} and what comes after it. */
  public static LexRange atLeast(String min) {
    return new LexRange(including(min, "min"), "+");
  }

  /** {@code max} and what comes before it. */
  public static LexRange atMost(String max) {
    return new LexRange("-", including(max, "max"));
  }

  private static String including(String bound, String name) {
    return "[" + Objects.requireNonNull(bound, name);
  }

  /** The same range without its lower bound, if it has one. */
  public LexRange excludingMin() {
    return new LexRange(excluding(min), max);
  }

  /** The same range without its upper bound, if it has one. */
  public LexRange excludingMax() {
    return new LexRange(min, excluding(max));
  }

  private static String excluding(String bound) {
    return bound.startsWith("[") ? "(" + bound.substring(1) : bound;
  }

  String min() {
    return min;
  }

  String max() {
    return max;
  }

  /** As Redis writes it: {@code [a (b}. */
  @Override
  public String toString() {
    return min + " " + max;
  }
}
