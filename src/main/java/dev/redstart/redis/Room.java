package dev.redstart.redis;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds the commands on one lane that have no reply yet, by count and by bytes. Entering waits;
 * leaving never does. One command alone always has room, whatever its size.
 */
final class Room {
  /** A wake-up may slip past a thread that is just about to wait: it looks again by itself. */
  private static final long LOOK_AGAIN_NANOS = 20_000_000;

  private final int commandsMax;
  private final long bytesMax;
  private final Runnable beforeWaiting;
  private final AtomicInteger commands = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger waiting = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition left = lock.newCondition();
  private volatile boolean shut;

  /** {@code beforeWaiting}: what has to be done for the others to leave at all. */
  Room(int commandsMax, long bytesMax, Runnable beforeWaiting) {
    this.commandsMax = commandsMax;
    this.bytesMax = bytesMax;
    this.beforeWaiting = beforeWaiting;
  }

  /**
   * Waits for room, at most until the command's deadline.
   *
   * @param awaited whether the calling thread is going to wait for the reply, which an interrupted
   *     one must not begin
   * @throws RedisException if there is none; nothing was sent
   */
  void enter(Pending<?> pending, boolean awaited) {
    if (shut) {
      throw unavailable(pending, "the client is closed");
    }
    try {
      if (awaited && Thread.currentThread().isInterrupted()) {
        throw new InterruptedException();
      }
      if (!tryEnter(pending.length()) && !enterLater(pending.length(), pending.deadlineNanos)) {
        throw unavailable(pending, "too many commands wait for their replies");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      String text = "not sent: the calling thread was interrupted";
      throw new RedisException.Interrupted(pending.order.sentence(text), false);
    }
  }

  private static RedisException unavailable(Pending<?> pending, String why) {
    return new RedisException.Unavailable(pending.order.sentence("not sent: " + why), null);
  }

  /** Lets nobody in any more. */
  void shut() {
    shut = true;
  }

  /** In any case: for the few commands that the client sends by itself. */
  void force(int length) {
    commands.incrementAndGet();
    bytes.addAndGet(length);
  }

  private boolean tryEnter(int length) {
    int count = commands.incrementAndGet();
    long sum = bytes.addAndGet(length);
    if (count == 1 || (count <= commandsMax && sum <= bytesMax)) {
      return true;
    }
    commands.decrementAndGet();
    bytes.addAndGet(-length);
    return false;
  }

  private boolean enterLater(int length, long deadlineNanos) throws InterruptedException {
    beforeWaiting.run();
    lock.lockInterruptibly();
    waiting.incrementAndGet();
    try {
      while (!tryEnter(length)) {
        long nanos = deadlineNanos - System.nanoTime();
        if (nanos <= 0) {
          return false;
        }
        left.awaitNanos(Math.min(nanos, LOOK_AGAIN_NANOS));
      }
      return true;
    } finally {
      waiting.decrementAndGet();
      lock.unlock();
    }
  }

  boolean isEmpty() {
    return commands.get() == 0;
  }

  void leave(int length) {
    commands.decrementAndGet();
    bytes.addAndGet(-length);
    if (waiting.get() > 0) {
      lock.lock();
      try {
        left.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
