package dev.redstart.jmh;

import dev.redstart.redis.Redis;
import dev.redstart.redis.Strings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A Redis of our own on a free port and a Unix socket, without persistence, that ends with this
 * JVM.
 */
final class RedisProcess implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final long START_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

  private static final Queue<RedisProcess> ALL = new ConcurrentLinkedQueue<>();

  private final int port;
  private final Path folder;
  private final Process process;
  private final Thread end = new Thread(this::stop, "server-end");

  /** See {@link #used()}. */
  private volatile Duration usedAtEnd = Duration.ZERO;

  private RedisProcess(int port, Path folder, Process process) {
    this.port = port;
    this.folder = folder;
    this.process = process;
    Runtime.getRuntime().addShutdownHook(end);
    ALL.add(this);
  }

  /** How long all servers of this JVM, also those that have ended, kept a processor busy. */
  static Duration used() {
    return ALL.stream()
        .map(each -> each.process.info().totalCpuDuration().orElse(each.usedAtEnd))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Returns when it answers. */
  static RedisProcess start() {
    try {
      int port = freePort();
      var folder = Files.createTempDirectory("redis");
      var server = new RedisProcess(port, folder, launch(port, socket(folder)));
      server.awaitAnswer();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("redis-server has to be on the PATH", e);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    }
  }

  private static Path socket(Path folder) {
    return folder.resolve("socket");
  }

  private static Process launch(int port, Path socket) throws IOException {
    var redis = List.of("redis-server", "--port", Integer.toString(port), "--bind", HOST);
    var options = List.of("--unixsocket", socket.toString(), "--save", "", "--appendonly", "no");
    return new ProcessBuilder(Stream.of(redis, options).flatMap(List::stream).toList())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private void awaitAnswer() {
    long deadline = System.nanoTime() + START_NANOS_MAX;
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() - deadline > 0) {
        close();
        throw new IllegalStateException("redis-server did not start on port " + port);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private boolean answers() {
    try (var socket = new Socket(HOST, port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  int port() {
    return port;
  }

  String url() {
    return url(port);
  }

  /** Of any server on this machine. */
  static String url(int port) {
    return "redis://" + HOST + ":" + port;
  }

  String unixUrl() {
    return "unix://" + socket(folder);
  }

  /** Sets a text, over a connection that is closed then. */
  void set(String key, String value) {
    try (var redis = Redis.connect(url())) {
      redis.call(Strings.set(key, value));
    }
  }

  private void stop() {
    usedAtEnd = process.info().totalCpuDuration().orElse(usedAtEnd);
    process.destroy();
    try {
      Files.deleteIfExists(socket(folder));
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // It is in the folder for what is temporary.
    }
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(end);
    stop();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }
}
