package dev.redstart.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;

/**
 * A network that can be made bad: a TCP proxy on 127.0.0.1 in front of a server, with a {@link
 * Fault} for each direction, for all connections (those to come, too) or for one. In front of a
 * cluster it is one for each node, and who is sent from node to node stays behind it.
 */
public final class FaultProxy implements AutoCloseable {

  private static final int CONNECT_LIMIT_MILLIS = 5_000;
  private static final int BACKLOG = 1_024;

  // The kernel's minimum is about this.
  private static final int SMALL_BUFFER_BYTES = 4_096;

  /** In front of one server. */
  private record Front(ServerSocket listener, InetSocketAddress target) {
    int port() {
      return listener.getLocalPort();
    }
  }

  private final List<Front> fronts = new ArrayList<>();
  private final List<Thread> acceptors = new ArrayList<>();

  /** From those of the servers to ours; empty if there is one server. */
  private final Map<Integer, Integer> ports = new HashMap<>();

  private final Optional<ServerProcess> fleet;
  private final boolean smallBuffers;
  private final List<ProxyConnection> accepted = new CopyOnWriteArrayList<>();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile Fault toServer = Fault.PASS;
  private volatile Fault toClient = Fault.PASS;

  private FaultProxy(int port, boolean smallBuffers) throws IOException {
    this.smallBuffers = smallBuffers;
    this.fleet = Fleet.of(port);
    for (int each : fleet.map(ServerProcess::ports).orElse(List.of(port))) {
      fronts.add(front(each));
    }
    if (fleet.isPresent()) {
      fronts.forEach(front -> ports.put(front.target.getPort(), front.port()));
    }
  }

  private Front front(int port) throws IOException {
    var listener = new ServerSocket();
    if (smallBuffers) {
      listener.setReceiveBufferSize(SMALL_BUFFER_BYTES); // accepted sockets inherit it
    }
    listener.bind(new InetSocketAddress("127.0.0.1", 0), BACKLOG);
    return new Front(listener, new InetSocketAddress("127.0.0.1", port));
  }

  /** In front of a server on this port of 127.0.0.1. */
  public static FaultProxy to(int port) {
    return start(port, false);
  }

  /**
   * The same, with receive buffers so small that {@link Fault#STALL} is felt after a few KiB. Slow
   * for large amounts of data.
   */
  public static FaultProxy withSmallBuffers(int port) {
    return start(port, true);
  }

  private static FaultProxy start(int port, boolean smallBuffers) {
    try {
      var proxy = new FaultProxy(port, smallBuffers);
      proxy.fronts.forEach(proxy::open);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void open(Front front) {
    acceptors.add(Daemon.start("proxy-" + front.port() + "-accept", () -> acceptAll(front)));
  }

  private void acceptAll(Front front) {
    while (!front.listener.isClosed()) {
      try {
        connect(front.listener.accept(), front);
      } catch (IOException noServerOrClosed) {
        refused.addAndGet(front.listener.isClosed() ? 0 : 1);
      }
    }
  }

  private void connect(Socket client, Front front) throws IOException {
    var server = new Socket();
    try {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      if (smallBuffers) {
        server.setReceiveBufferSize(SMALL_BUFFER_BYTES);
      }
      server.connect(front.target, CONNECT_LIMIT_MILLIS);
    } catch (IOException noServer) {
      client.setSoLinger(true, 0);
      client.close();
      server.close();
      throw noServer;
    }
    var words = server.getInputStream();
    var heard = ports.isEmpty() ? words : new Readdressing(words, ports);
    var connection = new ProxyConnection(client, server, heard);
    accepted.add(connection);
    connection.toServer(toServer);
    connection.toClient(toClient);
    connection.start("proxy-" + front.port() + "-" + accepted.size());
    if (front.listener.isClosed()) {
      connection.reset(); // close() may have missed it
    }
  }

  public int port() {
    return fronts.get(0).port();
  }

  public String url() {
    var ours = fronts.stream().map(Front::port).toList();
    return fleet.map(servers -> servers.url("", ours)).orElse("redis://127.0.0.1:" + port());
  }

  /** For all connections, those to come as well. */
  public void toServer(Fault fault) {
    toServer = fault;
    accepted.forEach(connection -> connection.toServer(fault));
  }

  public void toClient(Fault fault) {
    toClient = fault;
    accepted.forEach(connection -> connection.toClient(fault));
  }

  public void both(Fault fault) {
    toServer(fault);
    toClient(fault);
  }

  /** Those that are open, oldest first. */
  public List<ProxyConnection> connections() {
    return accepted.stream().filter(ProxyConnection::isOpen).toList();
  }

  /** How many connections there have been so far. */
  public int accepted() {
    return accepted.size();
  }

  /** How many clients found no server behind the proxy. */
  public int refused() {
    return refused.get();
  }

  public long bytesToServer() {
    return sum(ProxyConnection::bytesToServer);
  }

  public long bytesToClient() {
    return sum(ProxyConnection::bytesToClient);
  }

  private long sum(ToLongFunction<ProxyConnection> bytes) {
    return accepted.stream().mapToLong(bytes).sum();
  }

  /** Ends all current connections in order; new ones are welcome. */
  public void cut() {
    accepted.forEach(ProxyConnection::cut);
  }

  /** Ends all current connections with a reset; new ones are welcome. */
  public void reset() {
    accepted.forEach(ProxyConnection::reset);
  }

  @Override
  public void close() {
    try {
      for (var front : fronts) {
        front.listener.close();
      }
      // The kernel listens on for as long as a thread is still in its accept.
      for (var acceptor : acceptors) {
        acceptor.join(CONNECT_LIMIT_MILLIS);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    reset();
  }
}
