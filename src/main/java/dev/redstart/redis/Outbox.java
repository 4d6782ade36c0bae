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

  /**
   * Nobody knows where the writer was: it may even wake up yet, and claim one more command. So none
   * of the commands goes anywhere else.
   */
  static final class WriterGone extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    WriterGone() {
      super("the thread that was writing has gone");
    }
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

  /** The slot before the first command. */
  Slot start() {
    return tail;
  }

  /**
   * Appends a command. With {@code hurry} it is written at once, by this thread if nobody else
   * writes; without, the loop is asked to, so that more can be appended meanwhile.
   *
   * @return false if the wire is broken: nothing was sent, nothing will be
   */
  boolean offer(Pending<?> pending, boolean hurry) {
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
      lead = hurry && lead(Writer.CALLER);
    } finally {
      order.unlock();
    }
    if (lead) {
      write();
    } else if (!hurry) {
      nudge();
    }
    return true;
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
            hurry(Writer.LOOP);
          });
    }
  }

  /** Writes what has been appended, if nobody is about to. */
  void hurry() {
    hurry(Writer.CALLER);
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
