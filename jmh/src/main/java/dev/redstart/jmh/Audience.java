package dev.redstart.jmh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Many clients that follow runs, on one thread. Each event must have the moment at which it was
 * sent in its data, as {@code nanos}; each client must get all events of its run in their order.
 */
final class Audience implements AutoCloseable {
  private final InetSocketAddress address;
  private final Selector selector;
  private final List<Client> clients = new ArrayList<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);

  /** Written by one thread; the volatile count behind each makes it visible. */
  private final long[] delays;

  private volatile int events;
  private volatile String failure = "";

  /**
   * @param eventsMax how many will come to all clients together
   */
  Audience(int port, int eventsMax) {
    try {
      address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    delays = new long[eventsMax];
    var thread = new Thread(this::run, "audience");
    thread.setDaemon(true);
    thread.start();
  }

  /** What a client has got so far. */
  private static final class Client {
    private long last;

    /** Of a line whose end is still to come. */
    private String rest = "";

    /** The data of the next event. */
    void take(String data) {
      long sequence = number(data, "\"sequence\":");
      if (sequence != last + 1) {
        throw new IllegalStateException("event " + sequence + " came after " + last);
      }
      last = sequence;
    }
  }

  private static long number(String json, String key) {
    int start = json.indexOf(key) + key.length();
    int end = start;
    while (Character.isDigit(json.charAt(end))) {
      end++;
    }
    return Long.parseLong(json, start, end, 10);
  }

  void follow(String run) {
    var request = "GET /runs/" + run + "/events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n";
    try {
      var channel = SocketChannel.open(address);
      channel.write(ByteBuffer.wrap(request.getBytes(US_ASCII)));
      channel.configureBlocking(false);
      var client = new Client();
      clients.add(client);
      channel.register(selector, SelectionKey.OP_READ, client);
      selector.wakeup();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run() {
    try {
      while (selector.isOpen()) {
        selector.select(this::read);
      }
    } catch (ClosedSelectorException end) {
      // Nobody listens any more.
    } catch (IOException | RuntimeException e) {
      failure = e.toString();
    }
  }

  private void read(SelectionKey key) {
    var client = (Client) key.attachment();
    buffer.clear();
    if (!read((SocketChannel) key.channel())) {
      throw new IllegalStateException("a stream ended after event " + client.last);
    }
    long now = System.nanoTime();
    var text = client.rest + ISO_8859_1.decode(buffer.flip());
    if (client.last == 0 && text.startsWith("HTTP/1.1 ") && !text.startsWith("200", 9)) {
      throw new IllegalStateException(text);
    }
    client.rest = rest(client, text, now);
  }

  private boolean read(SocketChannel channel) {
    try {
      return channel.read(buffer) >= 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Headers and the sizes of chunks are lines like others. None is in the middle of an event: the
   * service writes each of these small ones as one chunk, and if not, its number is missed.
   */
  private String rest(Client client, String text, long now) {
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      if (text.startsWith("data: ", start)) {
        var data = text.substring(start, end);
        client.take(data);
        delays[events] = now - number(data, "\"nanos\":");
        events++;
      }
      start = end + 1;
    }
    return text.substring(start);
  }

  /**
   * Returns when each client has got so many events.
   *
   * @throws IllegalStateException if that takes too long, or a client missed one or got it twice
   */
  void await(int each, long seconds) {
    int all = Math.multiplyExact(each, clients.size());
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (events < all && failure.isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(events + " of " + all + " events came");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    if (!failure.isEmpty() || events > all) {
      throw new IllegalStateException(failure.isEmpty() ? "there were too many" : failure);
    }
  }

  /** From sending to arrival, in nanoseconds and sorted; without the first so many events. */
  long[] delaysAfter(int first) {
    var some = Arrays.copyOfRange(delays, first, events);
    Arrays.sort(some);
    return some;
  }

  @Override
  public void close() {
    try {
      var keys = List.copyOf(selector.keys());
      selector.close();
      for (var key : keys) {
        key.channel().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
