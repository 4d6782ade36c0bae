package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

/**
 * Workers and a producer, and a Redis that goes away and comes back. Nobody restarts them: they go
 * on by themselves, everything that was accepted is done, and everything that was done was done
 * once in effect.
 */
@Execution(CONCURRENT)
class RestartTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration LEASE = Duration.ofSeconds(1);
  private static final String KEY = "jobs";

  /** Shorter than Redis is away: then it is for the workers to go on, not for the client. */
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private static final int WORKERS = 3;
  private static final long PUSH_PAUSE_MILLIS = 2;

  private RedisServer server;
  private Redis eyes;
  private TaskQueue queue;
  private final List<Redis> clients = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();
  private final Set<String> effects = ConcurrentHashMap.newKeySet();
  private final CountDownLatch never = new CountDownLatch(1);
  private final List<String> progress = new ArrayList<>();
  private Producer producer;

  @BeforeEach
  void start() {
    server = RedisServer.start(ServerOptions.plain().withAppendOnly());
    eyes = connect(LIMIT);
    queue = TaskQueue.of(eyes, KEY, WorkerMain.options(LEASE));
    for (int n = 0; n < WORKERS; n++) {
      var theirs = TaskQueue.of(connect(TIMEOUT), KEY, WorkerMain.options(LEASE));
      var options = WorkerOptions.defaults().withName("worker " + n).withConcurrency(4);
      workers.add(Worker.start(theirs, options, this::work));
    }
    producer = new Producer(TaskQueue.of(connect(TIMEOUT), KEY, WorkerMain.options(LEASE)));
    producer.thread.start();
  }

  private Redis connect(Duration timeout) {
    var redis = Redis.connect(RedisOptions.of(server.url()).withTimeout(timeout));
    clients.add(redis);
    return redis;
  }

  private Outcome work(Lease lease) throws InterruptedException {
    never.await(5, TimeUnit.MILLISECONDS);
    effects.add(lease.task().id());
    return Outcome.done();
  }

  @AfterEach
  void stop() {
    producer.over = true;
    workers.forEach(Worker::close);
    clients.forEach(Redis::close);
    server.close();
  }

  /** Pushes without end; what it is not told to be accepted it does not push again. */
  private final class Producer implements Runnable {
    final Thread thread = new Thread(this, "producer");
    final Set<String> accepted = ConcurrentHashMap.newKeySet();
    final Set<String> unknown = ConcurrentHashMap.newKeySet();
    private final TaskQueue queue;
    private volatile boolean over;

    Producer(TaskQueue queue) {
      this.queue = queue;
    }

    @Override
    public void run() {
      for (int n = 0; !over; n++) {
        var id = "task " + n;
        try {
          queue.push(Task.of(id, n));
          accepted.add(id);
          never.await(PUSH_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RedisException noAnswer) {
          unknown.add(id);
        } catch (InterruptedException stop) {
          return;
        }
      }
    }

    void finish() {
      over = true;
      Eventually.within(LIMIT, "the producer ends", () -> !thread.isAlive());
    }
  }

  /** Everybody does something again, the producer, too. */
  private void awaitProgress(String after) {
    int pushed = producer.accepted.size();
    long start = System.nanoTime();
    var before = workers.stream().map(Worker::completed).toList();
    Eventually.within(
        LIMIT,
        "all go on after " + after,
        () -> {
          for (int n = 0; n < WORKERS; n++) {
            if (workers.get(n).completed() < before.get(n) + 3) {
              return false;
            }
          }
          return producer.accepted.size() > pushed;
        });
    progress.add(after + ": " + (System.nanoTime() - start) / 1_000_000 + " ms");
  }

  private void judge() {
    System.out.println("all go on after " + progress);
    producer.finish();
    Eventually.within(LIMIT, "all is done", () -> queue.size() == 0);
    var history = InvariantsHistory.of(queue);
    history.check(queue.stats());
    Invariants.check(eyes, KEY);
    var done = history.ids("completed");
    var missing = new ArrayList<>(producer.accepted);
    missing.removeAll(done);
    assertEquals(List.of(), missing, "accepted and not done");
    assertEquals(done.size(), history.count("completed"), "done more than once");
    assertEquals(done.size(), history.count("pushed"));
    assertTrue(effects.containsAll(done));
    done.removeAll(producer.accepted);
    assertTrue(producer.unknown.containsAll(done), () -> "not pushed: " + done);
  }

  private void stayAway(int seconds) throws InterruptedException {
    never.await(seconds, TimeUnit.SECONDS);
  }

  @Test
  void nothingIsLostWhenRedisIsKilledOrStopped() throws Exception {
    awaitProgress("the start");
    server.kill();
    server.restart();
    awaitProgress("a kill");
    server.kill();
    stayAway(3);
    server.restart();
    awaitProgress("a kill and three seconds");
    if (KilledWorkersTest.CHAOS > 1) {
      server.stop();
      stayAway(10);
      server.restart();
      awaitProgress("ten seconds");
    }
    judge();
  }

  @Test
  void nothingIsLostWhenConnectionsAreCutAndCommandsHeldUp() {
    awaitProgress("the start");
    for (int n = 0; n < 5; n++) {
      server.cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      awaitProgress("CLIENT KILL");
      server.cli("SCRIPT", "FLUSH");
      awaitProgress("SCRIPT FLUSH");
    }
    server.cli("CLIENT", "PAUSE", "2000", "ALL");
    awaitProgress("CLIENT PAUSE");
    judge();
  }
}
