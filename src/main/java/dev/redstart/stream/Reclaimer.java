package dev.redstart.stream;

import dev.redstart.redis.Backoff;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Looks after the pending entries of one stream: those of consumers that died, those whose next
 * delivery is due, and our own that we know nothing of. Makes the group again when it is gone.
 * Where there is an order, it also takes the new entries. For the reader's thread, but for {@link
 * #lookIn}.
 */
final class Reclaimer {
  private static final System.Logger LOG = System.getLogger(Reclaimer.class.getName());

  /** Work of dead consumers is noticed within this time, or within a lease if that is shorter. */
  private static final Duration INTERVAL_MAX = Duration.ofSeconds(5);

  /** Then new entries are read, too. */
  private static final int PAGES_MAX = 10;

  /** How much longer than its block a read may live on a server that has lost us. */
  private static final Duration DOUBT = Duration.ofSeconds(1);

  private static final Duration DOUBT_INTERVAL = Duration.ofMillis(500);

  /** After so much time without trouble, the next one is taken for the first. */
  private static final Duration CALM = Duration.ofSeconds(10);

  private static final String START = "0-0";

  private static final Backoff REST = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

  private final Source source;
  private final Membership membership;
  private final ConsumerOptions options;
  private final Tally tally;
  private final long intervalNanos;

  private final long startNanos = System.nanoTime();

  /** When others say that something will be due, since the start. */
  private final AtomicLong askedNanos = new AtomicLong(0);

  private long plannedNanos;
  private String cursor = "-";

  // By the pages since the first one:
  private long dueNanos = Long.MAX_VALUE;
  private boolean othersSeen;

  private boolean others = true;
  private String last = START;
  private boolean unsure;
  private long unsureUntilNanos;
  private boolean groupLost;
  private boolean resting;
  private long troubleNanos;
  private int troubles;

  Reclaimer(Source source, Tally tally) {
    this.source = source;
    this.membership = source.membership();
    this.options = membership.options();
    this.tally = tally;
    this.intervalNanos = Math.min(INTERVAL_MAX.toNanos(), options.lease().toNanos());
  }

  Source source() {
    return source;
  }

  boolean isDue() {
    return leftNanos() <= 0 && !source.hasEnough();
  }

  /** For how long there is nothing to do here. */
  long idleNanos() {
    return source.hasEnough() ? intervalNanos : Math.max(0, leftNanos());
  }

  private long leftNanos() {
    return (resting ? plannedNanos : Math.min(plannedNanos, askedNanos.get())) - now();
  }

  private long now() {
    return System.nanoTime() - startNanos;
  }

  /** Whether new entries may be read. */
  boolean isOpen() {
    boolean standsBy = others && options.orderBy().isPresent();
    return !resting && !standsBy && !source.hasEnough();
  }

  /** After which id there may be new entries, where there is an order. */
  String last() {
    return last;
  }

  /**
   * Takes new entries, in one step with the question whether others of the group have any: they
   * come first.
   *
   * @throws RedisException if Redis cannot be reached, or refuses this
   */
  void takeNew(Consumer<Delivery> arrivals) {
    long now = System.nanoTime();
    var fresh = membership.take(source.room());
    others = fresh.others();
    last = fresh.last();
    accept(fresh.taken(), now, arrivals);
    if (others) {
      // It may be nobody's, and due.
      lookIn(Duration.ZERO);
    }
  }

  /** Something will be due in this time. From any thread. */
  void lookIn(Duration time) {
    askedNanos.accumulateAndGet(now() + time.toNanos(), Math::min);
  }

  /** Entries may have come into our hands without our knowing, or may still come. */
  void doubt(Duration block) {
    unsure = true;
    unsureUntilNanos = now() + block.plus(DOUBT).toNanos();
    lookIn(Duration.ZERO);
  }

