package dev.redstart.queue;

import dev.redstart.redis.Backoff;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How a queue is used by this process. Immutable: each {@code withX} gives a changed copy.
 * Processes that share a queue should agree on them; limits that Redis enforces for all are set on
 * the {@link TaskQueue} itself.
 */
public final class QueueOptions {
  /** A JVM's garbage collection, or a busy machine, must not look like a death. */
  private static final Duration LEASE_MIN = Duration.ofMillis(200);

  private static final QueueOptions DEFAULTS = new QueueOptions();

  // Not final, so that a changed copy is one assignment; never written after that.
  private Duration lease = Duration.ofSeconds(15);
  private int attemptsMax = 5;
  private int deliveriesMax = 10;
  private Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofHours(1));
  private int payloadBytesMax = 1 << 20;
  private Duration resultTtl = Duration.ofHours(24);
  private int eventsKept = 10_000;
  private Duration expiry = Duration.ZERO;

  private QueueOptions() {}

  private QueueOptions with(Consumer<QueueOptions> change) {
    var copy = new QueueOptions();
    copy.lease = lease;
    copy.attemptsMax = attemptsMax;
    copy.deliveriesMax = deliveriesMax;
    copy.backoff = backoff;
    copy.payloadBytesMax = payloadBytesMax;
    copy.resultTtl = resultTtl;
    copy.eventsKept = eventsKept;
    copy.expiry = expiry;
    change.accept(copy);
    return copy;
  }

  /**
   * A lease of 15 seconds, five attempts with pauses from a second to an hour, ten deliveries,
   * tasks of up to 1 MiB, results for a day, the last 10 000 events.
   */
  public static QueueOptions defaults() {
    return DEFAULTS;
  }

  /**
   * After what time without a sign of life a task goes to another worker; at least 200 ms. Signs of
   * life are given three times as often, by themselves, however long a handler takes.
   */
  public QueueOptions withLease(Duration lease) {
    Numbers.atLeast(lease, "lease", LEASE_MIN);
    return with(options -> options.lease = lease);
  }

  /** After how many failures of its handler a task is dead. */
  public QueueOptions withAttempts(int max) {
    Numbers.atLeast(max, "max", 1);
    return with(options -> options.attemptsMax = max);
  }

  /** After how many leases that ran out, mostly because the process died, a task is dead. */
  public QueueOptions withDeliveries(int max) {
    Numbers.atLeast(max, "max", 1);
    return with(options -> options.deliveriesMax = max);
  }

  /** The pauses between attempts. */
  public QueueOptions withBackoff(Backoff backoff) {
    Objects.requireNonNull(backoff, "backoff");
    return with(options -> options.backoff = backoff);
  }

  /** The largest task as JSON, and the largest result, progress and checkpoint, in bytes. */
  public QueueOptions withPayloadBytes(int max) {
    Numbers.atLeast(max, "max", 1);
    return with(options -> options.payloadBytesMax = max);
  }

  /** How long results are kept; zero: not at all. */
  public QueueOptions withResultTtl(Duration ttl) {
    Numbers.atLeast(ttl, "ttl", Duration.ZERO);
    return with(options -> options.resultTtl = ttl);
  }

  /** About how many events are kept; 0: none are written. */
  public QueueOptions withEvents(int kept) {
    Numbers.atLeast(kept, "kept", 0);
    return with(options -> options.eventsKept = kept);
  }

  /**
   * How long a queue without any task is kept after it was used last, with its counters, settings
   * and events; zero, the default: for ever. Tasks are kept until they are done, dead letters until
   * they are requeued or purged. An idle worker uses the queue. Should be longer than a client
   * repeats a request.
   */
  public QueueOptions withExpiry(Duration expiry) {
    Numbers.atLeast(expiry, "expiry", Duration.ZERO);
    return with(options -> options.expiry = expiry);
  }

  Duration lease() {
    return lease;
  }

  int attemptsMax() {
    return attemptsMax;
  }

  int deliveriesMax() {
    return deliveriesMax;
  }

  Backoff backoff() {
    return backoff;
  }

  void checkBytes(String what, int bytes) {
    if (bytes > payloadBytesMax) {
      throw new IllegalArgumentException(
          what + ": must be at most " + payloadBytesMax + " bytes as JSON, was " + bytes);
    }
  }

  Duration resultTtl() {
    return resultTtl;
  }

  /** As queue.lua has it: how many events, and how long a queue without tasks. */
  String kept() {
    return expiry.isZero() ? "" + eventsKept : eventsKept + " " + Numbers.millis(expiry);
  }
}
