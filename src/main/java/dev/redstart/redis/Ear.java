package dev.redstart.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * What a caller needs to wait for bytes by itself and to read them: a selector, so that neither an
 * interrupt closes the connection nor a dead server holds the caller beyond its deadline, and a
 * buffer. Used by one thread at a time, and woken by any.
 */
final class Ear implements Runnable {
  private static final int IN_BYTES = 16 * 1024;
  private static final long SOON_MILLIS = 50;

  private final Selector selector;
  private final ByteBuffer in = ByteBuffer.allocateDirect(IN_BYTES);
  private volatile Thread listener;

  private Ear(Selector selector) {
    this.selector = selector;
  }

  static Ear open(SocketChannel channel) throws IOException {
    Selector selector = Selector.open();
    try {
      channel.register(selector, SelectionKey.OP_READ);
      return new Ear(selector);
    } catch (IOException | RuntimeException | Error failed) {
      selector.close();
      throw failed;
    }
  }

  /** From here on this thread is woken when others end the call: by a cancellation, say. */
  void listenFor(Pending<?> pending) {
    listener = Thread.currentThread();
    pending.whenSettled(this);
  }

  /**
   * Waits for bytes, but not for long: what is not there soon gains nothing from being read without
   * a hand-over, and the loop has to see how long it takes.
   *
   * @return false if none came: the time is over, or this thread was woken or interrupted
   */
  boolean hears(long deadlineNanos) throws IOException {
    long millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    return selector.select(key -> {}, Math.max(1, Math.min(millis, SOON_MILLIS))) > 0;
  }

  ByteBuffer buffer() {
    return in;
  }

  /** This thread listens no more: a call that ends later is not to wake the next one. */
  void leave() {
    listener = null;
  }

  @Override
  public void run() {
    Thread present = listener;
    if (present != null && present != Thread.currentThread()) {
      wake();
    }
  }

  void wake() {
    selector.wakeup();
  }

  void close() {
    try {
      selector.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
