package dev.redstart.event;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How runs are kept. Immutable: each {@code withX} gives a changed copy. All processes that add
 * events to a run should agree on it.
 */
public final class EventOptions {
  private static final EventOptions DEFAULTS = new EventOptions();
  private static final int KEPT_MAX = 1_000_000;
  private static final Duration TTL_MAX = Duration.ofDays(3650);

  // Not final, so that a changed copy is one assignment; never written after that.
  private int kept = 10_000;
  private Duration ttlOpen = Duration.ofDays(7);
  private Duration ttlEnded = Duration.ofHours(24);
  private int payloadBytesMax = 1 << 20;

  private EventOptions() {}

  private EventOptions with(Consumer<EventOptions> change) {
    var copy = new EventOptions();
    copy.kept = kept;
    copy.ttlOpen = ttlOpen;
    copy.ttlEnded = ttlEnded;
    copy.payloadBytesMax = payloadBytesMax;
    change.accept(copy);
    return copy;
  }

  /**
   * The last 10 000 events of a run, 24 hours after its end, or 7 days after its last event; events
   * of up to 1 MiB.
   */
  public static EventOptions defaults() {
    return DEFAULTS;
  }

  /** How many events a run keeps, exactly; 1 to a million. */
  public EventOptions withKept(int events) {
    int checked = (int) Limits.within(events, "events", 1, KEPT_MAX);
    return with(options -> options.kept = checked);
  }

  /** How long a run is kept that does not end, after the last event or sign of life. */
  public EventOptions withTtl(Duration ttl) {
    var checked = Limits.within(ttl, "ttl", TTL_MAX);
    return with(options -> options.ttlOpen = checked);
  }

  /** How long a run is kept after its end. */
  public EventOptions withTtlAfterEnd(Duration ttl) {
    var checked = Limits.within(ttl, "ttl", TTL_MAX);
    return with(options -> options.ttlEnded = checked);
  }

  /** The largest event that is sent, its texts together, in bytes. */
  public EventOptions withPayloadBytes(int max) {
    int checked = (int) Limits.within(max, "max", 1, Integer.MAX_VALUE);
    return with(options -> options.payloadBytesMax = checked);
  }

  int kept() {
    return kept;
  }

  Duration ttlOpen() {
    return ttlOpen;
  }

  Duration ttlEnded() {
    return ttlEnded;
  }

  int payloadBytesMax() {
    return payloadBytesMax;
  }
}
