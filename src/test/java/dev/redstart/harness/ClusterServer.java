package dev.redstart.harness;

import dev.redstart.cli.NoServerException;
import dev.redstart.cli.PrivateServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A Redis cluster on this machine: masters that share the slots evenly, each with as many replicas
 * as a test wants. A node is named by its port, which never changes.
 *
 * <p>Usable from several threads, but killing, stopping, restarting, resharding and closing are one
 * thread's business at a time.
 */
public final class ClusterServer implements ServerProcess {

  /** After so long without an answer a node counts as dead, and its replica takes over. */
  private static final int NODE_TIMEOUT_MILLIS = 1_000;

  // Nobody could take over, so a moment's slowness of the machine must not close the cluster.
  private static final int NODE_TIMEOUT_WITHOUT_REPLICAS_MILLIS = 5_000;

  private final List<LocalServer> nodes;
  private final ClusterLook look;
  private final ClusterCli cli;
  private final Resharding moves;

  private ClusterServer(List<LocalServer> nodes, Optional<String> password) {
    this.nodes = nodes;
    this.look = new ClusterLook(ports(), password);
    this.cli = new ClusterCli(look);
    this.moves = new Resharding(look);
  }

  /** Three masters without replicas. */
  public static ClusterServer start() {
    return start(ServerOptions.plain(), 3, 0);
  }

