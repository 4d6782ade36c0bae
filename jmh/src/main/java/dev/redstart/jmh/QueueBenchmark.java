package dev.redstart.jmh;

import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.queue.Outcome;
import dev.redstart.queue.Push;
import dev.redstart.queue.Task;
import dev.redstart.queue.TaskQueue;
import dev.redstart.queue.Worker;
import dev.redstart.queue.WorkerOptions;
import dev.redstart.redis.Redis;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The time from push over claim to completion, for each task, while others wait. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public class QueueBenchmark {
  static final int BATCH = 50;
  private static final int FILL = 100;
  private static final JsonValue PAYLOAD = Json.object("x", 1, "text", "some words for the task");

  /** How many tasks wait all the time. */
  @Param({"1000", "1000000"})
  public int waiting;

  /** In the order of their coming, or at random places between the others. */
  @Param("time")
  public String scores;

  private final Random random = new Random(1);
  private RedisProcess server;
  private Redis redis;
  private TaskQueue queue;
  private final AtomicLong last = new AtomicLong();

  /** A queue in which tasks wait. */
  @Setup
  public void fill() {
    server = RedisProcess.start();
    redis = Redis.connect(server.url());
    queue = TaskQueue.of(redis, "jobs");
    for (int i = 0; i < waiting; i += FILL) {
      push(FILL);
    }
  }

  @TearDown
  public void close() {
    redis.close();
    server.close();
  }

  private void push(int count) {
    queue.push(IntStream.range(0, count).mapToObj(i -> next()).toList());
  }

  private Push next() {
    var push = Push.of(new Task("task-" + last.incrementAndGet(), PAYLOAD));
    return scores.equals("time") ? push : push.withScore(random.nextDouble());
  }

  /** One by one, on one thread: three round trips. */
  @Benchmark
  public void single() {
    queue.push(next());
    queue.claim(1).get(0).complete();
  }

  /** A worker, and producers that replace what it has taken. */
  @State(Scope.Benchmark)
  public static class Working {
    private Supply supply;
    private Worker worker;

    /** Begins to work. */
    @Setup
    public void start(QueueBenchmark benchmark) {
      supply = new Supply(BATCH, () -> benchmark.push(BATCH));
      worker =
          Worker.start(
              benchmark.queue,
              WorkerOptions.defaults().withConcurrency(BATCH),
              lease -> {
                supply.handle();
                return Outcome.done();
              });
    }

    /** Work goes on between two iterations. */
    @Setup(Level.Iteration)
    public void forget() {
      supply.forget();
    }

    @TearDown
    public void stop() throws InterruptedException {
      worker.close();
      supply.end();
    }
  }

  /** In batches: one round trip to push, one to complete and claim. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void batches(Working working) throws InterruptedException {
    working.supply.await(BATCH);
  }
}
