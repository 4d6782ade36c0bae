package dev.redstart.jmh;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * For JMH: how long Redis, which its JVM has started, kept a processor busy for each operation. On
 * Linux processor time is told in steps of ten milliseconds.
 */
public final class RedisCpuProfiler implements InternalProfiler {
  static final String RESULT = "redis.cpu.norm";

  private Duration before = Duration.ZERO;

  @Override
  public String getDescription() {
    return "Processor time of the servers that a benchmark has started";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    before = RedisProcess.used();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    double nanos = RedisProcess.used().minus(before).toNanos();
    long operations = result.getMetadata().getAllOps();
    return nanos == 0
        ? List.of()
        : List.of(
            new ScalarResult(RESULT, nanos / 1000 / operations, "us/op", AggregationPolicy.AVG));
  }
}
