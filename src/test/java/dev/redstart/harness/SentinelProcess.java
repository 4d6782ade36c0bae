package dev.redstart.harness;

import dev.redstart.cli.FreePort;
import dev.redstart.cli.Guard;
import dev.redstart.cli.PrivateServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One Sentinel. It rewrites its configuration, so that it gets a directory of its own. */
final class SentinelProcess implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(10);
  private static final int STOP_SECONDS = 5;

  private final Path directory;
  private final int port = FreePort.next();
  private Process process;

  SentinelProcess() throws IOException {
    this.directory = LocalServer.newDirectory("sentinel-");
  }

  int port() {
    return port;
  }

  /** How the others know it. */
  String id() {
    return String.format("%040x", port);
  }

  /** Forgets whatever it knew before. Returns when it answers. */
  void start(List<String> configuration) {
    try {
      Path file = directory.resolve("sentinel.conf");
      Files.write(file, configuration);
      process =
          Guard.of(List.of(PrivateServer.program().toString(), file.toString(), "--sentinel"))
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Eventually.within(START_LIMIT, "the Sentinel on port " + port + " listens", this::listens);
  }

  /**
   * How often it looks after others, and asks them; in milliseconds. Redis 7 can do that, and with
   * older ones it takes a few seconds more.
   */
  void look(int infoPeriod, int askPeriod) {
    var words = new ArrayList<>(List.of("SENTINEL", "DEBUG"));
    words.addAll(List.of("info-period", Integer.toString(infoPeriod)));
    words.addAll(List.of("ask-period", Integer.toString(askPeriod)));
    words.addAll(List.of("ping-period", Integer.toString(askPeriod)));
    try {
      RawCommand.run(port, Optional.empty(), words);
    } catch (IOException | AssertionError olderOrLocked) {
      return;
    }
  }

  private boolean listens() throws IOException {
    try {
      RawCommand.run(port, Optional.empty(), List.of("PING"));
    } catch (AssertionError wantsPassword) {
      return wantsPassword.getMessage().contains("NOAUTH");
    }
    return true;
  }

  void kill() {
    if (process != null) {
      process.destroyForcibly();
      awaitEnd();
    }
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the Sentinel on port " + port + " did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while stopping a Sentinel", e);
    }
  }

  void pause() {
    Signal.STOP.send(process.pid());
  }

  void resume() {
    Signal.CONT.send(process.pid());
  }

  @Override
  public void close() throws IOException {
    kill();
    LocalServer.delete(directory);
  }
}
