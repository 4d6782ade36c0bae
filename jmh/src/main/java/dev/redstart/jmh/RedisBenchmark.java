package dev.redstart.jmh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * The program {@code redis-benchmark}, which comes with Redis, as a peer of {@link
 * PipelineBenchmark}. It is no benchmark for JMH.
 */
final class RedisBenchmark {
  static final String NAME = "RedisBenchmark";

  private static final int QUICK_CALLS = 1_000_000;
  private static final int CALLS = 3_000_000;

  private RedisBenchmark() {}

  /**
   * Microseconds for each GET; empty where it is not installed.
   *
   * @param connections each with one pipeline under way
   */
  static Optional<Double> measure(int connections, boolean quick) {
    try (var server = RedisProcess.start()) {
      server.set(WireBenchmark.KEY, WireBenchmark.VALUE);
      return run(
              "redis-benchmark",
              "-p",
              Integer.toString(server.port()),
              "-c",
              Integer.toString(connections),
              "-P",
              Integer.toString(PipelineBenchmark.LENGTH),
              "-n",
              Integer.toString(quick ? QUICK_CALLS : CALLS),
              "-q",
              "--csv",
              "GET",
              WireBenchmark.KEY)
          .map(perSecond -> 1e6 / perSecond);
    }
  }

  private static Optional<Double> run(String... command) {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException notInstalled) {
      return Optional.empty();
    }
    try (var lines = process.inputReader()) {
      var last = lines.lines().reduce((first, second) -> second).orElse("");
      return Optional.of(Double.parseDouble(last.split("\"")[3]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      process.destroy();
    }
  }
}
