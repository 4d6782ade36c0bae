package dev.redstart.harness;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** One direction of a proxied connection. */
final class Lane {

  private static final int PIECE_BYTES = 16 * 1024;

  // Long enough for the receiver to be woken by the byte before.
  private static final long BETWEEN_BYTES_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

  private final InputStream from;
  private final Socket to;
  private final AtomicLong bytes = new AtomicLong();

  /** Guards {@code fault}, {@code left} and {@code ended}. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private Fault fault = Fault.PASS;

  /** What {@link Fault.Truncate} still lets through. */
  private long left;

  private boolean ended;

  /** A fault for one piece, whatever comes behind; how many bytes it lets through if it counts. */
  private record Turn(Fault fault, long bytes) {}

  Lane(InputStream from, Socket to) {
    this.from = from;
    this.to = to;
  }

  /** How many bytes have gone on. */
  long bytes() {
    return bytes.get();
  }

  /** From now on; also for bytes that are being held. */
  void set(Fault next) {
    lock.lock();
    try {
      fault = next;
      left = next instanceof Fault.Truncate truncate ? truncate.bytes() : 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (next instanceof Fault.HalfClose) {
      finishOutput();
    }
  }

  /** Lets go of whatever is held; the sockets are closed by whoever calls this. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Carries bytes until the sender has finished.
   *
   * @param cut what to do when {@link Fault.Truncate} has let through all it lets through
   */
  void carryAll(Runnable cut) throws IOException {
    var piece = new byte[PIECE_BYTES];
    for (int length = read(piece); length >= 0; length = read(piece)) {
      if (carry(piece, length)) {
        cut.run();
      }
    }
    awaitWhile(now -> now instanceof Fault.Stall || now instanceof Fault.Drop);
    finishOutput();
  }

  private int read(byte[] piece) throws IOException {
    awaitWhile(Fault.Stall.class::isInstance);
    return from.read(piece);
  }

  // A stall may have come while we were reading, and another fault while we held the piece. Whether
  // a truncation is done with: then the rest of the piece is left out, and nothing may follow.
  private boolean carry(byte[] piece, int length) throws IOException {
    awaitWhile(Fault.Stall.class::isInstance);
    var turn = turn(length);
    var now = turn.fault;
    if (now instanceof Fault.Delay delay) {
      if (isDue(delay)) {
        write(piece, 0, length);
      } else {
        return carry(piece, length);
      }
    } else if (now instanceof Fault.ByteByByte) {
      writeByteByByte(piece, length);
    } else if (now instanceof Fault.Truncate) {
      write(piece, 0, (int) Math.min(turn.bytes, length));
      return turn.bytes <= length;
    } else if (now instanceof Fault.Pass) {
      write(piece, 0, length);
    }
    return false;
  }

  private void writeByteByByte(byte[] piece, int length) throws IOException {
    for (int i = 0; i < length; i++) {
      write(piece, i, 1);
      LockSupport.parkNanos(BETWEEN_BYTES_NANOS);
    }
  }

  private void write(byte[] piece, int offset, int length) throws IOException {
    // Counted first: whoever has received a byte finds it counted.
    bytes.addAndGet(length);
    to.getOutputStream().write(piece, offset, length);
  }

  private void finishOutput() {
    try {
      to.shutdownOutput();
    } catch (IOException e) {
      end(); // it is gone already
    }
  }

  private Turn turn(int length) {
    lock.lock();
    try {
      var turn = new Turn(fault, left);
      left = Math.max(0, left - length);
      return turn;
    } finally {
      lock.unlock();
    }
  }

  private void awaitWhile(Predicate<Fault> held) {
    lock.lock();
    try {
      while (!ended && held.test(fault)) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits; false if another fault has come meanwhile. */
  private boolean isDue(Fault.Delay delay) throws IOException {
    lock.lock();
    try {
      long nanos = delay.time().toNanos();
      while (!ended && fault == delay && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      return ended || fault == delay;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      lock.unlock();
    }
  }
}
