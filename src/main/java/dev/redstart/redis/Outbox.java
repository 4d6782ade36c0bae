package dev.redstart.redis;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The commands on a wire, in the order in which they go out, and the writing of them. Callers
 * append to a linked list of slots. At most one thread at a time is the <em>writer</em>, which
 * walks the list and writes: whoever appends while nobody writes becomes it, and writes for all who
 * come in the meantime (group commit): a lone call costs one write, a crowd few. When the socket
 * takes no more the loop goes on, so that nobody waits in a write while replies want to be read.
 */
final class Outbox {
  /** A command's place on its wire. */
  static final class Slot {
    /**
     * Null once it has been answered, or handed back: nobody but its next wire may send it then.
     */
    Pending<?> pending;

    volatile Slot next;

    /** Its place in the order, from 1. */
    private long number;

    Slot(Pending<?> pending) {
      this.pending = pending;
    }

    long number() {
      return number;
    }
  }

  /** When a command that has been appended is to be written. */
  enum Haste {
    /** At once, by the thread that appends it, which is going to wait for the reply. */
    AT_ONCE,
    /** Soon, by the loop, so that more can be appended meanwhile. */
    SOON,
    /** Whoever appends it will say so. */
    WHEN_TOLD
  }

  private enum Writer {
    NOBODY,
    CALLER,
    /** The loop goes on: at once, or when the socket takes more. */
    LOOP
  }

  /** A batch of many small commands; larger ones pass through it in pieces. */
  private static final int OUT_BYTES = 32 * 1024;

  /** After so many buffers a caller leaves the writing to the loop: it has its own work to do. */
  private static final int BUFFERS_IN_A_ROW = 16;

  /**
   * How near a server has to be for a command to wait for the replies that are on their way.
   * Farther off, the time that it loses is worth more than the write that it saves.
   */
  private static final long NEAR_NANOS = TimeUnit.MICROSECONDS.toNanos(250);

  private static final long FAR_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int DOUBT = 64;

  /** A caller writes for microseconds. One that has not come back for so long never will. */
  private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Wire wire;
  private final Transport transport;
  private final Loop loop;
  private final ByteBuffer out = ByteBuffer.allocateDirect(OUT_BYTES);

  /** Guards {@code tail}, {@code writer}, and that nothing is appended to a broken wire. */
  private final ReentrantLock order = new ReentrantLock();

  private Slot tail = new Slot(null);
  private Writer writer = Writer.NOBODY;
  private long leadNanos;

  // The writer's: the slot it took last, and what of its command is not yet in the buffer.
  private Slot taken = tail;
  private byte[] frame;
  private int offset;

  private volatile long lastTaken;

  // Numbers in the order: appended, sent with a reply to come, and answered.
  private volatile long lastAppended;
  private volatile long lastAwaited;
  private volatile long lastAnswered;

  /** Of the command that is being timed, 0 for none; the writer sets it, the reader takes it. */
  private volatile long timed;

  private long timedNanos;

  /**
   * The shortest round trip of late: how far off the server is, however busy the two are. It grows
   * slowly where none confirms it: not everything that answers a HELLO is the server itself.
   */
  private volatile long distanceNanos = FAR_NANOS;

  private volatile boolean nudged;

  Outbox(Wire wire, Transport transport, Loop loop) {
    this.wire = wire;
    this.transport = transport;
    this.loop = loop;
  }

  /** The number of the last command that was claimed for writing. */
  long lastTaken() {
    return lastTaken;
  }

  /** The number of the last command on this wire. */
  long lastAppended() {
    return lastAppended;
  }

  /** The slot before the first command. */
  Slot start() {
    return tail;
  }

  /**
   * Appends a command.
   *
   * @return false if the wire is broken: nothing was sent, nothing will be
   */
  boolean offer(Pending<?> pending, Haste haste) {
    var slot = new Slot(pending);
    boolean lead;
    order.lock();
    try {
      if (wire.isBroken()) {
        return false;
      }
      slot.number = tail.number + 1;
      tail.next = slot;
      tail = slot;
      lastAppended = slot.number;
      lead = haste == Haste.AT_ONCE && !isHeld() && lead(Writer.CALLER);
    } finally {
      order.unlock();
    }
    if (lead) {
      write();
    } else if (haste == Haste.SOON && !isHeld()) {
      nudge();
    }
    return true;
  }

  /**
   * Whether what has been appended had better wait for the replies that are on their way: whoever
   * reads them writes it, together with what others append until then. That costs one write instead
   * of many, and takes no timer: of a server that is near, replies come within microseconds. If
   * nobody reads, as after a batch whose replies nobody awaits yet, nothing waits for it.
   */
  private boolean isHeld() {
    return lastAwaited > lastAnswered && distanceNanos < NEAR_NANOS && wire.isAttended();
  }

