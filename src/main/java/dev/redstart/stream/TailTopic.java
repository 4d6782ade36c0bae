package dev.redstart.stream;

import dev.redstart.redis.EntryId;
import dev.redstart.redis.StreamEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What this process knows of one stream, for all who follow it: its newest entries, without a hole.
 * Each told entry names the one before it; where that is not the last one known, entries were
 * missed, and one of the followers reads them for all.
 *
 * <p>Followers whose cursor is in what is kept are served from memory, the others read for
 * themselves. An id that only a reader claims to know is never given to others as theirs.
 */
final class TailTopic {
  /** Between attempts to read while Redis is away. */
  private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();

  private static final Duration SOON = Duration.ofMillis(10);
  private static final Duration TRUST_MIN = Duration.ofMillis(5);
  private static final Duration TRUST_MAX = Duration.ofDays(1);

  /** What a follower is to do. */
  enum Kind {
    /** Its time is over, or it was closed. */
    OVER,
    /** Take entries that are kept. */
    TAKE,
    /** Subscribe, for all. */
    LISTEN,
    /** Read on after the last entry that is kept, for all. */
    FILL,
    /** Read on from its own place. */
    READ,
    /** Read again from an earlier place, and tell of a gap. */
    READ_AGAIN
  }

  /**
   * {@code cursor}: after which to read; {@code version}: of what had been heard when that was
   * said; {@code doubts}: how many there had been by then.
   */
  record Turn(Kind kind, EntryId cursor, List<StreamEntry> entries, long version, int doubts) {}

  private final String channel;

  /** Followers, and whoever is subscribing; guarded by the live tail's lock. */
  int users;

  /** Guards all below; nothing under it waits for the server. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private final TailRing ring = new TailRing();
  private final Doubts doubts = new Doubts();

  private boolean listening;

  /** One follower subscribes or reads for all. */
  private boolean busy;

  /** What was told while somebody reads for all; else null. */
  private List<Told> meanwhile;

  /** There may be entries after {@code last} that were not heard. */
  private boolean missed;

  /** Somebody said that there is something to read. */
  private boolean hinted;

  private long version;
  private long checkNanos;
  private long restNanos = System.nanoTime();

  TailTopic(String channel) {
    this.channel = channel;
  }

  String channel() {
    return channel;
  }

  // ---- followers

  /** Waits until there is something to do. */
  Turn turn(Follower follower, long endNanos) throws InterruptedException {
    lock.lock();
    try {
      var turn = look(follower);
      long left = endNanos - System.nanoTime();
      while (turn == null && left > 0 && !follower.isClosed()) {
        changed.awaitNanos(Math.min(left, idleNanos(follower)));
        turn = look(follower);
        left = endNanos - System.nanoTime();
      }
      return turn != null ? turn : turn(Kind.OVER, null, List.of());
    } finally {
      lock.unlock();
    }
  }

  /** Null: to wait. */
  private Turn look(Follower follower) {
    var doubted = doubted(follower);
    if (doubted.isPresent() && !follower.isClosed()) {
      boolean rests = isBefore(restNanos);
      return rests ? null : turn(Kind.READ_AGAIN, doubted.get(), List.of());
    }
    boolean covered = ring.covers(follower.cursor());
    var kept = covered ? ring.after(follower.cursor(), Follower.PAGE_MAX) : List.<StreamEntry>of();
    if (follower.isClosed()) {
      return turn(Kind.OVER, null, List.of());
    }
    if (!kept.isEmpty()) {
      return turn(Kind.TAKE, null, kept);
    }
    if (isBefore(restNanos)) {
      return null;
    }
    if (!listening) {
      return busy ? null : begin(Kind.LISTEN);
    }
    if (!covered) {
      boolean known = follower.version == version && isBefore(follower.checkNanos);
      return known ? null : turn(Kind.READ, follower.cursor(), List.of());
    }
    return busy || isComplete() ? null : begin(Kind.FILL);
  }

  /** From where to read again, if what it was handed is in doubt. */
  private Optional<EntryId> doubted(Follower follower) {
    var from =
        follower.doubts == Follower.NEW
            ? Optional.<EntryId>empty()
            : doubts.since(follower.doubts, follower.cursor());
    follower.doubts = from.isPresent() ? follower.doubts : doubts.count();
    return from;
  }

  private boolean isComplete() {
    return !missed && !hinted && isBefore(checkNanos);
  }

  private static boolean isBefore(long nanos) {
    return System.nanoTime() - nanos < 0;
  }

