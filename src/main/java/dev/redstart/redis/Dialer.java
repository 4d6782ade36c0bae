package dev.redstart.redis;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** Opens connections to one server: address, TLS. On the calling thread. */
record Dialer(RedisOptions options, Loop loop) {
  Handshake dial(long deadlineNanos) throws IOException {
    Transport transport = transport(deadlineNanos);
    try {
      return new Handshake(transport, loop, options, deadlineNanos);
    } catch (RuntimeException | Error failed) {
      transport.channel().close();
      throw failed;
    }
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

  private Endpoint.Single server() {
    if (options.endpoint() instanceof Endpoint.Single server) {
      return server;
    }
    throw new IllegalStateException("several servers: " + options.address());
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
