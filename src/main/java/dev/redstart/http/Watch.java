package dev.redstart.http;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A thread's deadline for what it does on its socket. The JDK's server has none: a thread would
 * wait for ever for a client that sends slowly or does not read. An interrupt is the only way to
 * end that from outside, and it closes the socket.
 */
final class Watch {
  private static final long NONE = 0;

  private final Thread thread;

  /** Guards all below: an interrupt comes between begin and end, or not at all. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile long deadlineNanos = NONE;
  private boolean late;

  Watch(Thread thread) {
    this.thread = thread;
  }

  void begin(Duration limit) {
    begin(System.nanoTime(), limit);
  }

  void begin(long sinceNanos, Duration limit) {
    long deadline = sinceNanos + limit.toNanos();
    deadlineNanos = deadline == NONE ? 1 : deadline;
  }

  /**
   * @throws InterruptedIOException if it was too late: the socket is closed
   */
  void end() throws InterruptedIOException {
    if (!isInTime()) {
      throw new InterruptedIOException("the client took too long");
    }
  }

  /** Ends it. Afterwards the thread, which must be the caller, is not interrupted by this. */
  boolean isInTime() {
    lock.lock();
    try {
      deadlineNanos = NONE;
      boolean inTime = !late;
      if (late) {
        late = false;
        Thread.interrupted();
      }
      return inTime;
    } finally {
      lock.unlock();
    }
  }

  /** Called by the watchdog. */
  void check(long nowNanos) {
    if (isOver(nowNanos)) {
      lock.lock();
      try {
        if (isOver(nowNanos)) {
          deadlineNanos = NONE;
          late = true;
          thread.interrupt();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean isOver(long nowNanos) {
    long deadline = deadlineNanos;
    return deadline != NONE && nowNanos - deadline > 0;
  }
}
