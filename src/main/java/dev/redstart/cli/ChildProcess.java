package dev.redstart.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A child of a session as a process of its own, which ends with this JVM at the latest. */
final class ChildProcess implements AutoCloseable {
  private static final Duration END_LIMIT = Duration.ofSeconds(5);

  private final int number;
  private final Process process;

  private ChildProcess(int number, Process process) {
    this.number = number;
    this.process = process;
  }

  /** Runs {@code scenario chocobo} with this JVM's own program. */
  static ChildProcess start(String sessionId, int number, Place place) {
    var words = new ArrayList<>(java());
    words.addAll(List.of("scenario", "chocobo", "--session-id", sessionId));
    words.addAll(List.of("--child-id", Integer.toString(number), "--max-tasks", "1000", "--json"));
    words.addAll(place.words());
    var builder = Guard.of(words).redirectOutput(Redirect.DISCARD);
    builder.environment().putAll(place.environment());
    try {
      return new ChildProcess(number, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start child " + number, e);
    }
  }

  private static List<String> java() {
    var words = new ArrayList<String>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-Xmx48m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    if (Main.class.getModule().isNamed()) {
      words.addAll(List.of("-p", System.getProperty("jdk.module.path", "")));
      words.addAll(List.of("-m", "dev.redstart/" + Main.class.getName()));
    } else {
      words.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    }
    return words;
  }

  int number() {
    return number;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** {@code kill -9}; returns when it is gone. */
  void kill() {
    process.destroyForcibly();
    if (awaitEnd()) {
      dismissGuard();
    }
  }

  /** It waits for the end of what it thinks is the child's input. */
  private void dismissGuard() {
    try {
      process.getOutputStream().close();
    } catch (IOException gone) {
      // Then it has noticed already.
    }
  }

  /** Whether it ends by itself within a few seconds. */
  boolean awaitEnd() {
    try {
      return process.waitFor(END_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether it has ended, and with status 0. */
  boolean endedWell() {
    return !process.isAlive() && process.exitValue() == 0;
  }

  /** What it had to say, once it has ended; a pipe holds enough of it. */
  String lastWords() {
    try {
      return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException gone) {
      return "(" + gone.getMessage() + ")";
    }
  }

  @Override
  public void close() {
    kill();
  }
}