  /** From the reader: all up to {@code number} are answered. Writes what has waited for that. */
  void answered(long number, long nowNanos) {
    lastAnswered = number;
    if (timed != 0 && timed <= number) {
      distanceNanos = Math.min(distanceNanos, nowNanos - timedNanos);
      timed = 0;
    }
    if (lastAppended != lastTaken) {
      hurry(loop.isMine() ? Writer.LOOP : Writer.CALLER);
    }
  }

  /** On the loop, ten times a second: nothing is held longer, whatever became of the replies. */
  void tick() {
    // Twice as far after about five seconds.
    distanceNanos = Math.min(FAR_NANOS, distanceNanos + distanceNanos / DOUBT);
    if (lastAppended != lastTaken) {
      hurry(Writer.LOOP);
    }
  }

  private boolean lead(Writer role) {
    boolean free = writer == Writer.NOBODY && !wire.isBroken();
    writer = free ? role : writer;
    leadNanos = free ? System.nanoTime() : leadNanos;
    return free;
  }

  private void nudge() {
    if (!nudged) {
      nudged = true;
      loop.run(
          () -> {
            nudged = false;
            wire.watch();
            hurry(Writer.LOOP);
          });
    }
  }

  /** Writes what has been appended, if nobody is about to. */
  void hurry() {
    if (lastAppended != lastTaken && !isHeld()) {
      hurry(Writer.CALLER);
    }
  }

  private void hurry(Writer role) {
    order.lock();
    try {
      if (!lead(role)) {
        return;
      }
    } finally {
      order.unlock();
    }
    write();
  }

  /** Called by the writer, whoever it is. */
  private void write() {
    try {
      for (int i = 0; i < BUFFERS_IN_A_ROW; i++) {
        if (!fill()) {
          return;
        }
        time();
        if (!transport.write(out.flip())) {
          become(Writer.LOOP);
          loop.watchWrites(wire, true);
          return;
        }
        out.clear();
      }
      become(Writer.LOOP);
      loop.run(this::resume);
    } catch (Throwable problem) {
      // Errors too: nobody knows how much of a command is on its way.
      wire.fail(problem);
      become(Writer.NOBODY);
    }
  }

  private void time() {
    if (timed == 0 && lastAwaited > lastAnswered) {
      timedNanos = System.nanoTime();
      timed = lastAwaited;
    }
  }

  /** On the loop: the socket takes bytes again. */
  void writable() {
    try {
      if (!wire.isHandedBack() && transport.write(out)) {
        out.clear();
        loop.watchWrites(wire, false);
        write();
      }
    } catch (Throwable problem) {
      // Errors too, as above.
      wire.fail(problem);
    }
  }

  private void resume() {
    if (!wire.isHandedBack()) {
      write();
    }
  }

  /** Puts commands into the buffer. False: there are none, and this thread writes no more. */
  private boolean fill() {
    while (true) {
      while (out.hasRemaining() && (frame != null || take())) {
        copy();
      }
      if (out.position() > 0) {
        return true;
      }
      if (leave()) {
        // Not a look at the buffer more: the next writer may be filling it already.
        return false;
      }
    }
  }

  private boolean take() {
    Slot next = taken.next;
    while (next != null && !wire.isBroken()) {
      taken = next;
      lastTaken = next.number;
      Pending<?> pending = next.pending;
      // The reader may have passed by already, if its caller had left.
      frame = pending == null ? null : pending.send();
      offset = 0;
      if (frame != null) {
        lastAwaited = pending.order.replies() == 0 ? lastAwaited : next.number;
        return true;
      }
      next = next.next;
    }
    return false;
  }

  private void copy() {
    int bytes = Math.min(out.remaining(), frame.length - offset);
    out.put(frame, offset, bytes);
    offset += bytes;
    frame = offset == frame.length ? null : frame;
  }

  /** Gives the role up, unless somebody has appended in the meantime. */
  private boolean leave() {
    order.lock();
    try {
      if (taken.next != null && !wire.isBroken()) {
        return false;
      }
      writer = Writer.NOBODY;
    } finally {
      order.unlock();
    }
    if (wire.isBroken()) {
      loop.wake();
    }
    return true;
  }

  private void become(Writer role) {
    order.lock();
    try {
      writer = role;
    } finally {
      order.unlock();
    }
    if (wire.isBroken()) {
      loop.wake();
    }
  }

  // ---- the end

  /** Whether a caller is at it: until it has left, the list is not to be touched. */
  boolean isCallerWriting() {
    order.lock();
    try {
      return writer == Writer.CALLER;
    } finally {
      order.unlock();
    }
  }

  /**
   * Whether a caller became the writer and never came back: a StackOverflowError can end it just
   * before it writes. It must not hold the place for ever.
   */
  boolean isStuck(long nowNanos) {
    order.lock();
    try {
      return writer == Writer.CALLER && nowNanos - leadNanos > STUCK_NANOS;
    } finally {
      order.unlock();
    }
  }
}
