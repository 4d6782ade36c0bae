package dev.redstart.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
import redis.clients.jedis.Jedis;

/**
 * A floor for {@link QueueBenchmark}: the least that a queue with payloads can do, by Jedis. What
 * it pops is lost if the process dies; it has no leases, retries, events or waiting for work.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public class PlainQueueBenchmark {
  private static final String QUEUE = "jobs";
  private static final String TASKS = "jobs:tasks";
  private static final int FILL = 100;

  /** How many tasks wait all the time. */
  @Param({"1000", "1000000"})
  public int waiting;

  /** In the order of their coming, or at random places between the others. */
  @Param("time")
  public String scores;

  private final Random random = new Random(1);
  private RedisProcess server;
  private Jedis jedis;
  private long last;

  /** A queue in which tasks wait. */
  @Setup
  public void fill() {
    server = RedisProcess.start();
    jedis = new Jedis("127.0.0.1", server.port());
    for (int i = 0; i < waiting; i += FILL) {
      push(FILL);
    }
  }

  @TearDown
  public void close() {
    jedis.close();
    server.close();
  }

  private void push(int count) {
    try (var pipeline = jedis.pipelined()) {
      for (int i = 0; i < count; i++) {
        var id = "task-" + ++last;
        var json =
            "{\"id\":\"" + id + "\",\"payload\":{\"x\":1,\"text\":\"some words for the task\"}}";
        pipeline.hset(TASKS, id, json);
        pipeline.zadd(QUEUE, scores.equals("time") ? last : random.nextDouble(), id);
      }
    }
  }

  private List<String> pop(int count) {
    var ids = new ArrayList<String>(count);
    jedis.zpopmin(QUEUE, count).forEach(each -> ids.add(each.getElement()));
    try (var pipeline = jedis.pipelined()) {
      var all = ids.toArray(String[]::new);
      var tasks = pipeline.hmget(TASKS, all);
      pipeline.hdel(TASKS, all);
      pipeline.sync();
      return tasks.get();
    }
  }

  /** One by one: three round trips. */
  @Benchmark
  public List<String> single() {
    push(1);
    return pop(1);
  }

  /** In batches of the same size as ours. */
  @Benchmark
  @OperationsPerInvocation(QueueBenchmark.BATCH)
  public List<String> batches() {
    push(QueueBenchmark.BATCH);
    return pop(QueueBenchmark.BATCH);
  }
}
