package dev.redstart.redis;

import java.time.Duration;
import java.util.Objects;

/** How much to read from streams, and for how long to wait for it. Immutable. */
public final class ReadOptions {
  private static final ReadOptions DEFAULTS = new ReadOptions(0, null, false);

  private final long count;
  private final Duration block; // null: do not wait
  private final boolean noAck;

  private ReadOptions(long count, Duration block, boolean noAck) {
    this.count = count;
    this.block = block;
    this.noAck = noAck;
  }

  /** All that is there, without waiting. */
  public static ReadOptions defaults() {
    return DEFAULTS;
  }

  /**
   * At most so many entries of each stream.
   *
   * @throws IllegalArgumentException if {@code count} is not positive
   */
  public ReadOptions withCount(long count) {
    return new ReadOptions(Words.positive(count, "count"), block, noAck);
  }

  /**
   * Waits until there is something to read, for whole milliseconds; zero is for ever.
   *
   * @throws IllegalArgumentException if {@code block} is negative
   */
  public ReadOptions withBlock(Duration block) {
    Words.toMillis(block, "block");
    return new ReadOptions(count, block, noAck);
  }

  /**
   * Takes the entries as acknowledged when they are sent: what is lost on the way is lost. For
   * {@link StreamGroups#read} only.
   */
  public ReadOptions withNoAck() {
    return new ReadOptions(count, block, true);
  }

  boolean noAck() {
    return noAck;
  }

  Words addTo(Words words) {
    if (count > 0) {
      words.add("COUNT").add(count);
    }
    if (block != null) {
      words.add("BLOCK").millis(block);
    }
    return words.flag(noAck, "NOACK");
  }

  @Override
  public String toString() {
    return "ReadOptions[count=%d, block=%s, noAck=%s]"
        .formatted(count, Objects.toString(block, "no"), noAck);
  }
}