  /**
   * Returns when all nodes know where each slot is, and all replicas have what their masters have.
   *
   * @throws NoServerException if no server is installed, or one does not start
   */
  public static ClusterServer start(ServerOptions wanted, int masters, int replicasEach) {
    if (!PrivateServer.isInstalled()) {
      throw new NoServerException(
          "A cluster needs redis-server or valkey-server on the PATH; 'make test' installs it.");
    }
    var options = wanted.withDefaults(defaults(wanted, replicasEach));
    var cluster =
        new ClusterServer(startNodes(options, masters * (1 + replicasEach)), options.password());
    try {
      new ClusterFormation(cluster.look).form(masters);
      Fleet.enter(cluster);
      return cluster;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  /** Returns when all that has been published up to now has reached all nodes: in order, each. */
  void awaitWords() {
    var channel = "words-" + System.nanoTime();
    var listeners = new ArrayList<RawClient>();
    try {
      for (int port : ports()) {
        listeners.add(RawClient.connect(port));
      }
      hearAll(channel, listeners);
      for (var listener : listeners) {
        listener.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("what was published did not reach all nodes", e);
    }
  }

  private void hearAll(String channel, List<RawClient> listeners) throws IOException {
    for (var listener : listeners) {
      listener.say("SUBSCRIBE", channel).hearReply();
    }
    ports().forEach(port -> look.ask(port, "PUBLISH", channel, "now"));
    var bulk = "$" + channel.length() + "\r\n" + channel + "\r\n";
    var message = "*3\r\n$7\r\nmessage\r\n" + bulk + "$3\r\nnow\r\n";
    for (var listener : listeners) {
      listener.hear(message.length() * listeners.size());
    }
  }

  private static ServerOptions defaults(ServerOptions wanted, int replicasEach) {
    int timeout = replicasEach > 0 ? NODE_TIMEOUT_MILLIS : NODE_TIMEOUT_WITHOUT_REPLICAS_MILLIS;
    var common =
        ServerOptions.plain()
            .withConfig("cluster-enabled", "yes")
            .withConfig("cluster-node-timeout", Integer.toString(timeout))
            .withConfig("repl-diskless-sync-delay", "0");
    return wanted.password().map(word -> common.withConfig("masterauth", word)).orElse(common);
  }

  private static List<LocalServer> startNodes(ServerOptions options, int count) {
    var nodes = new ArrayList<LocalServer>();
    try {
      while (nodes.size() < count) {
        nodes.add(LocalServer.start(options));
      }
      return List.copyOf(nodes);
    } catch (RuntimeException e) {
      nodes.forEach(ClusterServer::close);
      throw e;
    } catch (IOException e) {
      nodes.forEach(ClusterServer::close);
      throw new UncheckedIOException(e);
    }
  }

  /** Of all nodes; at first, those of the masters come first. */
  @Override
  public List<Integer> ports() {
    return nodes.stream().map(LocalServer::port).toList();
  }

  /** Those that are masters now, in the order of {@link #ports()}. */
  public List<Integer> masters() {
    return look.masters();
  }

  /** One that runs. */
  public int replicaOf(int master) {
    return look.replicaOf(master);
  }

  /** The node that has this key, or would have it. */
  public int masterOf(String key) {
    return look.masterOf(look.slotOf(key));
  }

  /** The node that has this slot. */
  public int masterOf(int slot) {
    return look.masterOf(slot);
  }

  /** From 0 to 16383, as the server reckons it. */
  public int slotOf(String key) {
    return look.slotOf(key);
  }

  public String url() {
    return url("", ports());
  }

  @Override
  public String url(String credentials, List<Integer> ports) {
    return ports.stream()
        .map(port -> "127.0.0.1:" + port)
        .collect(Collectors.joining(",", "redis+cluster://" + credentials, ""));
  }

  /**
   * Runs one command without the client under test: on the node that has its keys, or, for words
   * such as FLUSHALL, KEYS and DBSIZE, on all masters; then numbers are added up, lines put
   * together.
   *
   * @throws AssertionError if a node replies with an error
   * @throws UncheckedIOException if one does not reply within five seconds
   */
  public String cli(String... words) {
    return cli.run(List.of(words));
  }

  @Override
  public String cli(Optional<String> password, List<String> words) {
    return cli.run(words);
  }

  /** Runs one command on this node, whatever its keys are. */
  public String cliOn(int port, String... words) {
    return look.ask(port, words);
  }

  /**
   * Moves slots while clients use them, with all their keys; returns when all masters know.
   *
   * @param first the first slot to move; {@code last} is the last one
   */
  public void reshard(int first, int last, int toPort) {
    for (int slot = first; slot <= last; slot++) {
      moves.move(slot, toPort);
    }
  }

  /** SIGKILL to one node. */
  public void kill(int port) {
    node(port).kill();
  }

  /** Starts a node again, which joins the others by itself; if it runs, stops it first. */
  public void restart(int port) {
    node(port).stop();
    node(port).restart();
    look.include(port);
  }

  /** SIGSTOP to one node. It is not asked about the cluster until it goes on. */
  public void pause(int port) {
    look.leaveOut(port);
    node(port).pause();
  }

  /** SIGCONT to one node. */
  public void resume(int port) {
    node(port).resume();
    look.include(port);
  }

  private LocalServer node(int port) {
    return nodes.stream().filter(node -> node.port() == port).findAny().orElseThrow();
  }

  /** Waits until all nodes that run agree on masters for all slots. */
  public void awaitReady() {
    new ClusterFormation(look).awaitReady(alive());
  }

  /** Waits until the replicas of a master have all that it has at this moment. */
  public void awaitReplicated(int master) {
    new ClusterFormation(look).awaitReplicated(master);
  }

  private List<Integer> alive() {
    var alive = nodes.stream().filter(LocalServer::isAlive).map(LocalServer::port).toList();
    return alive.stream().filter(look.askable()::contains).toList();
  }

  /** Of the first node. */
  @Override
  public int port() {
    return nodes.get(0).port();
  }

  @Override
  public int tlsPort() {
    return nodes.get(0).tlsPort();
  }

  @Override
  public void kill() {
    nodes.forEach(LocalServer::kill);
  }

  @Override
  public void stop() {
    nodes.forEach(LocalServer::stop);
  }

  @Override
  public void restart() {
    ports().forEach(this::restart);
    awaitReady();
  }

  @Override
  public void pause() {
    nodes.forEach(LocalServer::pause);
  }

  @Override
  public void resume() {
    nodes.forEach(LocalServer::resume);
  }

  @Override
  public void close() {
    Fleet.leave(this);
    nodes.forEach(ClusterServer::close);
  }

  private static void close(LocalServer node) {
    try {
      node.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
