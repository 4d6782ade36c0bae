package dev.redstart.redis;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;

/** Waits for channels that never wait by themselves, up to one deadline for all of it. */
final class Patience implements AutoCloseable {
  private final Selector selector;
  private final long deadlineNanos;

  Patience(long nanos) throws IOException {
    this.selector = Selector.open();
    this.deadlineNanos = System.nanoTime() + nanos;
  }

  void await(SelectableChannel channel, int operation) throws IOException {
    channel.register(selector, operation);
    selector.selectedKeys().clear();
    while (selector.select(millisLeft()) == 0) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while connecting");
      }
    }
  }

  private long millisLeft() throws SocketTimeoutException {
    long millis = (deadlineNanos - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new SocketTimeoutException("no answer in time");
    }
    return millis;
  }

  /** Frees the channel, so that another selector may serve it. */
  @Override
  public void close() throws IOException {
    selector.close();
  }
}
