package dev.redstart.stream;

import java.time.Duration;

/**
 * How much of a stream is kept. Immutable; remembered in Redis with the stream, so that every push
 * and every acknowledgement trims by what was said last.
 *
 * <p>No retention drops an entry that some group has not finished. In a stream without any group
 * nothing is finished, so nothing is dropped, unless one says {@link #evenIfUnread}. Where there is
 * much to drop, each call drops about a hundred entries.
 */
public final class Retention {
  private static final Retention ALL = new Retention("all", 0, 0, false);

  private final String kind;
  private final long amount;
  private final long capacity;
  private final boolean unread;

  private Retention(String kind, long amount, long capacity, boolean unread) {
    this.kind = kind;
    this.amount = amount;
    this.capacity = capacity;
    this.unread = unread;
  }

  /** Everything: the default. */
  public static Retention keepAll() {
    return ALL;
  }

  /**
   * The last so many entries, and those before them that are not finished.
   *
   * @throws IllegalArgumentException if {@code entries} is not positive
   */
  public static Retention atMost(long entries) {
    return new Retention("count", Limits.atLeast(entries, "entries", 1), 0, false);
  }

  /**
   * The entries whose ids are at most so old on Redis' clock, in milliseconds, and those before
   * them that are not finished.
   *
   * @throws IllegalArgumentException if {@code age} is less than a millisecond
   */
  public static Retention youngerThan(Duration age) {
    return new Retention(
        "age", Limits.atLeast(age, "age", Duration.ofMillis(1)).toMillis(), 0, false);
  }

  /**
   * Also lets the stream never be longer than this: what is finished is dropped to make room,
   * though it would have been kept; where that is not enough, a push is refused ({@link
   * StreamException.Full}).
   *
   * @throws IllegalArgumentException if {@code entries} is not positive
   */
  public Retention withCapacity(long entries) {
    return new Retention(kind, amount, Limits.atLeast(entries, "entries", 1), unread);
  }

  /**
   * Also drops entries of a stream that has no group, for streams that are only read with XREAD.
   * Where there is a group, what it has not finished is kept all the same.
   */
  public Retention evenIfUnread() {
    return new Retention(kind, amount, capacity, true);
  }

  /** As the scripts read it, and as it is in Redis. */
  @Override
  public String toString() {
    return kind + " " + amount + " " + capacity + " " + (unread ? 1 : 0);
  }
}
