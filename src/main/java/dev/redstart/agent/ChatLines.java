package dev.redstart.agent;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The lines of a body as they come, with a limit for silence, which a stream of bytes would not
 * have. No more is read from the network than is asked for. For one thread.
 */
final class ChatLines implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {
  /** Far more than a piece of an answer has; a peer that never ends a line must not fill memory. */
  private static final int LINE_BYTES_MAX = 1 << 20;

  private static final byte LF = '\n';

  /** Why there are no more lines. */
  static final class BrokenException extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenException(String how) {
      super(how);
    }
  }

  /** An empty list: there will be no more. Whether that is too early shows in what came. */
  private final BlockingQueue<List<ByteBuffer>> coming = new LinkedBlockingQueue<>();

  private final Deque<ByteBuffer> here = new ArrayDeque<>();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private volatile Flow.Subscription subscription;
  private volatile boolean closed;
  private boolean ended;

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    if (closed) {
      subscription.cancel();
    } else {
      subscription.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    coming.add(bytes);
  }

  @Override
  public void onError(Throwable trouble) {
    coming.add(List.of());
  }

  @Override
  public void onComplete() {
    coming.add(List.of());
  }

  /**
   * The next line, without its end; empty when there are no more.
   *
   * @throws BrokenException if nothing came for so long, or the line is too long; the message says
   *     which
   */
  Optional<String> next(Duration silenceLimit) throws BrokenException, InterruptedException {
    while (!takeLine()) {
      if (ended) {
        return line.size() > 0 ? Optional.of(text()) : Optional.empty();
      }
      await(silenceLimit);
    }
    return Optional.of(text());
  }

  private void await(Duration limit) throws BrokenException, InterruptedException {
    var bytes = coming.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    if (bytes == null) {
      throw new BrokenException("was silent for " + limit.toMillis() + " ms");
    } else if (!bytes.isEmpty()) {
      here.addAll(bytes);
      subscription.request(1);
    } else {
      ended = true;
    }
  }

  /** Moves bytes up to the end of the line, if it is there. */
  private boolean takeLine() throws BrokenException {
    for (; !here.isEmpty(); here.remove()) {
      var bytes = here.peek();
      while (bytes.hasRemaining()) {
        byte next = bytes.get();
        if (next == LF) {
          return true;
        } else if (line.size() >= LINE_BYTES_MAX) {
          throw new BrokenException("sent a line that does not end");
        }
        line.write(next);
      }
    }
    return false;
  }

  private String text() {
    var text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /** Leaves the connection, which ends by that if there was more to come. */
  @Override
  public void close() {
    closed = true;
    var known = subscription;
    if (known != null) {
      known.cancel();
    }
  }
}
