package dev.redstart.redis;

import java.util.List;
import java.util.Objects;

/**
 * Which members of a sorted set, and in which order: by rank, by score or by name; the smallest
 * first unless {@link #reversed}. Immutable.
 */
public final class MemberRange {
  private final By by;
  private final String min;
  private final String max;
  private final boolean reversed;
  private final List<String> limit;

  private enum By {
    RANK,
    BYSCORE,
    BYLEX
  }

  private MemberRange(By by, String min, String max, boolean reversed, List<String> limit) {
    this.by = by;
    this.min = min;
    this.max = max;
    this.reversed = reversed;
    this.limit = limit;
  }

  /**
   * From rank {@code start} to {@code stop}, both included; negative ranks count from the end (-1
   * is the last one).
   */
  public static MemberRange byRank(long start, long stop) {
    return new MemberRange(By.RANK, Long.toString(start), Long.toString(stop), false, List.of());
  }

  /** By score; members of the same score by the order of their bytes. */
  public static MemberRange byScore(ScoreRange range) {
    Objects.requireNonNull(range, "range");
    return new MemberRange(By.BYSCORE, range.min(), range.max(), false, List.of());
  }

  /** By the order of their bytes, where all have the same score. */
  public static MemberRange byLex(LexRange range) {
    Objects.requireNonNull(range, "range");
    return new MemberRange(By.BYLEX, range.min(), range.max(), false, List.of());
  }

  /** The same range from the other end: the greatest first, rank 0 being the greatest. */
  public MemberRange reversed() {
    return new MemberRange(by, min, max, !reversed, limit);
  }

  /**
   * The same range without its first {@code offset} members, and of the others at most {@code
   * count}.
   *
   * @throws IllegalArgumentException if a number is negative, or the range is by rank (choose other
   *     ranks instead)
   */
  public MemberRange withLimit(long offset, long count) {
    if (by == By.RANK) {
      throw new IllegalArgumentException("limit: ranks are bounds enough, Redis takes no others");
    }
    if (offset < 0 || count < 0) {
      throw new IllegalArgumentException("limit: must not be negative: " + offset + ", " + count);
    }
    var words = List.of("LIMIT", Long.toString(offset), Long.toString(count));
    return new MemberRange(by, min, max, reversed, words);
  }

  /** As ZRANGE takes it, which reads a reversed range from its upper bound down. */
  Words addTo(Words words) {
    boolean swapped = reversed && by != By.RANK;
    words.add(swapped ? max : min).add(swapped ? min : max);
    if (by != By.RANK) {
      words.add(by.name());
    }
    return words.flag(reversed, "REV").all(limit);
  }

  Words withScores(Words words) {
    if (by == By.BYLEX) {
      throw new IllegalArgumentException("range: by name there are no scores to be had");
    }
    return addTo(words).add("WITHSCORES");
  }

  @Override
  public String toString() {
    return "%s %s %s%s%s"
        .formatted(by, min, max, reversed ? " reversed" : "", limit.isEmpty() ? "" : " " + limit);
  }
}
