package dev.redstart.redis;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where a Redis is found. {@code toString} is how every message names it. */
sealed interface Endpoint {
  /** Where one server listens. */
  sealed interface Single extends Endpoint {
    /** Every address to try, in order. Asks the resolver, so it may wait. */
    List<SocketAddress> addresses() throws UnknownHostException;
  }

  record Tcp(String host, int port) implements Single {
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

  record Unix(Path path) implements Single {
    @Override
    public List<SocketAddress> addresses() {
      return List.of(UnixDomainSocketAddress.of(path));
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * A cluster, as one finds it.
   *
   * @param seeds nodes to ask for all others
   */
  record Cluster(List<Tcp> seeds) implements Endpoint {
    public Cluster {
      seeds = List.copyOf(seeds);
    }

    @Override
    public String toString() {
      return list(seeds);
    }
  }

  /**
   * The server that Sentinels call the master of this name, whichever it is by now.
   *
   * @param sentinels to be asked
   */
  record Sentinels(List<Tcp> sentinels, String master) implements Endpoint {
    public Sentinels {
      sentinels = List.copyOf(sentinels);
    }

    @Override
    public String toString() {
      return master + " of the Sentinels " + list(sentinels);
    }
  }

  /**
   * As servers write it: host and port apart.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Tcp tcp(String host, String port) {
    return new Tcp(host, Integer.parseInt(port));
  }

  private static String list(List<Tcp> hosts) {
    return hosts.stream().map(Tcp::toString).collect(Collectors.joining(","));
  }
}
