package dev.redstart.jmh;

import dev.redstart.json.Json;
import dev.redstart.queue.Outcome;
import dev.redstart.queue.Task;
import dev.redstart.queue.TaskQueue;
import dev.redstart.queue.Worker;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Server;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The time from a push to the start of the handler, with a worker that has nothing to do. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public class WakeBenchmark {
  private final Semaphore started = new Semaphore(0);
  private RedisProcess server;
  private Redis redis;
  private TaskQueue queue;
  private Worker worker;
  private long last;

  /** Starts a worker. */
  @Setup
  public void start() {
    server = RedisProcess.start();
    redis = Redis.connect(server.url());
    queue = TaskQueue.of(redis, "jobs");
    worker =
        Worker.start(
            queue,
            lease -> {
              started.release();
              return Outcome.done();
            });
  }

  /** Returns when it waits, as Redis sees it. */
  @Setup(Level.Invocation)
  public void awaitIdle() {
    while (!redis.call(Server.info("clients")).get("blocked_clients").equals("1")) {
      Thread.onSpinWait();
    }
  }

  @TearDown
  public void close() {
    worker.close();
    redis.close();
    server.close();
  }

  @Benchmark
  public void pushToStart() throws InterruptedException {
    queue.push(new Task("task-" + ++last, Json.of(1)), 1);
    started.acquire();
  }
}
