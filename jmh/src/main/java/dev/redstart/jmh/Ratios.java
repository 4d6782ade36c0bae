package dev.redstart.jmh;

import dev.redstart.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks, prints what came out, and writes the ratios to {@code
 * jmh/target/ratios.json} of the current folder. Arguments: {@code quick} for fewer and shorter
 * measurements, and regular expressions for the names of the benchmarks to be run; by default all.
 */
public final class Ratios {
  private static final Path FILE = Path.of("jmh", "target", "ratios.json");

  private static final List<Ratio> ALL =
      List.of(
          costOfWaiting("queue.1e6-vs-1e3", "batches", "time"),
          costOfWaiting("queue.1e6-vs-1e3.single", "single", "time"),
          costOfWaiting("queue.1e6-vs-1e3.random", "batches", "random"),
          floor("queue.push-claim-complete.plain", "single"),
          floor("queue.push-claim-complete.plain50", "batches"),
          seed("create", "MessageBenchmark.create"),
          seed("append", "MessageBenchmark.append"),
          seed("update", "MessageBenchmark.update"),
          seed("load", "MessageBenchmark.load"),
          seed("sse", "MessageStreamBenchmark.appendToArrival"),
          new Ratio(
              "message.append.1MB-vs-1KB",
              "GrowingMessageBenchmark.append length=1048576",
              "GrowingMessageBenchmark.append length=1024"),
          new Ratio(
              "orchestration.100x10000.bare", "SessionBenchmark.session", "SessionBenchmark.bare"),
          new Ratio(
              "a2a.append.1MB-vs-1KB",
              "TaskBenchmark.append length=1000000",
              "TaskBenchmark.append length=1000"),
          new Ratio(
              "a2a.other-instance.p99",
              "TaskBenchmark.appendToArrival length=1000 p99",
              "goal other-instance"),
          followers("connections", "conn."),
          followers("heap", "KB"),
          followers("p99", "ms"));

  /** What the original of our messages promises, in microseconds. */
  private static final Map<String, Double> SEED =
      Map.of(
          "create", 10_000.0,
          "append", 5_000.0,
          "update", 15_000.0,
          "load", 20_000.0,
          "sse", 100_000.0);

  /** What followers may cost, and how long a task's event may take, in microseconds. */
  private static final Map<String, Double> GOAL =
      Map.of("connections", 4.0, "heap", 40.0, "p99", 100.0, "other-instance", 5_000.0);

  private Ratios() {}

  /** The 99th percentile against the original's word. */
  private static Ratio seed(String operation, String ours) {
    return new Ratio("message." + operation + ".p99.seed", ours + " p99", "seed " + operation);
  }

  private static Ratio followers(String what, String unit) {
    return new Ratio("sse.followers." + what, Followers.NAME + " " + what, "goal " + what, unit);
  }

  private static Ratio costOfWaiting(String name, String method, String scores) {
    var many = "QueueBenchmark." + method + " scores=" + scores + " waiting=1000000";
    return new Ratio(name, many, many.replace("1000000", "1000"));
  }

  /** Ours does more than the peer: how much that costs. */
  private static Ratio floor(String name, String method) {
    var peer = "PlainQueueBenchmark." + method + " scores=time waiting=1000";
    return new Ratio(name, peer.replace("Plain", ""), peer);
  }

  /** Measures. */
  public static void main(String[] args) throws RunnerException {
    boolean quick = List.of(args).contains("quick");
    var names = Stream.of(args).filter(arg -> !arg.equals("quick")).toList();
    var followers = isWanted(names) ? Followers.measure(quick) : Map.<String, Double>of();
    var benchmarks = run(options(quick, names));
    var results = new TreeMap<String, Double>();
    SEED.forEach((operation, target) -> results.put("seed " + operation, target));
    GOAL.forEach((what, goal) -> results.put("goal " + what, goal));
    followers.forEach((what, result) -> results.put(Followers.NAME + " " + what, result));
    for (var each : benchmarks) {
      var primary = each.getPrimaryResult();
      results.put(label(each), primary.getScore());
      results.put(label(each) + " p99", primary.getStatistics().getPercentile(99));
    }
    report(
        benchmarks,
        ALL.stream().map(ratio -> ratio.of(results)).flatMap(Optional::stream).toList());
  }

  /** Whether these names, which may be patterns, mean {@link Followers}, too. */
  private static boolean isWanted(List<String> names) {
    return names.isEmpty()
        || names.stream().anyMatch(it -> Pattern.compile(it).matcher(Followers.NAME).find());
  }

  private static Collection<RunResult> run(ChainedOptionsBuilder options) throws RunnerException {
    try {
      return new Runner(options.build()).run();
    } catch (NoBenchmarksException none) {
      return List.of();
    }
  }

  private static ChainedOptionsBuilder options(boolean quick, List<String> names) {
    var options =
        new OptionsBuilder()
            .forks(quick ? 1 : 3)
            .warmupIterations(quick ? 2 : 5)
            .warmupTime(TimeValue.seconds(quick ? 1 : 2))
            .measurementIterations(quick ? 3 : 5)
            .measurementTime(TimeValue.seconds(2))
            .jvmArgsAppend("-Xmx1g");
    (names.isEmpty() ? List.of("dev.redstart.jmh") : names).forEach(options::include);
    return quick ? options : options.param("scores", "time", "random");
  }

  /** Such as {@code QueueBenchmark.single scores=time waiting=1000}. */
  private static String label(RunResult result) {
    var params = result.getParams();
    var name = params.getBenchmark().replaceFirst(".*\\.(\\w+\\.\\w+)$", "$1");
    return params.getParamsKeys().stream()
        .sorted()
        .map(key -> " " + key + "=" + params.getParam(key))
        .collect(Collectors.joining("", name, ""));
  }

  private static void report(Collection<RunResult> results, List<Ratio.Outcome> ratios) {
    System.out.println();
    results.forEach(Ratios::print);
    System.out.println();
    System.out.printf("%-40s %10s %10s  %-6s %6s%n", "name", "ours", "peer", "unit", "ratio");
    ratios.forEach(Ratios::print);
    write(ratios);
  }

  private static void print(RunResult result) {
    var primary = result.getPrimaryResult();
    System.out.printf("%-60s %10.2f us/op", label(result), primary.getScore());
    if (result.getParams().getMode() == Mode.SampleTime) {
      var all = primary.getStatistics();
      System.out.printf("  p50 %.0f, p99 %.0f", all.getPercentile(50), all.getPercentile(99));
    }
    System.out.println();
  }

  private static void print(Ratio.Outcome each) {
    System.out.printf(
        "%-40s %10.2f %10.2f  %-6s %6.2f%n",
        each.name(), each.ours(), each.peer(), each.unit(), each.ratio());
  }

  private static void write(List<Ratio.Outcome> ratios) {
    try {
      Files.createDirectories(FILE.getParent());
      var all = ratios.stream().map(Ratio.Outcome::toJson).toList();
      Files.writeString(FILE, Json.toDisplayString(Json.of(all), 2) + "\n");
      System.out.println("\nwritten to " + FILE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
