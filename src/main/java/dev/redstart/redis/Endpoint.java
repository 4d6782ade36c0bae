package dev.redstart.redis;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where a server listens. {@code toString} is how every message names it. */
sealed interface Endpoint {
  /** Every address to try, in order. Asks the resolver, so it may wait. */
  List<SocketAddress> addresses() throws UnknownHostException;

  record Tcp(String host, int port) implements Endpoint {
    public Tcp {
      if (host.isBlank()) {
        throw new IllegalArgumentException("host: must not be blank");
      }
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException("port: must be 1 to 65535, was " + port);
      }
    }

    @Override
    public List<SocketAddress> addresses() throws UnknownHostException {
      return Stream.of(InetAddress.getAllByName(host))
          .<SocketAddress>map(address -> new InetSocketAddress(address, port))
          .toList();
    }

    @Override
    public String toString() {
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  record Unix(Path path) implements Endpoint {
    @Override
    public List<SocketAddress> addresses() {
      return List.of(UnixDomainSocketAddress.of(path));
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }
}
