package dev.redstart.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Any number of {@link Visitor}s on one thread. */
final class Crowd implements AutoCloseable {
  private static final int READ_BYTES = 16 << 10;

  private final Selector selector;
  private final PriorityQueue<Due> due = new PriorityQueue<>();
  private final Queue<Due> fresh = new ConcurrentLinkedQueue<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
  private final Thread thread = new Thread(this::run, "crowd");
  private volatile boolean closed;

  private record Due(long nanos, Runnable work) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return Long.compare(nanos - other.nanos, 0);
    }
  }

  Crowd() {
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread.setDaemon(true);
    thread.start();
  }

  /** From any thread. */
  void join(Visitor visitor, Duration after) {
    fresh.add(new Due(System.nanoTime() + after.toNanos(), () -> visitor.come(this)));
    selector.wakeup();
  }

  /** On the crowd's thread, like all that visitors do. */
  void later(Duration after, Runnable work) {
    due.add(new Due(System.nanoTime() + after.toNanos(), work));
  }

  SelectionKey register(SocketChannel channel, Visitor visitor) throws IOException {
    return channel.register(selector, SelectionKey.OP_CONNECT, visitor);
  }

  ByteBuffer buffer(int bytesMax) {
    return buffer.clear().limit(Math.min(bytesMax, READ_BYTES));
  }

  private void run() {
    try (selector) {
      while (!closed) {
        selector.select(key -> ((Visitor) key.attachment()).ready(this), 1 + patienceMillis());
        due.addAll(taken());
        while (!due.isEmpty() && due.peek().nanos - System.nanoTime() <= 0) {
          due.poll().work.run();
        }
      }
      for (var key : selector.keys()) {
        key.channel().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Queue<Due> taken() {
    var all = new ConcurrentLinkedQueue<Due>();
    for (var next = fresh.poll(); next != null; next = fresh.poll()) {
      all.add(next);
    }
    return all;
  }

  private long patienceMillis() {
    long nanos = due.isEmpty() ? 1_000_000_000 : due.peek().nanos - System.nanoTime();
    return Math.max(0, nanos / 1_000_000);
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    selector.wakeup();
    thread.join();
  }
}
