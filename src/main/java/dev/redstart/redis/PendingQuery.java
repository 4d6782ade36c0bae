package dev.redstart.redis;

import java.time.Duration;
import java.util.Objects;

/** Which pending entries of a group to list. Immutable. */
public final class PendingQuery {
  private final long count;
  private final EntryId from;
  private final EntryId to;
  private final long minIdleMillis;
  private final String consumer;

  private PendingQuery(long count, EntryId from, EntryId to, long minIdleMillis, String consumer) {
    this.count = count;
    this.from = from;
    this.to = to;
    this.minIdleMillis = minIdleMillis;
    this.consumer = consumer;
  }

  /**
   * The first so many, by their ids.
   *
   * @throws IllegalArgumentException if {@code count} is not positive
   */
  public static PendingQuery first(long count) {
    return new PendingQuery(Words.positive(count, "count"), EntryId.MIN, EntryId.MAX, 0, "");
  }

  /** Of the ids from {@code from} to {@code to}, both included. */
  public PendingQuery withRange(EntryId from, EntryId to) {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
    return new PendingQuery(count, from, to, minIdleMillis, consumer);
  }

  /** Whose last delivery was at least {@code minIdle} ago. */
  public PendingQuery withIdle(Duration minIdle) {
    return new PendingQuery(count, from, to, Words.toMillis(minIdle, "minIdle"), consumer);
  }

  /** Pending with this consumer only. */
  public PendingQuery withConsumer(String consumer) {
    return new PendingQuery(count, from, to, minIdleMillis, Words.notEmpty(consumer, "consumer"));
  }

  Words addTo(Words words) {
    if (minIdleMillis > 0) {
      words.add("IDLE").add(minIdleMillis);
    }
    words.add(from.toString()).add(to.toString()).add(count);
    return consumer.isEmpty() ? words : words.add(consumer);
  }

  @Override
  public String toString() {
    return "PendingQuery[count=%d, from=%s, to=%s, minIdleMillis=%d, consumer=%s]"
        .formatted(count, from, to, minIdleMillis, consumer);
  }
}
