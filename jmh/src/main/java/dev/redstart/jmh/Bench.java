package dev.redstart.jmh;

import dev.redstart.json.Json;
import dev.redstart.json.JsonCodec;
import dev.redstart.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks, prints what came out, and writes {@code jmh/target/ratios.json}, and beside
 * it under which conditions that was, for {@link Report}. Arguments: {@code quick} for fewer and
 * shorter measurements, and regular expressions for the names of the benchmarks to be run; by
 * default all, or in quick runs those of the main ratios.
 */
public final class Bench {
  static final Path RATIOS = Path.of("jmh", "target", "ratios.json");
  static final Path CONDITIONS = RATIOS.resolveSibling("conditions.json");

  /** One, which waits for its replies as ours does; and what it takes by default. */
  private static final List<Integer> REDIS_BENCHMARK_CONNECTIONS = List.of(1, 50);

  private final boolean quick;
  private final List<String> patterns;
  private final Results results = new Results();

  private Bench(boolean quick, List<String> patterns) {
    this.quick = quick;
    this.patterns = patterns;
  }

  /** Measures. */
  public static void main(String[] args) throws RunnerException {
    boolean quick = List.of(args).contains("quick");
    var given = Stream.of(args).filter(arg -> !arg.equals("quick")).toList();
    var all = quick ? main() : List.of(".");
    var bench = new Bench(quick, given.isEmpty() ? all : given);
    long start = System.nanoTime();
    bench.measure();
    long nanos = System.nanoTime() - start;
    bench.report();
    System.out.println("measured in " + TimeUnit.NANOSECONDS.toSeconds(nanos) + " s");
  }

  /** Patterns of the names of what the main ratios are made of. */
  private static List<String> main() {
    return Ratios.MAIN.stream()
        .flatMap(Ratio::labels)
        .map(label -> "\\b" + label.split(" ")[0].replace(".", "\\.") + "$")
        .distinct()
        .toList();
  }

  private void measure() throws RunnerException {
    for (int round = 0; round < Part.rounds(quick); round++) {
      runParts();
    }
    if (isWanted(SystemCalls.NAME)) {
      addAll(SystemCalls.NAME, "calls/op", SystemCalls.measure(quick));
    }
    if (isWanted(Followers.NAME)) {
      addAll(Followers.NAME, "", Followers.measure(quick));
    }
    results.add(run(others()));
  }

  private void addAll(String program, String unit, Map<String, Double> values) {
    values.forEach((what, value) -> results.add(program + " " + what, unit, value));
  }

  private void runParts() throws RunnerException {
    for (var part : Part.all(quick)) {
      try (var awake = part.isLone() ? IdleWork.start() : IdleWork.none()) {
        results.add(run(part.options(quick, patterns)));
      }
    }
    if (isWanted(RedisBenchmark.NAME)) {
      try (var awake = IdleWork.start()) {
        for (int connections : REDIS_BENCHMARK_CONNECTIONS) {
          var label = RedisBenchmark.NAME + " connections=" + connections;
          RedisBenchmark.measure(connections, quick)
              .ifPresent(micros -> results.add(label, "us/op", micros));
        }
      }
    }
  }

  /** Whether the patterns mean a program that is no benchmark for JMH. */
  private boolean isWanted(String program) {
    return patterns.stream().anyMatch(it -> Pattern.compile(it).matcher(program).find());
  }

  private static Collection<RunResult> run(ChainedOptionsBuilder options) throws RunnerException {
    try {
      return new Runner(options.build()).run();
    } catch (NoBenchmarksException none) {
      return List.of();
    }
  }

  private ChainedOptionsBuilder others() {
    var options =
        new OptionsBuilder()
            .exclude(Part.ALL)
            .forks(quick ? 1 : 3)
            .warmupIterations(quick ? 2 : 5)
            .warmupTime(TimeValue.seconds(quick ? 1 : 2))
            .measurementIterations(quick ? 2 : 5)
            .measurementTime(TimeValue.seconds(quick ? 1 : 2))
            .jvmArgsAppend("-Xmx1g");
    patterns.forEach(options::include);
    return quick ? options : options.param("scores", "time", "random");
  }

  private void report() {
    System.out.println();
    results.print();
    System.out.println();
    Ratios.TARGETS.forEach((label, target) -> results.add(label, "", target));
    var ratios =
        Ratios.ALL.stream().map(ratio -> ratio.of(results)).flatMap(Optional::stream).toList();
    System.out.printf("%-40s %10s %10s  %-8s %6s%n", "name", "ours", "peer", "unit", "ratio");
    ratios.forEach(Bench::print);
    var conditions = Conditions.of(quick);
    System.out.println();
    System.out.println(conditions);
    write(RATIOS, Json.of(ratios.stream().map(Ratio.Outcome::toJson).toList()));
    write(CONDITIONS, JsonCodec.of(Conditions.class).toJson(conditions));
    System.out.println("written to " + RATIOS);
  }

  private static void print(Ratio.Outcome each) {
    System.out.printf(
        "%-40s %10.2f %10.2f  %-8s %6.2f  %s%n",
        each.name(),
        each.ours().median(),
        each.peer().median(),
        each.unit(),
        each.ratio(),
        (each.ours().spread() + " " + each.peer().spread()).strip());
  }

  private static void write(Path file, JsonValue json) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, Json.toDisplayString(json, 2) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