  private Turn begin(Kind kind) {
    busy = true;
    if (kind == Kind.FILL) {
      missed = false;
      hinted = false;
      meanwhile = new ArrayList<>();
    }
    return turn(kind, ring.last(), List.of());
  }

  private Turn turn(Kind kind, EntryId cursor, List<StreamEntry> entries) {
    return new Turn(kind, cursor, entries, version, doubts.count());
  }

  /** Until when there is nothing to do if nobody says anything. */
  private long idleNanos(Follower follower) {
    long now = System.nanoTime();
    if (isBefore(restNanos)) {
      return restNanos - now;
    }
    boolean covered = ring.covers(follower.cursor());
    if (!listening || (covered && busy)) {
      return Long.MAX_VALUE;
    }
    return (covered ? checkNanos : follower.checkNanos) - now;
  }

  void listened() {
    lock.lock();
    try {
      busy = false;
      listening = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What came after the last entry that was kept. */
  void filled(TailPage page, Duration trust) {
    lock.lock();
    try {
      var told = meanwhile;
      end();
      if (page.isGap() || page.isGone()) {
        // Each has to see that with its own eyes.
        forget();
      } else {
        page.entries().forEach(entry -> ring.keep(entry, entry.size()));
        trust(page, trust);
        told.forEach(this::accept);
      }
      version++;
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    busy = false;
    meanwhile = null;
    changed.signalAll();
  }

  /** A follower has read from its own place, or from an earlier one. */
  void read(Follower follower, Turn turn, TailPage page, Duration trust) {
    lock.lock();
    try {
      if (turn.kind() == Kind.READ_AGAIN) {
        follower.doubts = turn.doubts();
      }
      boolean nothing = page.isEmpty();
      follower.version = nothing ? turn.version() : -1;
      follower.checkNanos = until(trust);
      boolean unheard = !ring.isKnown() && version == turn.version();
      if (unheard && (nothing || !page.entries().isEmpty())) {
        var entries = page.entries();
        ring.startAfter(nothing ? turn.cursor() : entries.get(entries.size() - 1).id());
        trust(page, trust);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * There may be more behind what was read. Where it was little, those who tell are given some time
   * to say so.
   */
  private void trust(TailPage page, Duration trust) {
    missed |= page.entries().size() >= Follower.PAGE_MAX;
    checkNanos = until(page.entries().isEmpty() ? trust : SOON);
  }

  /** That turn ended with an exception. */
  void failed(Turn turn) {
    lock.lock();
    try {
      restNanos = System.nanoTime() + PAUSE_NANOS;
      if (turn.kind() == Kind.LISTEN || turn.kind() == Kind.FILL) {
        missed = true;
        end();
      }
    } finally {
      lock.unlock();
    }
  }

  private static long until(Duration trust) {
    var time = trust.compareTo(TRUST_MIN) < 0 ? TRUST_MIN : trust;
    return System.nanoTime() + (time.compareTo(TRUST_MAX) > 0 ? TRUST_MAX : time).toNanos();
  }

  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  // ---- whoever listens

  /** Empty: something was said that is no entry. */
  void hear(Optional<Told> told) {
    lock.lock();
    try {
      version++;
      if (told.isEmpty()) {
        hinted = true;
      } else if (meanwhile == null) {
        accept(told.get());
      } else {
        meanwhile.add(told.get());
        if (meanwhile.size() > TailRing.ENTRIES_MAX) {
          overlook();
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Something may have been told that was not heard. */
  void miss() {
    lock.lock();
    try {
      version++;
      overlook();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void overlook() {
    missed = true;
    if (meanwhile != null) {
      meanwhile.clear();
    }
  }

  private void accept(Told told) {
    if (ring.lacks(told.before()) || ring.lacks(told.id())) {
      doubt(ring.lacks(told.before()) ? told.before() : told.id());
      return;
    }
    boolean late = ring.isKnown() && told.id().compareTo(ring.last()) < 0;
    if (!ring.isKnown() || (late && !ring.keeps(told.id()))) {
      // What is told is in order: all that follows this one will be told, too.
      forget();
      ring.startAfter(told.before());
      late = false;
    }
    if (told.before().equals(ring.last())) {
      missed = told.entry().isEmpty();
      told.entry().ifPresent(entry -> ring.keep(entry, told.bytes()));
    } else if (!late) {
      // The last one was read before it was heard: from here on, everything is heard.
      missed = !told.id().equals(ring.last());
    }
  }

  /** Somebody was told of what is not in the stream: all who may have it are to read again. */
  private void doubt(EntryId strange) {
    doubts.add(ring.before(strange), ring.last());
    forget();
  }

  private void forget() {
    ring.forget();
    missed = false;
  }
}
