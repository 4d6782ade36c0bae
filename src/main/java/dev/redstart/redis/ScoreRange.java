package dev.redstart.redis;

/** A range of scores; its bounds belong to it unless said otherwise. Immutable. */
public final class ScoreRange {
  private static final ScoreRange ALL =
      new ScoreRange(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, false, false);

  private final double min;
  private final double max;
  private final boolean withoutMin;
  private final boolean withoutMax;

  private ScoreRange(double min, double max, boolean withoutMin, boolean withoutMax) {
    this.min = min;
    this.max = max;
    this.withoutMin = withoutMin;
    this.withoutMax = withoutMax;
  }

  /** Every score. */
  public static ScoreRange all() {
    return ALL;
  }

  /**
   * From {@code min} to {@code max}; no score at all if {@code min} is greater.
   *
   * @throws IllegalArgumentException if a bound is NaN
   */
  public static ScoreRange between(double min, double max) {
    if (Double.isNaN(min) || Double.isNaN(max)) {
      throw new IllegalArgumentException("score: NaN bounds no range");
    }
    return new ScoreRange(min, max, false, false);
  }

  /** {@code min} and more. */
  public static ScoreRange atLeast(double min) {
    return between(min, Double.POSITIVE_INFINITY);
  }

  /** {@code max} and less. */
  public static ScoreRange atMost(double max) {
    return between(Double.NEGATIVE_INFINITY, max);
  }

  /** The same range without its lower bound. */
  public ScoreRange excludingMin() {
    return new ScoreRange(min, max, true, withoutMax);
  }

  /** The same range without its upper bound. */
  public ScoreRange excludingMax() {
    return new ScoreRange(min, max, withoutMin, true);
  }

  String min() {
    return (withoutMin ? "(" : "") + Words.number(min);
  }

  String max() {
    return (withoutMax ? "(" : "") + Words.number(max);
  }

  /** As Redis writes it: {@code (1.0 +inf}. */
  @Override
  public String toString() {
    return min() + " " + max();
  }
}
