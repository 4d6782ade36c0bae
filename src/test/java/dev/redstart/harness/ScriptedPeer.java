package dev.redstart.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A peer that does what a healthy server never does, on 127.0.0.1 and a port of its own.
 *
 * <pre>{@code
 * try (var peer = ScriptedPeer.start()) {
 *   peer.expect("GET", "k").reply("$5\r\nhel").hangUp();
 *   // let the client under test call GET k
 *   peer.verify();
 * }
 * }</pre>
 *
 * <p>It answers the client's handshake by itself, unless the next expectation is for just that
 * command. Everything else must have been expected, in this order, before the client sends it:
 * either on a certain connection or, for what that one has no script for, on any. What is not
 * expected goes to the {@linkplain #otherwise handler} if there is one; otherwise it gets an error
 * reply, and {@link #verify()} or {@link #close()} fails.
 */
public final class ScriptedPeer implements AutoCloseable {

  private static final int BACKLOG = 1_024;
  private static final Duration END_LIMIT = Duration.ofSeconds(5);

  private final ServerSocket listener = new ServerSocket();
  private final Handshake handshake;
  private final Script script = new Script();
  private final Map<Integer, Script> scripts = new ConcurrentHashMap<>();
  private final List<PeerConnection> connections = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final List<Received> commands = new CopyOnWriteArrayList<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final PeerConnection.Dialogue dialogue;
  private volatile String scheme = "redis";
  private volatile Optional<Function<Received, byte[]>> handler = Optional.empty();

  private ScriptedPeer(Handshake handshake, Optional<byte[]> speech) throws IOException {
    this.handshake = handshake;
    this.dialogue = speech.<PeerConnection.Dialogue>map(Speech::new).orElseGet(Play::new);
    listener.bind(new InetSocketAddress("127.0.0.1", 0), BACKLOG);
  }

  /** A peer that answers the handshake like a current server. */
  public static ScriptedPeer start() {
    return start(Handshake.MODERN);
  }

  public static ScriptedPeer start(Handshake handshake) {
    return start(handshake, Optional.empty());
  }

  /** A peer whose replies, but for the handshake's, come from a function; empty means silence. */
  public static ScriptedPeer answering(Function<Received, byte[]> handler) {
    var peer = start();
    peer.otherwise(handler);
    return peer;
  }

  /**
   * The same in place of the servers that these tests use: where that is a cluster, the peer is a
   * cluster of one node, so that clients name keys as they do there.
   */
  public static ScriptedPeer inPlaceOfServers(Function<Received, byte[]> handler) {
    if (!RedisServer.isCluster()) {
      return answering(handler);
    }
    var peer = start();
    peer.scheme = "redis+cluster";
    peer.otherwise(
        command -> isQuestionForSlots(command) ? peer.allSlots() : handler.apply(command));
    return peer;
  }

  private static boolean isQuestionForSlots(Received command) {
    return command.word(0).equals("CLUSTER") && command.word(1).equals("SLOTS");
  }

  private byte[] allSlots() {
    var itself = "*3\r\n$9\r\n127.0.0.1\r\n:" + port() + "\r\n$4\r\npeer\r\n";
    return ("*1\r\n*3\r\n:0\r\n:16383\r\n" + itself).getBytes(UTF_8);
  }

  /** A peer that answers the first byte of anything with this text, and hangs up. */
  public static ScriptedPeer speaking(String raw) {
    return start(Handshake.SCRIPTED, Optional.of(raw.getBytes(UTF_8)));
  }

  private static ScriptedPeer start(Handshake handshake, Optional<byte[]> speech) {
    try {
      var peer = new ScriptedPeer(handshake, speech);
      peer.threads.add(Daemon.start("peer-" + peer.port() + "-accept", peer::acceptAll));
      return peer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  public String url() {
    return scheme + "://127.0.0.1:" + port();
  }

  /** What to do when any connection is made. */
  public Step onConnect() {
    return script.onConnect();
  }

  /** See {@link Script#expect(String...)}; on any connection. */
  public Step expect(String... words) {
    return script.expect(words);
  }

  /** See {@link Script#expectAny()}; on any connection. */
  public Step expectAny() {
    return script.expectAny();
  }

  /** The script for one connection; the first is 1. */
  public Script connection(int number) {
    return scripts.computeIfAbsent(number, unused -> new Script());
  }

  /** What to reply to commands that no script expects; an empty array means silence. */
  public void otherwise(Function<Received, byte[]> reply) {
    handler = Optional.of(reply);
  }

  /** Sends unasked bytes on all open connections. */
  public void send(String raw) {
    for (var connection : connections) {
      if (connection.isOpen()) {
        send(connection, raw.getBytes(UTF_8));
      }
    }
  }

  /** Sends unasked bytes on one connection; the first is 1. */
  public void send(int connection, String raw) {
    send(connections.get(connection - 1), raw.getBytes(UTF_8));
  }

  private static void send(PeerConnection connection, byte[] raw) {
    try {
      connection.send(raw);
    } catch (IOException e) {
      throw new UncheckedIOException("connection " + connection.number() + " is gone", e);
    }
  }

  /** How many connections there have been so far. */
  public int accepted() {
    return connections.size();
  }

  /** How many connections are open now. */
  public int open() {
    return (int) connections.stream().filter(PeerConnection::isOpen).count();
  }

  /** All commands so far, the handshake's included. */
  public List<Received> received() {
    return List.copyOf(received);
  }

  /** The commands so far that the peer did not answer by itself, such as "GET k". */
  public List<String> commands() {
    return commands.stream().map(Received::text).toList();
  }

  /**
   * @throws AssertionError if something unexpected happened so far, or something expected did not
   */
  public void verify() {
    var open = new ArrayList<>(script.open());
    scripts.values().forEach(own -> open.addAll(own.open()));
    if (!open.isEmpty()) {
      failures.add(new AssertionError("still expected: " + open + "; received: " + received));
    }
    report();
  }

  /**
   * Ends all connections.
   *
   * @throws AssertionError if something unexpected happened that {@link #verify()} did not report
   */
  @Override
  public void close() {
    try {
      listener.close();
      for (var connection : connections) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.forEach(Thread::interrupt);
    Eventually.within(
        END_LIMIT, "the peer's threads end", () -> threads.stream().noneMatch(Thread::isAlive));
    report();
  }

  private void report() {
    var first = failures.poll();
    if (first != null) {
      var error = new AssertionError("the scripted peer says: " + first.getMessage(), first);
      failures.forEach(error::addSuppressed);
      failures.clear();
      throw error;
    }
  }

  private void acceptAll() {
    while (!listener.isClosed()) {
      try {
        serve(listener.accept());
      } catch (IOException e) {
        recordUnlessClosed(e);
      }
    }
  }

  private void recordUnlessClosed(IOException e) {
    if (!listener.isClosed()) {
      failures.add(e);
    }
  }

  private void serve(Socket socket) throws IOException {
    var connection = new PeerConnection(connections.size() + 1, socket);
    connections.add(connection);
    if (listener.isClosed()) {
      // Whoever closes has been through the list already, perhaps.
      connection.close();
      return;
    }
    var name = "peer-" + port() + "-" + connection.number();
    threads.add(Daemon.start(name, () -> serve(connection)));
  }

  private void serve(PeerConnection connection) {
    try {
      connection.serve(dialogue);
    } catch (IOException | InterruptedException theClientOrThePeerHasEnded) {
      return;
    } catch (RuntimeException | AssertionError e) {
      failures.add(e);
    }
  }

  /** Says one thing to everybody. */
  private record Speech(byte[] text) implements PeerConnection.Dialogue {
    @Override
    public void begin(PeerConnection connection) throws IOException {
      connection.awaitBytes();
      connection.send(text);
      connection.hangUp();
    }

    @Override
    public void answer(PeerConnection connection, Received command) {
      throw new IllegalStateException("nobody listens");
    }
  }

  /** Follows the scripts. */
  private final class Play implements PeerConnection.Dialogue {
    @Override
    public void begin(PeerConnection connection) throws IOException, InterruptedException {
      for (var own : List.of(connection(connection.number()), script)) {
        for (var greeting : own.greetings()) {
          greeting.play(connection);
        }
      }
    }

    @Override
    public void answer(PeerConnection connection, Received command)
        throws IOException, InterruptedException {
      received.add(command);
      var standard = handshake.reply(command);
      var step = step(command, standard.isPresent());
      if (step.isEmpty() && standard.isPresent()) {
        connection.send(standard.get().getBytes(UTF_8));
        return;
      }
      commands.add(command);
      if (step.isPresent()) {
        step.get().play(connection);
      } else {
        connection.send(handler.map(some -> some.apply(command)).orElseGet(() -> refuse(command)));
      }
    }

    // A step for any command does not mean the handshake's.
    private Optional<Step> step(Received command, boolean isHandshake) {
      var own = connection(command.connection());
      return own.take(step -> step.isFor(command, isHandshake))
          .or(() -> script.take(step -> step.isFor(command, isHandshake)));
    }

    private byte[] refuse(Received command) {
      var expected = new ArrayList<>(connection(command.connection()).open());
      expected.addAll(script.open());
      failures.add(new AssertionError("unexpected " + command + "; expected: " + expected));
      return ("-ERR the scripted peer did not expect " + command.word(0) + "\r\n").getBytes(UTF_8);
    }
  }
}
