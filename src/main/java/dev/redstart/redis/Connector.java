package dev.redstart.redis;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** Makes connections: address, TLS, handshake. One attempt a call, on the calling thread. */
final class Connector {
  private static final long BACKOFF_MILLIS = 10;
  private static final long BACKOFF_MILLIS_MAX = 1_000;
  private static final int DOUBLINGS_MAX = 7;

  private final RedisOptions options;
  private final Loop loop;

  /** Since the server last answered anything, on any connection. */
  private final AtomicInteger failures = new AtomicInteger();

  Connector(RedisOptions options, Loop loop) {
    this.options = options;
    this.loop = loop;
  }

  RedisOptions options() {
    return options;
  }

  Loop loop() {
    return loop;
  }

  /**
   * Connects and shakes hands, all within the connect timeout. The party gets the connection on the
   * loop's thread, before this returns.
   */
  void connect(Reconnection.Party party) throws NoConnection {
    long deadlineNanos = System.nanoTime() + options.connectTimeout().toNanos();
    try {
      shakeHands(transport(deadlineNanos), party, deadlineNanos);
    } catch (IOException | RuntimeException | Error problem) {
      // Errors too, a supplier's or for lack of memory: those who wait must hear of it.
      failed();
      throw new Explanation(options).of(problem);
    }
  }

  private void shakeHands(Transport transport, Reconnection.Party party, long deadlineNanos)
      throws IOException {
    try {
      new Handshake(transport, loop, options, deadlineNanos).handTo(party);
    } catch (RuntimeException | Error failed) {
      transport.channel().close();
      throw failed;
    }
  }

  /** An attempt has failed, or has brought a connection that broke before it was of any use. */
  void failed() {
    failures.incrementAndGet();
  }

  /** The server has answered something: the next trouble starts from a short pause again. */
  void succeeded() {
    if (failures.get() != 0) {
      failures.set(0);
    }
  }

  /**
   * How long to wait before the next attempt, with full jitter; not at all when all was well. One
   * count for the whole client: a hundred callers must not hammer a server that refuses each.
   */
  long pauseMillis() {
    int attempts = failures.get();
    if (attempts == 0) {
      return 0;
    }
    long most = BACKOFF_MILLIS << Math.min(attempts - 1, DOUBLINGS_MAX);
    return 1 + ThreadLocalRandom.current().nextLong(Math.min(BACKOFF_MILLIS_MAX, most));
  }

  private Endpoint.Single server() {
    if (options.endpoint() instanceof Endpoint.Single server) {
      return server;
    }
    throw new UnsupportedOperationException("no single server: " + options.address());
  }

  private Transport transport(long deadlineNanos) throws IOException {
    List<SocketAddress> addresses = server().addresses();
    IOException last = null;
    for (int i = 0; i < addresses.size(); i++) {
      try {
        // An address that swallows everything must leave time for the next one.
        long share = (deadlineNanos - System.nanoTime()) / (addresses.size() - i);
        return transport(addresses.get(i), share);
      } catch (IOException failed) {
        if (last != null) {
          failed.addSuppressed(last);
        }
        last = failed;
      }
    }
    throw last;
  }

  private Transport transport(SocketAddress address, long nanos) throws IOException {
    SocketChannel channel =
        address instanceof UnixDomainSocketAddress
            ? SocketChannel.open(StandardProtocolFamily.UNIX)
            : SocketChannel.open();
    try (var patience = new Patience(nanos)) {
      channel.configureBlocking(false);
      connect(channel, address, patience);
      return options.tls().isPresent()
          ? TlsTransport.open(channel, engine(options.tls().get()), patience)
          : new Transport.Plain(channel);
    } catch (IOException | RuntimeException | Error failed) {
      channel.close();
      throw failed;
    }
  }

  private static void connect(SocketChannel channel, SocketAddress address, Patience patience)
      throws IOException {
    if (!(address instanceof UnixDomainSocketAddress)) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }
    if (!channel.connect(address)) {
      do {
        patience.await(channel, SelectionKey.OP_CONNECT);
      } while (!channel.finishConnect());
    }
  }

  private SSLEngine engine(Supplier<SSLContext> context) {
    SSLEngine engine =
        options.endpoint() instanceof Endpoint.Tcp tcp
            ? context.get().createSSLEngine(tcp.host(), tcp.port())
            : context.get().createSSLEngine();
    var parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    return engine;
  }
}
