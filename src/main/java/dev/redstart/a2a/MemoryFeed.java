package dev.redstart.a2a;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;

/** Reads a record of a {@link MemoryTaskStorage}. */
final class MemoryFeed implements TaskStream {
  private static final Duration LONGEST = Duration.ofDays(3650);

  private final MemoryTaskStorage storage;
  private final MemoryTask task;

  /** The storage's; guards what is below. */
  private final ReentrantLock lock;

  private long cursor;
  private boolean ended;
  private boolean closed;

  MemoryFeed(MemoryTaskStorage storage, MemoryTask task, ReentrantLock lock, long after) {
    this.storage = storage;
    this.task = task;
    this.lock = lock;
    this.cursor = after;
  }

  @Override
  public Optional<Sequenced> next(Duration wait) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("this stream of " + task.id + " is closed");
      }
      return await(wait.compareTo(LONGEST) < 0 ? wait.toNanos() : LONGEST.toNanos());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException("waiting for events of " + task.id + " was interrupted");
    } finally {
      lock.unlock();
    }
  }

  private Optional<Sequenced> await(long nanos) throws InterruptedException {
    long left = nanos;
    var next = look();
    while (next.isEmpty() && !ended && !closed && left > 0) {
      long expiry = Math.max(1, task.leftNanos());
      long spent = Math.min(left, expiry);
      left -= spent - Math.max(0, task.changed.awaitNanos(spent));
      next = look();
    }
    return next;
  }

  private Optional<Sequenced> look() {
    if (ended || storage.isClosed() || !storage.has(task)) {
      ended = true;
      return Optional.empty();
    }
    var next = task.after(cursor);
    next.ifPresent(event -> cursor = event.generation());
    ended = task.isOver() && (task.reply().isPresent() || cursor >= task.generation());
    return next;
  }

  @Override
  public boolean isEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      task.changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
