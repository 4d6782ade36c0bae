package dev.redstart.redis;

import java.time.Duration;
import java.util.Objects;

/** Which pending entries a consumer takes over by their idle time. Immutable. */
public final class AutoClaim {
  private final long minIdleMillis;
  private final EntryId from;
  private final long count;

  private AutoClaim(long minIdleMillis, EntryId from, long count) {
    this.minIdleMillis = minIdleMillis;
    this.from = from;
    this.count = count;
  }

  /**
   * Entries whose last delivery was at least {@code minIdle} ago, about a hundred at once.
   *
   * @throws IllegalArgumentException if {@code minIdle} is negative
   */
  public static AutoClaim idleFor(Duration minIdle) {
    return new AutoClaim(Words.toMillis(minIdle, "minIdle"), EntryId.MIN, 0);
  }

  /** Goes on from {@link AutoClaimed#next()}. */
  public AutoClaim withFrom(EntryId from) {
    return new AutoClaim(minIdleMillis, Objects.requireNonNull(from, "from"), count);
  }

  /**
   * At most so many entries at once.
   *
   * @throws IllegalArgumentException if {@code count} is not positive
   */
  public AutoClaim withCount(long count) {
    return new AutoClaim(minIdleMillis, from, Words.positive(count, "count"));
  }

  Words addTo(Words words) {
    words.add(minIdleMillis).add(from.toString());
    return count > 0 ? words.add("COUNT").add(count) : words;
  }

  @Override
  public String toString() {
    return "AutoClaim[minIdleMillis=%d, from=%s, count=%d]".formatted(minIdleMillis, from, count);
  }
}
