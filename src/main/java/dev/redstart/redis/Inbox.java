package dev.redstart.redis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who reads the {@link Replies} on a wire. At most one thread at a time is the <em>reader</em>. For
 * a crowd that is the loop, which wakes each caller when its reply has come. A caller that has the
 * wire to itself reads its own reply: handing it from thread to thread would cost more than all the
 * rest of the call. It reads for whoever comes meanwhile, too, and leaves to the loop what is still
 * to come once it has its own reply.
 *
 * <p>While a caller reads, the loop is not told of what arrives: both would wake up for each reply,
 * and the loop would be first now and then. It watches again with its next tick, so that an idle
 * connection is never without somebody who notices its end. For the same reason a caller whose
 * reply does not come soon leaves it to the loop, which has a look at how long things take.
 */
final class Inbox {
  private enum Reader {
    NOBODY,
    LOOP,
    CALLER
  }

  /** A thread that has awaited so many replies in a row, without others, has the wire to itself. */
  private static final int ALONE_IN_A_ROW = 8;

  /**
   * A caller that reads and has brought nothing for so many ticks, seconds, never will. Ticks, not
   * time: after a pause of the whole machine the caller has to have its turn, too.
   */
  private static final int STUCK_TICKS = 50;

  private final Wire wire;
  private final Transport transport;
  private final Loop loop;
  private final Replies replies;

  // The loop's: what the last tick saw.
  private long seenNanos;
  private long seenLoans;
  private int silentTicks;

  /** Guards everything below, up to the next blank line. */
  private final ReentrantLock role = new ReentrantLock();

  private Reader reader = Reader.NOBODY;
  private long last;
  private int inARow;

  /** Whether the loop is told of what arrives. Written under the lock. */
  private volatile boolean watched = true;

  /** The thread that reads, 0 if it is no caller. */
  private volatile long lentTo;

  /** How often a caller has become the reader. */
  private volatile long loans;

  /** Made for the first caller that reads. Without one, for lack of files, none ever does. */
  private volatile Ear ear;

  private boolean deaf;

  Inbox(Wire wire, Transport transport, Loop loop, Replies replies) {
    this.wire = wire;
    this.transport = transport;
    this.loop = loop;
    this.replies = replies;
  }

  // ---- the loop as the reader

  /** On the loop: the socket has something. */
  void readable(ByteBuffer in) {
    if (enter()) {
      try {
        replies.readAll(in);
      } finally {
        leave();
      }
    }
  }

  /** On the loop, with each tick: looks at what is in flight, unless a caller reads. */
  void tick(Runnable look) {
    if (enter()) {
      silentTicks = 0;
      try {
        look.run();
      } finally {
        leave();
      }
    } else {
      boolean silent = seenLoans == loans && seenNanos == replies.readNanos();
      silentTicks = silent ? silentTicks + 1 : 0;
      seenLoans = loans;
      seenNanos = replies.readNanos();
    }
  }

  /** On the loop: makes it the reader, and lets it watch, unless a caller reads. */
  private boolean enter() {
    role.lock();
    try {
      boolean free = reader != Reader.CALLER;
      watched = free;
      // Whatever was asked for before: this heals it.
      obey();
      reader = free ? Reader.LOOP : reader;
      return free;
    } finally {
      role.unlock();
    }
  }

  /** Lets the loop watch, since something is sent that nobody may be going to wait for. */
  void watch() {
    role.lock();
    try {
      if (reader != Reader.CALLER) {
        watch(true);
      }
    } finally {
      role.unlock();
    }
  }

  private void watch(boolean wanted) {
    if (watched != wanted) {
      loop.run(this::obey);
      watched = wanted;
    }
  }

  /** On the loop: watches or not, as it is wanted by now, and not as it was when this was asked. */
  private void obey() {
    role.lock();
    try {
      loop.watchReads(wire, watched);
    } finally {
      role.unlock();
    }
  }

  private void leave() {
    role.lock();
    try {
      reader = Reader.NOBODY;
    } finally {
      role.unlock();
    }
  }

  // ---- a caller as the reader

  /**
   * Somebody waits for {@code pending}. Returns when it is done, if this thread was made the
   * reader; at once if not: somebody else will read.
   *
   * @param mayRead whether this thread may be the reader at all
   */
  void attend(Pending<?> pending, boolean mayRead) {
    if (borrow(pending, mayRead)) {
      try {
        readFor(pending);
      } catch (Throwable problem) {
        // Errors too: the next reader could not know where this one stopped.
        wire.fail(problem);
      } finally {
        ear.leave();
        giveBack();
      }
    }
  }

  private boolean borrow(Pending<?> pending, boolean mayRead) {
    role.lock();
    try {
      boolean free = reader == Reader.NOBODY && !wire.isBroken();
      if (isAlone() && free && mayRead && hasEar()) {
        // At once, not when the loop has woken up in vain: it might be first again and again.
        watch(false);
        lentTo = last;
        loans++;
        reader = Reader.CALLER;
        return true;
      }
      if (free) {
        watch(true);
      }
      return false;
    } finally {
      role.unlock();
    }
  }

  private boolean isAlone() {
    long me = Thread.currentThread().getId();
    inARow = me == last ? inARow + 1 : 0;
    last = me;
    return inARow >= ALONE_IN_A_ROW;
  }

  private boolean hasEar() {
    try {
      ear = ear == null && !deaf ? Ear.open(transport.channel()) : ear;
    } catch (IOException | OutOfMemoryError noneLeft) {
      // The loop reads as well, only with a hand-over.
      deaf = true;
    }
    return ear != null;
  }

  private void readFor(Pending<?> pending) throws IOException {
    ear.listenFor(pending);
    while (!pending.isSettled() && !wire.isBroken() && ear.hears(pending.deadlineNanos)) {
      replies.readAll(ear.buffer());
    }
  }

  private void giveBack() {
    role.lock();
    try {
      lentTo = 0;
      reader = Reader.NOBODY;
      if (!replies.areAllHere()) {
        watch(true);
      }
    } finally {
      role.unlock();
    }
    if (wire.isBroken()) {
      loop.wake();
    }
  }

  /** Whether somebody reads what comes: the loop, or a caller. */
  boolean isAttended() {
    return watched || lentTo != 0;
  }

  /** Whether this thread is a caller that reads: nothing of the users' may run on it. */
  boolean isMine() {
    return lentTo == Thread.currentThread().getId();
  }

  /** Wakes the caller that reads, if there is one: the wire is broken. */
  void wake() {
    Ear present = ear;
    if (present != null) {
      present.wake();
    }
  }

  /** On the loop: whether a caller reads. Until it has left, nothing here is to be touched. */
  boolean isLent() {
    role.lock();
    try {
      return reader == Reader.CALLER;
    } finally {
      role.unlock();
    }
  }

  /** On the loop: whether a caller became the reader and never came back. */
  boolean isStuck() {
    return silentTicks > STUCK_TICKS;
  }

  // ---- the end: the loop

  void close() {
    Ear present = ear;
    if (present != null) {
      present.close();
    }
  }
}
