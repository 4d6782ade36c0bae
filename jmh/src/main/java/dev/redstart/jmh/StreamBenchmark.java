package dev.redstart.jmh;

import dev.redstart.redis.Redis;
import dev.redstart.stream.ConsumerOptions;
import dev.redstart.stream.RedisStreams;
import dev.redstart.stream.Retention;
import dev.redstart.stream.StreamConsumer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The time for each entry that producers add in batches, and a consumer acknowledges. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public class StreamBenchmark {
  private static final int BATCH = 100;
  private static final int KEPT = 10_000;
  private static final List<Map<String, String>> ENTRIES =
      Collections.nCopies(BATCH, Map.of("kind", "demo", "text", "some words for the entry"));

  private RedisProcess server;
  private Redis redis;
  private RedisStreams streams;
  private Supply supply;
  private StreamConsumer consumer;

  /** Starts a consumer, with some entries before it. */
  @Setup
  public void start() {
    server = RedisProcess.start();
    redis = Redis.connect(server.url());
    streams = RedisStreams.of(redis);
    streams.ensureGroup("events", "group");
    for (int i = 0; i < 8; i++) {
      push();
    }
    supply = new Supply(BATCH, this::push);
    var options = ConsumerOptions.defaults().withCount(BATCH);
    consumer =
        streams.consume(List.of("events"), "group", "one", message -> supply.handle(), options);
  }

  private void push() {
    streams.pushAll("events", ENTRIES, Retention.atMost(KEPT));
  }

  /** Work goes on between two iterations. */
  @Setup(Level.Iteration)
  public void forget() {
    supply.forget();
  }

  @TearDown
  public void close() throws InterruptedException {
    consumer.close();
    supply.end();
    redis.close();
    server.close();
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void consume() throws InterruptedException {
    supply.await(BATCH);
  }
}
