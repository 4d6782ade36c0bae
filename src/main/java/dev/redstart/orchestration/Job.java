package dev.redstart.orchestration;

import dev.redstart.redis.Threads;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/** A task in its handler's hands, on the thread that made this. Whoever ends it first says how. */
final class Job {
  /** How it ended. */
  enum Ending {
    /** The handler returned, or threw. */
    RETURNED,
    /** Its time was over; the handler was interrupted. */
    TIMED_OUT,
    /** The child had to stop at once; the handler was interrupted. */
    CUT
  }

  private final Thread worker = Thread.currentThread();
  private final CountDownLatch returned = new CountDownLatch(1);
  private final CompletableFuture<Void> clock = new CompletableFuture<>();

  /** Guards what is below; and nobody is interrupted who is not in the handler any more. */
  private final ReentrantLock lock = new ReentrantLock();

  private Ending ending;
  private long endedNanos;

  /** After so long, the handler is interrupted and this done on a thread of its own. */
  void limit(Duration time, Runnable expired) {
    clock
        .orTimeout(time.toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete(
            (done, over) -> {
              if (over instanceof TimeoutException && end(Ending.TIMED_OUT)) {
                Threads.start("redstart-timeout", expired);
              }
            });
  }

  /** Interrupts the handler, if it is still at work. */
  void cut() {
    end(Ending.CUT);
  }

  private boolean end(Ending how) {
    lock.lock();
    try {
      if (ending != null) {
        return false;
      }
      ending = how;
      endedNanos = System.nanoTime();
      if (how != Ending.RETURNED) {
        worker.interrupt();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The handler has returned: how it ended. */
  Ending finish() {
    end(Ending.RETURNED);
    clock.complete(null);
    returned.countDown();
    if (ending != Ending.RETURNED) {
      // It was for the handler.
      Thread.interrupted();
    }
    return ending;
  }

  /** Whether the handler does not care that it was interrupted so long ago. */
  boolean isStuck(Duration patience) {
    lock.lock();
    try {
      return ending != null && System.nanoTime() - endedNanos > patience.toNanos();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the handler to return, unless this is called by it. */
  void awaitReturn(Duration limit) {
    if (Thread.currentThread() == worker) {
      return;
    }
    try {
      returned.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }
}
