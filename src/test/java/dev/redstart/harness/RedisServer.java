package dev.redstart.harness;

import dev.redstart.cli.PrivateServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A real Redis (or Valkey) server that belongs to a test: a process if one is installed, otherwise
 * a container if Docker runs. Without both, tests fail with a sentence that says how to get one.
 *
 * <p>With {@code -Dredstart.servers=cluster} each is a cluster of three masters instead, and with
 * {@code sentinel} a master with its replica behind three Sentinels. Both are killed, paused and
 * asked as a whole: so whatever works on one server can be tested on many.
 *
 * <p>Usable from several threads, but killing, stopping, restarting and closing are one thread's
 * business at a time.
 */
public final class RedisServer implements AutoCloseable {

  /** The tag of the few tests that mean nothing where there are several servers; each says why. */
  public static final String SINGLE = "single";

  /** The tag of tests of several servers that take long: {@code make test-cluster} runs them. */
  public static final String MANY = "many";

  /**
   * The tag of tests with a browser, or with clients of others: what these see is the service, the
   * same whatever servers are behind it.
   */
  public static final String VISITORS = "visitors";

  private static final int MASTERS = 3;

  /** Guards {@code sharedServer}. */
  private static final ReentrantLock SHARING = new ReentrantLock();

  private static Optional<RedisServer> sharedServer = Optional.empty();

  private final ServerOptions options;
  private final ServerProcess process;
  private final boolean shared;

  private RedisServer(ServerOptions options, ServerProcess process, boolean shared) {
    this.options = options;
    this.process = process;
    this.shared = shared;
  }

  /**
   * One plain server for all tests of this JVM but those that run {@linkplain Apart apart}, started
   * when first asked for and stopped at the end. Tests on it flush it themselves and never kill,
   * pause or close it.
   */
  public static RedisServer shared() {
    return OwnServer.get().orElseGet(RedisServer::sharedByAll);
  }

  private static RedisServer sharedByAll() {
    SHARING.lock();
    try {
      // Not in a static initialiser: of its failures, only the first would say what is wrong.
      if (sharedServer.isEmpty()) {
        sharedServer = Optional.of(startShared());
      }
      var shared = sharedServer.get();
      if (shared.process instanceof ClusterServer cluster) {
        // Words of the test before might still be on their way to a node on which this one listens.
        cluster.awaitWords();
      }
      return shared;
    } finally {
      SHARING.unlock();
    }
  }

  /** A server that ends with this JVM, and not before. */
  static RedisServer startShared() {
    var server = start(ServerOptions.plain(), true);
    Runtime.getRuntime().addShutdownHook(new Thread(server::end, "harness-shared-server-end"));
    return server;
  }

  public static RedisServer start() {
    return start(ServerOptions.plain());
  }

  /**
   * Returns when the server answers.
   *
   * @throws dev.redstart.cli.NoServerException if it does not start
   */
  public static RedisServer start(ServerOptions options) {
    return start(options, false);
  }

  /** One server, whatever {@code redstart.servers} says: for tests that are about one. */
  public static RedisServer startSingle(ServerOptions options) {
    try {
      return new RedisServer(options, single(options), false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RedisServer start(ServerOptions options, boolean shared) {
    try {
      return new RedisServer(options, process(options), shared);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String servers() {
    return System.getProperty("redstart.servers", "single");
  }

  /** Whether tests that ask for a server get one. */
  public static boolean isSingle() {
    return servers().equals("single");
  }

  /** Whether tests that ask for a server get a cluster. */
  public static boolean isCluster() {
    return servers().equals("cluster");
  }

  /** Whether tests that ask for a server get one behind Sentinels. */
  static boolean isBehindSentinels() {
    return servers().equals("sentinel");
  }

  private static ServerProcess process(ServerOptions options) throws IOException {
    var servers = servers();
    return switch (servers) {
      case "single" -> single(options);
      case "cluster" -> ClusterServer.start(options, MASTERS, 0);
      case "sentinel" -> SentinelServer.start(options);
      default -> throw new IllegalArgumentException("redstart.servers: " + servers);
    };
  }

  private static ServerProcess single(ServerOptions options) throws IOException {
    return PrivateServer.isInstalled()
        ? LocalServer.start(options)
        : ContainerServer.start(options);
  }

  public int port() {
    return process.port();
  }

  /** Of all servers that it is. */
  public List<Integer> ports() {
    return process.ports();
  }

  /** For the default user, with its password if there is one. */
  public String url() {
    return process.url(credentials(), process.ports());
  }

  public String url(String user, String password) {
    return process.url(user + ":" + password + "@", process.ports());
  }

  /**
   * @throws IllegalStateException if the server was started without TLS
   */
  public int tlsPort() {
    options.tls().orElseThrow(() -> new IllegalStateException("started without TLS"));
    return process.tlsPort();
  }

  public String tlsUrl() {
    return "rediss://" + credentials() + "localhost:" + tlsPort();
  }

  /**
   * @throws IllegalStateException if the server was started without a Unix socket
   */
  public String unixUrl() {
    if (options.unixSocket() && process instanceof LocalServer local) {
      return "unix://" + credentials() + local.socket();
    }
    throw new IllegalStateException("started without a Unix socket");
  }

  private String credentials() {
    return options.password().map(password -> ":" + password + "@").orElse("");
  }

  /**
   * Runs one command without the client under test and returns its reply as text: one line per
   * element of an array, "(nil)" for none.
   *
   * @throws AssertionError if the server replies with an error
   * @throws UncheckedIOException if it does not reply within five seconds
   */
  public String cli(String... words) {
    try {
      return process.cli(options.password(), List.of(words));
    } catch (IOException e) {
      throw new UncheckedIOException("no reply to " + words[0] + " on port " + port(), e);
    }
  }

  /** SIGKILL: at once. Without {@link ServerOptions#withAppendOnly()} the data is gone. */
  public void kill() {
    process.kill();
  }

  /** SIGTERM: in order. */
  public void stop() {
    process.stop();
  }

  /** Starts it again on the same ports and in the same directory; if it runs, stops it first. */
  public void restart() {
    process.stop();
    process.restart();
  }

  /** SIGSTOP: connections stay, the kernel accepts new ones, nobody answers. */
  public void pause() {
    process.pause();
  }

  /** SIGCONT. */
  public void resume() {
    process.resume();
  }

  /** Stops the server and removes what it left. Does nothing to the shared one. */
  @Override
  public void close() {
    if (!shared) {
      end();
    }
  }

  private void end() {
    try {
      process.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
