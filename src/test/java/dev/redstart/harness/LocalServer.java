package dev.redstart.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.cli.PrivateServer;
import dev.redstart.cli.PrivateServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A server process on this machine, in a directory of its own under {@code target/redis}. */
final class LocalServer implements ServerProcess {

  private static final String SOCKET = "redis.sock";

  // A cluster's bus would be there, but no server of ours has both.
  private static final int TLS_PORT_DISTANCE = 10_000;

  // The kernel's bound on the path of a Unix socket is 108 bytes on Linux and 104 on macOS.
  private static final int SOCKET_PATH_BYTES_MAX = 100;

  private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

  private final Path directory;
  private final PrivateServerOptions options;
  private volatile PrivateServer server;

  private LocalServer(Path directory, PrivateServerOptions options) {
    this.directory = directory;
    this.options = options;
    this.server = PrivateServer.start(options);
  }

  static LocalServer start(ServerOptions wanted) throws IOException {
    var directory = newDirectory("server-");
    var options =
        PrivateServerOptions.defaults()
            .withData(directory)
            .withArguments(port -> arguments(wanted, port));
    try {
      return new LocalServer(directory, options);
    } catch (RuntimeException e) {
      delete(directory);
      throw e;
    }
  }

  /** A new directory for the caller to delete, under {@code target/redis} if that is possible. */
  static Path newDirectory(String prefix) throws IOException {
    var parent = Files.createDirectories(Path.of("target", "redis").toAbsolutePath());
    var directory = Files.createTempDirectory(parent, prefix);
    if (directory.resolve(SOCKET).toString().getBytes(UTF_8).length <= SOCKET_PATH_BYTES_MAX) {
      return directory;
    }
    Files.delete(directory);
    return Files.createTempDirectory(prefix);
  }

  static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (var files = Files.walk(directory)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static List<String> arguments(ServerOptions wanted, int port) {
    var words = new ArrayList<>(List.of("--appendonly", "no"));
    words.addAll(wanted.arguments(port + TLS_PORT_DISTANCE));
    if (wanted.unixSocket()) {
      words.addAll(List.of("--unixsocket", SOCKET));
    }
    return words;
  }

  Path socket() {
    return directory.resolve(SOCKET);
  }

  @Override
  public int port() {
    return server.port();
  }

  @Override
  public int tlsPort() {
    return server.port() + TLS_PORT_DISTANCE;
  }

  boolean isAlive() {
    return server.isAlive();
  }

  @Override
  public void kill() {
    if (server.isAlive()) {
      var process = ProcessHandle.of(server.pid()).orElseThrow();
      process.destroyForcibly();
      // Not onExit: it completes on the common pool, which a test may be blocking.
      Eventually.within(KILL_LIMIT, "the killed server is gone", () -> !process.isAlive());
    }
  }

  @Override
  public void stop() {
    resume();
    server.close();
  }

  @Override
  public void restart() {
    server = PrivateServer.start(options.withPort(server.port()));
  }

  @Override
  public void pause() {
    Signal.STOP.send(server.pid());
  }

  @Override
  public void resume() {
    try {
      if (server.isAlive()) {
        Signal.CONT.send(server.pid());
      }
    } catch (IllegalStateException refused) {
      // At the end of the JVM, the server's own hook may have been quicker.
      if (server.isAlive()) {
        throw refused;
      }
    }
  }

  @Override
  public void close() throws IOException {
    stop();
    delete(directory);
  }
}
