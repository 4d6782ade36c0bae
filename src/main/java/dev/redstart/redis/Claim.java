package dev.redstart.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Under what terms a consumer takes over pending entries that it names. Immutable. */
public final class Claim {
  private final long minIdleMillis;
  private final List<String> more;

  private Claim(long minIdleMillis, List<String> more) {
    this.minIdleMillis = minIdleMillis;
    this.more = more;
  }

  /**
   * Entries whose last delivery was at least {@code minIdle} ago; zero is any.
   *
   * @throws IllegalArgumentException if {@code minIdle} is negative
   */
  public static Claim idleFor(Duration minIdle) {
    return new Claim(Words.toMillis(minIdle, "minIdle"), List.of());
  }

  /** Lets the entries count as delivered {@code idle} ago, instead of just now. */
  public Claim withIdle(Duration idle) {
    return with("IDLE", Long.toString(Words.toMillis(idle, "idle")));
  }

  /**
   * Lets the entries count as delivered so many times, instead of once more than before.
   *
   * @throws IllegalArgumentException if {@code deliveries} is negative
   */
  public Claim withDeliveries(long deliveries) {
    if (deliveries < 0) {
      throw new IllegalArgumentException("deliveries: must not be negative, was " + deliveries);
    }
    return with("RETRYCOUNT", Long.toString(deliveries));
  }

  /** Takes entries too that are pending with nobody, as long as the stream has them. */
  public Claim withForce() {
    return with("FORCE");
  }

  private Claim with(String... words) {
    var all = new ArrayList<>(more);
    all.addAll(List.of(words));
    return new Claim(minIdleMillis, List.copyOf(all));
  }

  Words addTo(Words words, EntryId[] ids) {
    words.add(minIdleMillis);
    return Streams.ids(words, ids).all(more);
  }

  @Override
  public String toString() {
    return "Claim[minIdleMillis=%d, %s]".formatted(minIdleMillis, more);
  }
}
