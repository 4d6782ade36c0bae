package dev.redstart.jmh;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A hundred GETs of 64 bytes in one pipeline, by one thread. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public class PipelineBenchmark {
  static final int LENGTH = 100;

  @Param({"redstart", "jedis", "lettuce", "lettuce-held"})
  public String client;

  private RedisProcess server;
  private Client connected;

  @Setup
  public void connect() {
    server = RedisProcess.start();
    server.set(WireBenchmark.KEY, WireBenchmark.VALUE);
    connected = Client.connect(client, server, 1);
  }

  @TearDown
  public void close() {
    connected.close();
    server.close();
  }

  @Benchmark
  @OperationsPerInvocation(LENGTH)
  public List<String> pipeline() {
    return connected.getAll(WireBenchmark.KEY, LENGTH);
  }
}
