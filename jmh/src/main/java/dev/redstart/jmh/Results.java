package dev.redstart.jmh;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;

/**
 * What was measured: under each label as many values as there were JVMs that measured it. A label
 * is such as {@code QueueBenchmark.single scores=time waiting=1000}; with {@code p99} behind it
 * that percentile, with {@code B} the bytes that were allocated, with {@code CPU} the time for
 * which Redis kept a processor busy.
 */
final class Results {
  private static final List<Integer> PERCENTILES = List.of(50, 99);

  private static final Map<String, String> PROFILED =
      Map.of("gc.alloc.rate.norm", " B", RedisCpuProfiler.RESULT, " CPU");

  private final Map<String, List<Double>> values = new TreeMap<>();
  private final Map<String, String> units = new TreeMap<>();

  /** What came out in the end. */
  record Figure(double median, double min, double max) {
    private static Figure of(List<Double> values) {
      var sorted = values.stream().sorted().toList();
      int last = sorted.size() - 1;
      double median = (sorted.get(last / 2) + sorted.get((last + 1) / 2)) / 2;
      return new Figure(median, sorted.get(0), sorted.get(last));
    }

    /** Such as {@code (1.50..2.25)}; empty if there is none. */
    String spread() {
      return min < max ? "(%.2f..%.2f)".formatted(min, max) : "";
    }
  }

  void add(String label, String unit, double value) {
    values.computeIfAbsent(label, none -> new ArrayList<>()).add(value);
    units.put(label, unit);
  }

  void add(Collection<RunResult> results) {
    for (var each : results) {
      var label = label(each.getParams());
      each.getBenchmarkResults().forEach(fork -> add(label, each.getParams().getMode(), fork));
    }
  }

  private void add(String label, Mode mode, BenchmarkResult fork) {
    var primary = fork.getPrimaryResult();
    add(label, primary.getScoreUnit(), primary.getScore());
    if (mode == Mode.SampleTime) {
      for (int part : PERCENTILES) {
        double value = primary.getStatistics().getPercentile(part);
        add(label + " p" + part, primary.getScoreUnit(), value);
      }
    }
    PROFILED.forEach(
        (name, kind) -> {
          var result = fork.getSecondaryResults().get(name);
          if (result != null) {
            add(label + kind, result.getScoreUnit(), result.getScore());
          }
        });
  }

  private static String label(BenchmarkParams params) {
    var name = params.getBenchmark().replaceFirst(".*\\.(\\w+\\.\\w+)$", "$1");
    return params.getParamsKeys().stream()
        .sorted()
        .map(key -> " " + key + "=" + params.getParam(key))
        .collect(Collectors.joining("", name, ""));
  }

  /** Empty if it was not measured. */
  Optional<Figure> figure(String label) {
    return Optional.ofNullable(values.get(label)).map(Figure::of);
  }

  void print() {
    values.forEach(
        (label, all) -> {
          var figure = Figure.of(all);
          var unit = units.get(label);
          System.out.printf(
              "%-62s %11.2f %-8s %s%n", label, figure.median(), unit, figure.spread());
        });
  }
}
