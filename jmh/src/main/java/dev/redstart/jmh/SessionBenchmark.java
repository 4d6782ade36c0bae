package dev.redstart.jmh;

import dev.redstart.json.Json;
import dev.redstart.orchestration.Child;
import dev.redstart.orchestration.Gathered;
import dev.redstart.orchestration.Orchestration;
import dev.redstart.orchestration.SessionConfig;
import dev.redstart.orchestration.SessionOptions;
import dev.redstart.orchestration.TaskMessage;
import dev.redstart.redis.ListEnd;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a task costs in a session of a hundred children, from sending it to its report in the
 * parent's hands; and what the bare lists cost of the same client, which know of no reports.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public class SessionBenchmark {
  private static final int CHILDREN = 100;
  private static final int TASKS = 10_000;
  private static final int WARMING_RUNS = 6;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private RedisProcess server;
  private Redis redis;

  /** A run is long and there are few: the compiler has to be done before them. */
  @Setup
  public void connectAndWarm() throws InterruptedException {
    server = RedisProcess.start();
    redis = Redis.connect("redis://127.0.0.1:" + server.port());
    for (int i = 0; i < WARMING_RUNS; i++) {
      bare();
      session();
    }
  }

  @TearDown
  public void close() {
    redis.close();
    server.close();
  }

  private static List<TaskMessage> tasks(String sessionId) {
    return IntStream.range(0, TASKS)
        .mapToObj(i -> TaskMessage.of(sessionId, 1 + i % CHILDREN, "part " + i + " of the work"))
        .toList();
  }

  private static List<Thread> start(IntConsumer child) {
    var threads = new ArrayList<Thread>();
    for (int n = 1; n <= CHILDREN; n++) {
      int number = n;
      threads.add(new Thread(() -> child.accept(number), "child-" + n));
    }
    threads.forEach(Thread::start);
    return threads;
  }

  /** A session from its opening to its end. */
  @Benchmark
  @OperationsPerInvocation(TASKS)
  public Gathered session() throws InterruptedException {
    var sessions = Orchestration.of(redis);
    var options = SessionOptions.defaults().withChildren(CHILDREN);
    SessionConfig session = sessions.initializeSummoner(options);
    var children =
        IntStream.rangeClosed(1, CHILDREN)
            .mapToObj(n -> sessions.child(session.sessionId(), n))
            .toList();
    var threads = start(n -> work(children.get(n - 1)));
    var parent = sessions.parent(session.sessionId());
    parent.sendAll(tasks(session.sessionId()));
    var gathered = parent.gather(LIMIT);
    if (gathered.reports().size() != TASKS) {
      throw new IllegalStateException(gathered.missing().size() + " reports are missing");
    }
    parent.shutdown("over");
    join(threads);
    sessions.cleanup(session.sessionId());
    return gathered;
  }

  private static void work(Child child) {
    child.run(task -> Json.of("done"));
  }

  private static void join(List<Thread> threads) throws InterruptedException {
    for (var thread : threads) {
      thread.join();
    }
  }

  /** RPUSH by one, BLMOVE and LREM by the others. */
  @Benchmark
  @OperationsPerInvocation(TASKS)
  public String bare() throws InterruptedException {
    var threads = start(this::takeAndForget);
    var sent = new ArrayList<Pending<Long>>();
    for (var task : tasks("bare")) {
      var list = "tasks:" + task.childId();
      sent.add(redis.send(Lists.pushRight(list, task.toJson().toString())));
    }
    sent.forEach(Pending::await);
    join(threads);
    return redis.call(Server.flushDb());
  }

  private void takeAndForget(int number) {
    var taken = "taken:" + number;
    var move =
        Lists.blockingMoveBytes("tasks:" + number, taken, ListEnd.LEFT, ListEnd.RIGHT, LIMIT);
    for (int i = 0; i < TASKS / CHILDREN; i++) {
      Optional<byte[]> task = redis.call(move);
      redis.call(Lists.rem(taken, 1, task.orElseThrow()));
    }
  }
}
