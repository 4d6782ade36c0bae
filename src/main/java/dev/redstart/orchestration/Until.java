package dev.redstart.orchestration;

/** When gathering is over, if its time is not over before. Immutable. */
public final class Until {
  private static final Until ALL = new Until(Integer.MAX_VALUE, false);
  private static final Until FAILURE = new Until(Integer.MAX_VALUE, true);

  private final int reports;
  private final boolean isAnyFailureEnough;

  private Until(int reports, boolean isAnyFailureEnough) {
    this.reports = reports;
    this.isAnyFailureEnough = isAnyFailureEnough;
  }

  /** When every task has its report. */
  public static Until all() {
    return ALL;
  }

  /**
   * When there are so many reports, or all.
   *
   * @throws IllegalArgumentException if the number is not positive
   */
  public static Until reports(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count: must be positive, was " + count);
    }
    return new Until(count, false);
  }

  /** When there is a report that tells of no success, or all are there. */
  public static Until failure() {
    return FAILURE;
  }

  boolean isReached(int wanted, int come, boolean hasFailure) {
    return come >= Math.min(wanted, reports) || (isAnyFailureEnough && hasFailure);
  }
}
