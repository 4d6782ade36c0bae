package dev.redstart.jmh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A Redis of our own on a free port, without persistence, that ends with this JVM. */
final class RedisProcess implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final long START_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

  private final int port;
  private final Process process;
  private final Thread end = new Thread(this::stop, "server-end");

  private RedisProcess(int port, Process process) {
    this.port = port;
    this.process = process;
    Runtime.getRuntime().addShutdownHook(end);
  }

  /** Returns when it answers. */
  static RedisProcess start() {
    try {
      int port = freePort();
      var server = new RedisProcess(port, launch(port));
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

  private static Process launch(int port) throws IOException {
    var number = Integer.toString(port);
    return new ProcessBuilder(
            "redis-server", "--port", number, "--bind", HOST, "--save", "", "--appendonly", "no")
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
    return "redis://" + HOST + ":" + port;
  }

  private void stop() {
    process.destroy();
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
