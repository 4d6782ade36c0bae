package dev.redstart.stream;

import dev.redstart.redis.Backoff;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * How a consumer works. Immutable: each {@code withX} gives a changed copy. The consumers of a
 * group should agree on lease and deliveries.
 */
public final class ConsumerOptions {
  private static final int COUNT_MAX = 1000;

  /** A JVM's garbage collection, or a busy machine, must not look like a death. */
  private static final Duration LEASE_MIN = Duration.ofMillis(200);

  private static final Duration BLOCK_MIN = Duration.ofMillis(1);
  private static final ConsumerOptions DEFAULTS = new ConsumerOptions();

  // Not final, so that a changed copy is one assignment; never written after that.
  private int count = 10;
  private Duration block = Duration.ofSeconds(5);
  private Duration lease = Duration.ofSeconds(15);
  private int deliveriesMax = 5;
  private Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15));
  private int concurrency = 1;
  private Function<? super StreamMessage, String> orderBy;
  private GroupStart groupStart = GroupStart.START;
  private LostGroup lostGroup = LostGroup.START;
  private Duration grace = Duration.ofSeconds(30);

  private ConsumerOptions() {}

  private ConsumerOptions with(Consumer<ConsumerOptions> change) {
    var copy = new ConsumerOptions();
    copy.count = count;
    copy.block = block;
    copy.lease = lease;
    copy.deliveriesMax = deliveriesMax;
    copy.backoff = backoff;
    copy.concurrency = concurrency;
    copy.orderBy = orderBy;
    copy.groupStart = groupStart;
    copy.lostGroup = lostGroup;
    copy.grace = grace;
    change.accept(copy);
    return copy;
  }

  /**
   * Ten entries in hand, one handler at a time, a lease of 15 seconds, five deliveries with pauses
   * from half a second to 15 seconds, 30 seconds to stop; groups read from the start.
   */
  public static ConsumerOptions defaults() {
    return DEFAULTS;
  }

  /**
   * How many entries of each stream it has in hand at most, 1 to 1000, those included that its
   * handlers are working on (more if there are more handlers). Many make reading and acknowledging
   * cheap.
   */
  public ConsumerOptions withCount(int max) {
    Limits.within(max, "max", COUNT_MAX);
    return with(options -> options.count = max);
  }

  /** How long a read waits for new entries before it is asked again; five seconds. */
  public ConsumerOptions withBlock(Duration block) {
    Limits.atLeast(block, "block", BLOCK_MIN);
    return with(options -> options.block = block);
  }

  /**
   * After what time without a sign of life an entry goes to another consumer; at least 200 ms.
   * Signs of life are given three times as often, by themselves, however long a handler takes.
   */
  public ConsumerOptions withLease(Duration lease) {
    Limits.atLeast(lease, "lease", LEASE_MIN);
    return with(options -> options.lease = lease);
  }

  /** How often an entry is delivered before it goes to the dead letters. */
  public ConsumerOptions withDeliveries(int max) {
    Limits.atLeast(max, "max", 1);
    return with(options -> options.deliveriesMax = max);
  }

  /** The pauses after failures; without an order, none is longer than the lease. */
  public ConsumerOptions withBackoff(Backoff backoff) {
    Objects.requireNonNull(backoff, "backoff");
    return with(options -> options.backoff = backoff);
  }

  /** How many handlers run at the same time, each on a thread of its own; 1 to 1000. */
  public ConsumerOptions withConcurrency(int handlers) {
    Limits.within(handlers, "handlers", COUNT_MAX);
    return with(options -> options.concurrency = handlers);
  }

  /**
   * Entries with the same key are handled one after the other, in the order of the stream, also
   * when one has to be tried again: those behind it wait. For this, such a consumer does not read
   * on while entries are pending with others: of several in a group, the others stand by. To share
   * the work, split the stream in several by key.
   */
  public ConsumerOptions withOrderBy(Function<? super StreamMessage, String> key) {
    Objects.requireNonNull(key, "key");
    return with(options -> options.orderBy = key);
  }

  /** From where on the group reads if there is none yet. */
  public ConsumerOptions withGroupStart(GroupStart start) {
    Objects.requireNonNull(start, "start");
    return with(options -> options.groupStart = start);
  }

  /** What to do when the group is gone. */
  public ConsumerOptions withLostGroup(LostGroup policy) {
    Objects.requireNonNull(policy, "policy");
    return with(options -> options.lostGroup = policy);
  }

  /** How long handlers may go on when the consumer is closed; then they are interrupted. */
  public ConsumerOptions withGrace(Duration grace) {
    Limits.atLeast(grace, "grace", Duration.ZERO);
    return with(options -> options.grace = grace);
  }

  /** Of each of so many streams; with fewer than this, some handlers would be idle. */
  int capacity(int streams) {
    return Math.max(count, (concurrency + streams - 1) / streams);
  }

  Duration block() {
    return block;
  }

  Duration lease() {
    return lease;
  }

  int deliveriesMax() {
    return deliveriesMax;
  }

  Backoff backoff() {
    return backoff;
  }

  int concurrency() {
    return concurrency;
  }

  Optional<Function<? super StreamMessage, String>> orderBy() {
    return Optional.ofNullable(orderBy);
  }

  GroupStart groupStart() {
    return groupStart;
  }

  LostGroup lostGroup() {
    return lostGroup;
  }

  Duration grace() {
    return grace;
  }
}
