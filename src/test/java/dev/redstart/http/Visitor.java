package dev.redstart.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;

/**
 * A client that follows a stream as a browser does: comes back, wherever the {@code ports} send it,
 * with the last id that it saw, until it is told that there is no more.
 */
final class Visitor {
  /** How it reads. */
  enum Temper {
    /** All there is. */
    EAGER,
    /** Byte by byte for a while. */
    SIPS,
    /** Stops reading a few times; has a small buffer. */
    NAPS,
    /** Leaves now and then. */
    LEAVES
  }

  private static final int SMALL_BUFFER = 4096;
  private static final int SIPPED_BYTES_MAX = 3000;
  private static final int STAY_BYTES_MAX = 20_000;
  private static final int NAP_MILLIS_MAX = 1000;
  private static final int NAPS_MAX = 4;

  /** For so long that the service has to wait for it. */
  private static final int FIRST_NAP_MILLIS = 2000;

  private final String path;
  private final View view;
  private final Temper temper;
  private final IntSupplier ports;
  private final Random random;
  private final CompletableFuture<Visitor> end = new CompletableFuture<>();

  // Of the connection that it has now.
  private SocketChannel channel;
  private SelectionKey key;
  private Frames frames;
  private StringBuilder head;
  private int status;
  private int taken;
  private int bytesMax;

  private String lastId = "";
  private int visits;
  private int refused;
  private int naps;

  Visitor(String path, View view, Temper temper, IntSupplier ports, Random random) {
    this.path = path;
    this.view = view;
    this.temper = temper;
    this.ports = ports;
    this.random = random;
  }

  /** Done when it was told that there is no more. */
  CompletableFuture<Visitor> end() {
    return end;
  }

  View view() {
    return view;
  }

  /** How often it was connected. */
  int visits() {
    return visits;
  }

  /** How often it was told to come later. */
  int refused() {
    return refused;
  }

  void come(Crowd crowd) {
    frames = new Frames(view, lastId);
    head = new StringBuilder();
    status = 0;
    taken = 0;
    bytesMax = temper == Temper.LEAVES ? random.nextInt(STAY_BYTES_MAX) : Integer.MAX_VALUE;
    try {
      channel = SocketChannel.open();
      channel.configureBlocking(false);
      if (temper == Temper.NAPS) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
      }
      key = crowd.register(channel, this);
      if (channel.connect(new InetSocketAddress("127.0.0.1", ports.getAsInt()))) {
        ask();
      }
    } catch (IOException refused) {
      leave(crowd);
    }
  }

  private void ask() throws IOException {
    visits++;
    var again = lastId.isEmpty() ? "" : "Last-Event-ID: " + lastId + "\r\n";
    var words = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n";
    channel.write(ByteBuffer.wrap((words + again + "\r\n").getBytes(ISO_8859_1)));
    key.interestOps(SelectionKey.OP_READ);
  }

  void ready(Crowd crowd) {
    try {
      if (!key.isValid()) {
        return; // Left in this very round.
      }
      if (key.isConnectable()) {
        channel.finishConnect();
        ask();
      } else if (key.isReadable()) {
        read(crowd);
      }
    } catch (IOException cut) {
      leave(crowd);
    } catch (AssertionError | RuntimeException wrong) {
      close();
      end.completeExceptionally(new AssertionError(this + ": " + wrong.getMessage(), wrong));
    }
  }

  private void read(Crowd crowd) throws IOException {
    boolean sips = temper == Temper.SIPS && taken < SIPPED_BYTES_MAX;
    var bytes = crowd.buffer(sips ? 1 : Integer.MAX_VALUE);
    int size = channel.read(bytes);
    if (size < 0) {
      leave(crowd);
      return;
    }
    taken += size;
    take(bytes.flip());
    if (status == 204) {
      over();
    } else if (frames.isOver() || status == 503 || taken > bytesMax) {
      leave(crowd);
    } else if (temper == Temper.NAPS && naps < NAPS_MAX && random.nextInt(8) == 0) {
      nap(crowd);
    }
  }

  private void take(ByteBuffer bytes) {
    while (status == 0 && bytes.hasRemaining()) {
      head.append((char) bytes.get());
      if (head.length() > 3 && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
        status = Integer.parseInt(head.substring(9, 12));
      }
    }
    if (status == 200) {
      frames.take(bytes);
      lastId = frames.lastId();
    } else if (status == 503) {
      refused++;
    } else if (status != 0 && status != 204) {
      throw new AssertionError("the answer is " + head);
    }
  }

  private void nap(Crowd crowd) {
    key.interestOps(0);
    var napping = key;
    int millis = naps++ == 0 ? FIRST_NAP_MILLIS : random.nextInt(NAP_MILLIS_MAX);
    crowd.later(
        Duration.ofMillis(millis),
        () -> {
          if (napping.isValid()) {
            napping.interestOps(SelectionKey.OP_READ);
          }
        });
  }

  private void over() {
    close();
    view.over();
    end.complete(this);
  }

  private void leave(Crowd crowd) {
    close();
    view.cutOff();
    if (!end.isDone()) {
      crowd.later(Duration.ofMillis(1 + random.nextInt(40)), () -> come(crowd));
    }
  }

  private void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return path + " after " + lastId + ", " + temper + ", visit " + visits + ", " + view;
  }
}
