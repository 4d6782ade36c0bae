package dev.redstart.cli;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A Redis (or Valkey) server of our own: a process on 127.0.0.1 and a free port that lives no
 * longer than this object and in any case no longer than this JVM, even if that is killed.
 *
 * <p>Without a data directory nothing is persisted and nothing is left on disk. It has no password:
 * every user of this machine can reach it, nobody from elsewhere. Safe for use by several threads.
 */
public final class PrivateServer implements AutoCloseable {

  static final List<String> PROGRAMS = List.of("redis-server", "valkey-server");

  static final String HOST = "127.0.0.1";

  // Losing the race for a port is rare; losing it so often means something else is wrong.
  private static final int PORTS_TRIED = 5;

  // A server that is alive and says nothing for so long will not say anything any more.
  private static final Duration START_LIMIT = Duration.ofSeconds(20);

  // With an append-only file an orderly stop ends with an fsync.
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private static final Duration INTERVAL = Duration.ofMillis(5);

  // What the shutdown hook has to stop.
  private static final Set<PrivateServer> LIVE = ConcurrentHashMap.newKeySet();

  static {
    var hook = new Thread(PrivateServer::closeAll, "redstart-private-server-end");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private final int port;
  private final Process process;
  private final ServerDirectory directory;

  /** Guards {@code closed}: the shutdown hook and the owner may close at the same time. */
  private final ReentrantLock closing = new ReentrantLock();

  private boolean closed;

  private PrivateServer(int port, Process process, ServerDirectory directory) {
    this.port = port;
    this.process = process;
    this.directory = directory;
  }

  /** True if there is a program to start: {@code redis-server} or {@code valkey-server}. */
  public static boolean isInstalled() {
    return Executable.find(PROGRAMS).isPresent();
  }

  /**
   * The program that is started.
   *
   * @throws NoServerException if there is none; it says how to get one
   */
  public static Path program() {
    return Executable.find(PROGRAMS).orElseThrow(NoServerException::notInstalled);
  }

  /** As {@link #start(PrivateServerOptions)} with the defaults. */
  public static PrivateServer start() {
    return start(PrivateServerOptions.defaults());
  }

  /**
   * Starts a server and waits until it answers.
   *
   * @throws NoServerException if none is installed, or if it did not start; then it says why, in
   *     the server's own words
   */
  public static PrivateServer start(PrivateServerOptions options) {
    Objects.requireNonNull(options, "options");
    var program = program();
    for (int attempt = 1; ; attempt++) {
      try {
        return start(program, options, options.port().orElseGet(FreePort::next));
      } catch (NoServerException e) {
        if (!e.portTaken() || options.port().isPresent() || attempt == PORTS_TRIED) {
          throw e;
        }
      }
    }
  }

  private static PrivateServer start(Path program, PrivateServerOptions options, int port) {
    var directory = ServerDirectory.of(options.data());
    try {
      var command = command(program, options, port);
      var server = new PrivateServer(port, launch(command, directory), directory);
      server.ready(new Knock(port, server.pid(), password(command)));
      if (options.shutdownHook()) {
        LIVE.add(server);
      }
      return server;
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private static List<String> command(Path program, PrivateServerOptions options, int port) {
    var words = new ArrayList<String>();
    words.add(program.toString());
    words.addAll(List.of("--port", Integer.toString(port), "--bind", HOST));
    words.addAll(List.of("--protected-mode", "yes", "--daemonize", "no", "--save", ""));
    words.addAll(List.of("--appendonly", options.data().isPresent() ? "yes" : "no"));
    words.addAll(options.arguments(port));
    return words;
  }

  private static Optional<String> password(List<String> command) {
    int option = command.lastIndexOf("--requirepass");
    return option < 0 ? Optional.empty() : Optional.of(command.get(option + 1));
  }

  private static Process launch(List<String> command, ServerDirectory directory) {
    var builder = directory.isTemporary() ? Guard.of(command, directory.path()) : Guard.of(command);
    builder.directory(directory.path().toFile());
    builder.redirectErrorStream(true).redirectOutput(directory.log().toFile());
    // Newer servers refuse to start under a locale that the machine does not know.
    builder.environment().put("LC_ALL", "C");
    try {
      return builder.start();
    } catch (IOException e) {
      throw new NoServerException("Cannot start " + command.get(0) + ": " + e.getMessage(), e);
    }
  }

  private void ready(Knock knock) {
    try {
      directory.occupiedBy(process.toHandle());
      awaitAnswer(knock);
    } catch (RuntimeException e) {
      process.destroyForcibly();
      awaitEnd();
      throw e;
    }
  }

  private void awaitAnswer(Knock knock) {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    for (var answer = knock.once(); answer != Knock.Answer.SERVES; answer = knock.once()) {
      if (answer == Knock.Answer.LOADING) {
        deadline = System.nanoTime() + START_LIMIT.toNanos();
      }
      if (hasEnded(INTERVAL)) {
        throw notStarted("ended with status " + process.exitValue());
      }
      if (System.nanoTime() > deadline) {
        throw notStarted("did not answer within " + START_LIMIT.toSeconds() + " seconds");
      }
    }
  }

  private NoServerException notStarted(String what) {
    var words = directory.lastWords();
    return new NoServerException(
        "The private server on " + HOST + ":" + port + " " + what + ". Its last words:\n" + words,
        words.contains("Address already in use"));
  }

  /** Waits; an interrupt counts as the end of our patience, and stays set. */
  private boolean hasEnded(Duration wait) {
    try {
      return process.waitFor(wait.toMillis(), MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoServerException("Interrupted while a private server was starting", e);
    }
  }

  /** The address for clients, such as {@code redis://127.0.0.1:12345}. */
  public String url() {
    return "redis://" + HOST + ":" + port;
  }

  /** On 127.0.0.1. */
  public int port() {
    return port;
  }

  /** The id of the server's own process. */
  public long pid() {
    return process.pid();
  }

  /** Where the server works: the data directory, or a temporary one. Its log is in there. */
  public Path directory() {
    return directory.path();
  }

  /** False once the server has ended, for whatever reason. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Asks the server to stop, waits for it, kills it if it takes longer than five seconds, and
   * removes the temporary directory. Does nothing the second time.
   */
  @Override
  public void close() {
    closing.lock();
    try {
      if (!closed) {
        closed = true;
        stop();
        directory.close();
        LIVE.remove(this);
      }
    } finally {
      closing.unlock();
    }
  }

  private void stop() {
    process.destroy();
    awaitEnd();
    if (process.isAlive()) {
      process.destroyForcibly();
      awaitEnd();
    }
  }

  // Not cut short by an interrupt: until the server is gone, its directory must stay.
  private void awaitEnd() {
    process.onExit().completeOnTimeout(process, STOP_LIMIT.toMillis(), MILLISECONDS).join();
  }

  // All at once, as each may take a moment.
  private static void closeAll() {
    LIVE.forEach(server -> server.process.destroy());
    LIVE.forEach(PrivateServer::close);
  }
}
