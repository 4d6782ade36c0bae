package dev.redstart.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * GETs of 64 bytes by so many threads at once, each of which waits for its reply. What comes out is
 * how long one call takes: the number of threads by this time is the throughput.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public class WireBenchmark {
  static final String KEY = "session:42:state";
  static final String VALUE = "v".repeat(64);

  /** Makes JMH's threads virtual. */
  private static final String VIRTUAL = "-Djmh.executor=VIRTUAL";

  @Param({"redstart", "redstart-unix", "jedis", "jedis-pool", "lettuce"})
  public String client;

  private RedisProcess server;
  private Client connected;

  @Setup
  public void connect(BenchmarkParams params) {
    server = RedisProcess.start();
    server.set(KEY, VALUE);
    connected = Client.connect(client, server, params.getThreads());
  }

  @TearDown
  public void close() {
    connected.close();
    server.close();
  }

  /** What one thread has. */
  @State(Scope.Thread)
  public static class Caller {
    private Client own;

    @Setup
    public void connect(WireBenchmark all) {
      own = all.connected.ofThread();
    }

    @TearDown
    public void close(WireBenchmark all) {
      if (own != all.connected) {
        own.close();
      }
    }

    String get() {
      return own.get(KEY);
    }
  }

  @Benchmark
  @Threads(1)
  public String t1(Caller caller) {
    return caller.get();
  }

  @Benchmark
  @Threads(16)
  public String t16(Caller caller) {
    return caller.get();
  }

  @Benchmark
  @Threads(64)
  public String t64(Caller caller) {
    return caller.get();
  }

  /** Virtual ones. */
  @Benchmark
  @Threads(64)
  @Fork(jvmArgsPrepend = VIRTUAL)
  public String vt64(Caller caller) {
    return caller.get();
  }

  /** Virtual ones. */
  @Benchmark
  @Threads(256)
  @Fork(jvmArgsPrepend = VIRTUAL)
  public String vt256(Caller caller) {
    return caller.get();
  }
}
