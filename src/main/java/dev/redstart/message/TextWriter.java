package dev.redstart.message;

import dev.redstart.redis.Threads;
import dev.redstart.resp.RespEncoder;
import java.io.ByteArrayOutputStream;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Appends pieces of text without waiting for each: the first one travels at once, and what comes
 * while an append is under way travels with the next one. The order is kept. Thread-safe; other
 * writes to the message should come after a {@link #flush}.
 */
public final class TextWriter implements AutoCloseable {
  /** More than this is not gathered: whoever is faster than Redis waits. */
  private static final int GATHERED_BYTES_MAX = 64 << 10;

  private final Message message;

  /** Guards all below; not held while Redis is asked. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
  private boolean isStarted;
  private boolean isUnderWay;
  private boolean isClosed;

  /** Null: none. */
  private RuntimeException failure;

  TextWriter(Message message) {
    this.message = message;
  }

  /**
   * Has a piece of text appended soon, without waiting unless there is very much to be written. If
   * the message has ended, or has another producer, it is dropped.
   *
   * @return what was last heard of the message
   * @throws IllegalArgumentException if the text has half of a character (an unpaired surrogate)
   * @throws IllegalStateException if this was closed
   * @throws MessageException as {@link Message#appendText(String)}, of an earlier piece
   * @throws dev.redstart.redis.RedisException if an earlier piece could not be written, or may not
   *     have been; none is written after that
   */
  public Written append(String delta) {
    var bytes = RespEncoder.word(Objects.requireNonNull(delta, "delta"));
    lock.lock();
    try {
      if (isClosed) {
        throw new IllegalStateException("this writer is closed");
      }
      while (gathered.size() > GATHERED_BYTES_MAX) {
        changed.awaitUninterruptibly();
      }
      refuseAfterFailure();
      if (bytes.length > 0 && !message.last().isOver()) {
        gathered.writeBytes(bytes);
        start();
      }
      return message.last();
    } finally {
      lock.unlock();
    }
  }

  private void refuseAfterFailure() {
    if (failure != null) {
      throw failure;
    }
  }

  private void start() {
    if (!isStarted) {
      isStarted = true;
      Threads.start("redstart-text", this::run);
    }
    changed.signalAll();
  }

  /**
   * Waits until all that was appended before is written, or has failed.
   *
   * @return what was last heard of the message
   * @throws MessageException as {@link #append}
   * @throws dev.redstart.redis.RedisException as {@link #append}
   */
  public Written flush() {
    lock.lock();
    try {
      while (isUnderWay || gathered.size() > 0) {
        changed.awaitUninterruptibly();
      }
      refuseAfterFailure();
      return message.last();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    for (var next = take(); next.length > 0; next = take()) {
      write(next);
    }
  }

  /** Empty when it is closed, and there is no more. */
  private byte[] take() {
    lock.lock();
    try {
      while (gathered.size() == 0 && !isClosed) {
        changed.awaitUninterruptibly();
      }
      isUnderWay = gathered.size() > 0;
      var bytes = gathered.toByteArray();
      gathered.reset();
      changed.signalAll();
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  private void write(byte[] bytes) {
    RuntimeException trouble = new IllegalStateException("the writer has failed");
    try {
      message.heard(message.stored().append(-1, bytes));
      trouble = null;
    } catch (RuntimeException why) {
      trouble = why;
    } finally {
      settle(trouble);
    }
  }

  private void settle(RuntimeException trouble) {
    lock.lock();
    try {
      isUnderWay = false;
      failure = trouble;
      if (failure != null || message.last().isOver()) {
        gathered.reset();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits as {@link #flush}, but does not throw. May be called again. */
  @Override
  public void close() {
    lock.lock();
    try {
      isClosed = true;
      changed.signalAll();
      while (isUnderWay || gathered.size() > 0) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
