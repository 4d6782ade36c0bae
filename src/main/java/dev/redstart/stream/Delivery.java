package dev.redstart.stream;

import dev.redstart.redis.EntryId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An entry in this consumer's hands: from when it is read until Redis has heard what became of it.
 */
final class Delivery {
  private final Source source;
  private final String id;
  private final List<byte[]> words;

  /** Guards what follows. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile int deliveries;
  private volatile boolean lost;
  private volatile long heldNanos;
  private Thread handler;
  private boolean cut;

  /** {@code heldNanos}: when it was certainly ours. */
  Delivery(Source source, Membership.Taken taken, long heldNanos) {
    this.source = source;
    this.id = taken.id();
    this.words = taken.words();
    this.deliveries = taken.deliveries();
    this.heldNanos = heldNanos;
  }

  Source source() {
    return source;
  }

  String id() {
    return id;
  }

  int deliveries() {
    return deliveries;
  }

  StreamMessage message() {
    return new StreamMessage(source.name(), EntryId.parse(id), words, deliveries, this::isLost);
  }

  /** The next delivery, in place. */
  void again() {
    deliveries++;
  }

  /** When a question to Redis was sent whose answer was that it is ours. */
  void held(long nanos) {
    heldNanos = nanos;
  }

  boolean isHeldSince(Duration time) {
    return System.nanoTime() - heldNanos < time.toNanos();
  }

  boolean isLost() {
    return lost;
  }

  /** Another consumer has it, or nobody has: the handler is told. */
  void lose() {
    lock.lock();
    try {
      lost = true;
      interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** The time to stop is over. */
  void cut() {
    lock.lock();
    try {
      cut = true;
      interrupt();
    } finally {
      lock.unlock();
    }
  }

  private void interrupt() {
    if (handler != null) {
      handler.interrupt();
    }
  }

  /** Its handler starts on this thread. False if it was lost. */
  boolean begin() {
    lock.lock();
    try {
      handler = lost ? null : Thread.currentThread();
      return !lost;
    } finally {
      lock.unlock();
    }
  }

  /** Its handler has ended; true if it was cut short. */
  boolean end() {
    lock.lock();
    try {
      handler = null;
      // Meant for this entry's handler, an interrupt must not reach the next one's.
      Thread.interrupted();
      return cut;
    } finally {
      lock.unlock();
    }
  }
}