  /**
   * Takes what is to be handled. When Redis refuses this, the stream is left alone for a while.
   *
   * @throws StreamException.GroupLost if the group is gone and the consumer is to end then
   * @throws RedisException if Redis cannot be reached
   */
  void look(Consumer<Delivery> arrivals) {
    try {
      resting = false;
      // What is said from now on may be about what this look does not see.
      askedNanos.set(Long.MAX_VALUE);
      // The stream or its group may have begun again.
      last = START;
      heal();
      recover(arrivals);
      claim(arrivals);
    } catch (RedisException.Rejected | StreamException trouble) {
      rest(trouble);
    } catch (RedisException trouble) {
      if (trouble.mayHaveRun()) {
        doubt(Duration.ZERO);
      }
      throw trouble;
    }
  }

  private void heal() {
    if (groupLost) {
      var start = options.lostGroup() == LostGroup.END ? GroupStart.END : GroupStart.START;
      membership.store().ensureGroup(membership.group(), start);
      groupLost = false;
      LOG.log(
          System.Logger.Level.INFO,
          "made the group {0} of {1} again",
          membership.group(),
          source.name());
    }
  }

  private void rest(RuntimeException trouble) {
    groupLost = Store.isGroupLost(trouble);
    if (groupLost && options.lostGroup() == LostGroup.FAIL) {
      throw new StreamException.GroupLost(source.name(), membership.group());
    }
    long now = now();
    troubles = now - troubleNanos > CALM.toNanos() ? 1 : troubles + 1;
    troubleNanos = now;
    var level = troubles == 1 ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG;
    LOG.log(level, "{0} will be tried again: {1}", source.name(), trouble.getMessage());
    resting = true;
    cursor = "-";
    dueNanos = Long.MAX_VALUE;
    plannedNanos = now + REST.pause(troubles).toNanos();
  }

  /** Finds what is ours according to Redis, but not according to us. */
  private void recover(Consumer<Delivery> arrivals) {
    if (!unsure) {
      return;
    }
    long now = System.nanoTime();
    boolean over = now() > unsureUntilNanos;
    int max = 2 * source.capacity();
    var ours = membership.pending(max);
    var strays = ours.stream().filter(each -> !source.holds(each.id().toString())).toList();
    if (!strays.isEmpty()) {
      take(membership.recover(strays), now, arrivals);
    }
    unsure = ours.size() == max || !over;
  }

  private void claim(Consumer<Delivery> arrivals) {
    Membership.Page page;
    int pages = 0;
    do {
      long now = System.nanoTime();
      page = membership.claim(cursor, Math.max(0, source.room()));
      tally.takenOver.add(page.taken().size());
      tally.dead.add(page.dead());
      note(page);
      accept(page.taken(), now, arrivals);
    } while (!page.next().isEmpty() && page.dueMillis() != 0 && ++pages < PAGES_MAX);
    plan(page);
  }

  /** A request that was taken for lost may have brought us older ones: they all come in order. */
  private void accept(List<Membership.Taken> taken, long heldNanos, Consumer<Delivery> arrivals) {
    if (unsure && options.orderBy().isPresent()) {
      recover(arrivals);
    } else {
      take(taken, heldNanos, arrivals);
    }
  }

  private void take(List<Membership.Taken> taken, long heldNanos, Consumer<Delivery> arrivals) {
    taken.forEach(each -> arrivals.accept(source.hold(each, heldNanos)));
  }

  private void note(Membership.Page page) {
    cursor = page.next().isEmpty() ? "-" : page.next();
    othersSeen |= page.others() > 0;
    if (page.dueMillis() >= 0) {
      long due = now() + Duration.ofMillis(page.dueMillis() + 1).toNanos();
      dueNanos = Math.min(dueNanos, due);
    }
    // Ours, and nobody renews them: there must be some that we do not know.
    unsure |= page.overdue();
  }

  /** All pages were seen, or there are more. */
  private void plan(Membership.Page page) {
    if (!page.next().isEmpty()) {
      others = true;
      plannedNanos = now();
      return;
    }
    others = othersSeen;
    othersSeen = false;
    plannedNanos = Math.min(dueNanos, now() + intervalNanos);
    dueNanos = Long.MAX_VALUE;
    if (unsure) {
      lookIn(DOUBT_INTERVAL);
    }
  }
}
