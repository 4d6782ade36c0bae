package dev.redstart.redis;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The nodes of a cluster that a client has to do with, each made when it is first needed. */
final class Nodes implements Loop.Watch {
  /** Somebody may have been told of the node just before it was removed. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Retired(Node node, long sinceNanos) {
    boolean isOver(long nowNanos) {
      return nowNanos - sinceNanos > LINGER_NANOS && node.isIdle();
    }
  }

  private final RedisOptions options;
  private final Loop loop;
  private final Detour detour;
  private final ConcurrentMap<Endpoint.Tcp, Node> live = new ConcurrentHashMap<>();
  private final Collection<Retired> retired = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  Nodes(RedisOptions options, Loop loop, Detour detour) {
    this.options = options;
    this.loop = loop;
    this.detour = detour;
    loop.watch(this);
  }

  Node at(Endpoint.Tcp endpoint) {
    Node known = live.get(endpoint);
    return known != null ? known : live.computeIfAbsent(endpoint, this::make);
  }

  private Node make(Endpoint.Tcp endpoint) {
    var node = new Node(new Connector(options.at(endpoint), loop), detour);
    if (closed) {
      node.close();
    }
    return node;
  }

  List<Node> live() {
    return List.copyOf(live.values());
  }

  /** Forgets all others; their connections are closed when their calls have ended. */
  void keep(Set<Endpoint.Tcp> wanted) {
    for (Endpoint.Tcp endpoint : Set.copyOf(live.keySet())) {
      if (!wanted.contains(endpoint)) {
        retire(live.remove(endpoint));
      }
    }
  }

  /**
   * If it hangs, or its host is down, whoever waits for it does so in vain, above all who blocks;
   * and should it go on one day, it may still take itself for what it was, and lose what it does.
   */
  private void retire(Node node) {
    retired.add(new Retired(node, System.nanoTime()));
    if (!node.isIdle()) {
      node.ping(Duration.ofNanos(LINGER_NANOS));
    }
  }

  /** On the loop: sends what waits for a connection elsewhere, if it belongs there by now. */
  void reroute() {
    all().toList().forEach(Node::reroute);
  }

  /** Writes what was sent to be written when told. */
  void flush() {
    all().forEach(Node::flush);
  }

  private Stream<Node> all() {
    return Stream.concat(live.values().stream(), retired.stream().map(Retired::node));
  }

  @Override
  public void tick(long nowNanos) {
    for (Retired each : retired) {
      if (each.isOver(nowNanos)) {
        retired.remove(each);
        each.node.close();
      } else if (each.node.isSilent()) {
        each.node.breakOff(new SocketTimeoutException("it was replaced, and keeps silent"));
      }
    }
  }

  /** As {@link Node#drain}, of all. */
  void drain(long patienceNanos) {
    long deadlineNanos = System.nanoTime() + patienceNanos;
    all().forEach(node -> node.drain(deadlineNanos - System.nanoTime()));
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    loop.unwatch(this);
    closed = true;
    all().forEach(Node::close);
  }
}
