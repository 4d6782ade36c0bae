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
 * Runs the benchmarks, prints what came out, and writes the ratios to {@code
 * jmh/target/ratios.json} of the current folder. Arguments: {@code quick} for fewer and shorter
 * measurements, and regular expressions for the names of the benchmarks to be run; by default all.
 */
public final class Ratios {
  private static final Path FILE = Path.of("jmh", "target", "ratios.json");

  private static final List<Ratio> ALL =
      List.of(
          wire("t1", "jedis", "jedis", "jedis-pool"),
          wire("t1", "lettuce", "lettuce"),
          new Ratio(
              "get.unix.t1.jedis-tcp",
              "WireBenchmark.t1 client=redstart-unix",
              List.of("WireBenchmark.t1 client=jedis", "WireBenchmark.t1 client=jedis-pool"),
              "us/op"),
          wire("t16", "jedis", "jedis", "jedis-pool"),
          wire("t16", "lettuce", "lettuce"),
          wire("t64", "jedis", "jedis", "jedis-pool"),
          wire("t64", "lettuce", "lettuce"),
          wire("vt64", "jedis", "jedis", "jedis-pool"),
          wire("vt64", "lettuce", "lettuce"),
          wire("vt256", "jedis", "jedis", "jedis-pool"),
          wire("vt256", "lettuce", "lettuce"),
          pipeline("jedis", client("PipelineBenchmark.pipeline", "jedis")),
          pipeline(
              "lettuce",
              client("PipelineBenchmark.pipeline", "lettuce"),
              client("PipelineBenchmark.pipeline", "lettuce-held")),
          pipeline("redis-benchmark", RedisBenchmark.NAME + " connections=1"),
          pipeline("redis-benchmark50", RedisBenchmark.NAME + " connections=50"),
          new Ratio(
              "alloc.get.jedis",
              "WireBenchmark.t1 client=redstart B",
              List.of("WireBenchmark.t1 client=jedis B", "WireBenchmark.t1 client=jedis-pool B"),
              "B/op"),
          local("json.parse", "JsonBenchmark.parse", "Jackson", ""),
          local("json.write", "JsonBenchmark.write", "Jackson", ""),
          local("resp.parse.bulk.jedis", "RespBenchmark.parse", "Jedis", " kind=bulk"),
          local("resp.parse.simple.jedis", "RespBenchmark.parse", "Jedis", " kind=simple"),
          local("resp.parse.array.jedis", "RespBenchmark.parse", "Jedis", " kind=array"),
          local("resp.encode.get.jedis", "RespBenchmark.encode", "Jedis", ""),
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

  /** One, which waits for its replies as ours does; and what it takes by default. */
  private static final List<Integer> REDIS_BENCHMARK_CONNECTIONS = List.of(1, 50);

  private Ratios() {}

  private static Ratio wire(String threads, String peer, String... settings) {
    var method = "WireBenchmark." + threads;
    var peers = Stream.of(settings).map(each -> client(method, each)).toList();
    return new Ratio("get." + threads + "." + peer, client(method, "redstart"), peers, "us/op");
  }

  private static Ratio pipeline(String peer, String... labels) {
    var ours = client("PipelineBenchmark.pipeline", "redstart");
    return new Ratio("pipeline100." + peer, ours, List.of(labels), "us/op");
  }

  private static String client(String method, String name) {
    return method + " client=" + name;
  }

  private static Ratio local(String name, String method, String peer, String params) {
    return new Ratio(name, method + params, List.of(method + "By" + peer + params), "ns/op");
  }

  /** The 99th percentile against the original's word. */
  private static Ratio seed(String operation, String ours) {
    return new Ratio("message." + operation + ".p99.seed", ours + " p99", "seed " + operation);
  }

  private static Ratio followers(String what, String unit) {
    return new Ratio(
        "sse.followers." + what, Followers.NAME + " " + what, List.of("goal " + what), unit);
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
    var results = new Results();
    for (int round = 0; round < Part.rounds(quick); round++) {
      runParts(quick, names, results);
    }
    if (isWanted(Followers.NAME, names)) {
      Followers.measure(quick)
          .forEach((what, result) -> results.add(Followers.NAME + " " + what, "", result));
    }
    results.add(run(others(quick, names)));
    report(results);
  }

  private static void runParts(boolean quick, List<String> names, Results results)
      throws RunnerException {
    for (var part : Part.all(quick)) {
      try (var awake = part.isLone() ? IdleWork.start() : IdleWork.none()) {
        results.add(run(part.options(quick, names)));
      }
    }
    if (isWanted(RedisBenchmark.NAME, names)) {
      try (var awake = IdleWork.start()) {
        for (int connections : REDIS_BENCHMARK_CONNECTIONS) {
          var label = RedisBenchmark.NAME + " connections=" + connections;
          RedisBenchmark.measure(connections, quick)
              .ifPresent(micros -> results.add(label, "us/op", micros));
        }
      }
    }
  }

  /** Whether these names, which may be patterns, mean a program that is no benchmark for JMH. */
  private static boolean isWanted(String program, List<String> names) {
    return names.isEmpty()
        || names.stream().anyMatch(it -> Pattern.compile(it).matcher(program).find());
  }

  private static Collection<RunResult> run(ChainedOptionsBuilder options) throws RunnerException {
    try {
      return new Runner(options.build()).run();
    } catch (NoBenchmarksException none) {
      return List.of();
    }
  }

  private static ChainedOptionsBuilder others(boolean quick, List<String> names) {
    var options =
        new OptionsBuilder()
            .exclude(Part.ALL)
            .forks(quick ? 1 : 3)
            .warmupIterations(quick ? 2 : 5)
            .warmupTime(TimeValue.seconds(quick ? 1 : 2))
            .measurementIterations(quick ? 3 : 5)
            .measurementTime(TimeValue.seconds(quick ? 1 : 2))
            .jvmArgsAppend("-Xmx1g");
    (names.isEmpty() ? List.of("dev.redstart.jmh") : names).forEach(options::include);
    return quick ? options : options.param("scores", "time", "random");
  }

  private static void report(Results results) {
    System.out.println();
    results.print();
    System.out.println();
    SEED.forEach((operation, target) -> results.add("seed " + operation, "us/op", target));
    GOAL.forEach((what, goal) -> results.add("goal " + what, "", goal));
    var ratios = ALL.stream().map(ratio -> ratio.of(results)).flatMap(Optional::stream).toList();
    System.out.printf("%-40s %10s %10s  %-6s %6s%n", "name", "ours", "peer", "unit", "ratio");
    ratios.forEach(Ratios::print);
    write(ratios);
  }

  private static void print(Ratio.Outcome each) {
    System.out.printf(
        "%-40s %10.2f %10.2f  %-6s %6.2f  %s%n",
        each.name(),
        each.ours().median(),
        each.peer().median(),
        each.unit(),
        each.ratio(),
        (each.ours().spread() + " " + each.peer().spread()).strip());
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
