package dev.redstart.queue;

import dev.redstart.redis.Redis;
import dev.redstart.redis.Sets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A worker in a JVM of its own, for tests that kill it. */
final class WorkerMain {
  /** What the handlers did: a set, so that doing it again changes nothing. */
  static final String EFFECTS = "effects";

  /** What a payload may say: another task is to follow, {@link #next}. */
  static final String FOLLOWED = "followed";

  /** The first to get the task does not come to an end with it. */
  static final String ENDLESS = "endless";

  private static final int CONCURRENCY = 8;
  private static final int WORK_MICROS_MAX = 4000;

  private WorkerMain() {}

  static QueueOptions options(Duration lease) {
    return QueueOptions.defaults()
        .withLease(lease)
        .withDeliveries(1_000_000)
        .withEvents(100_000_000);
  }

  /** The task that follows a {@link #FOLLOWED} one. */
  static Task next(String id) {
    return Task.of(id + " next", "");
  }

  /**
   * @param arguments the URL of Redis, the queue's key, the worker's name, the lease in
   *     milliseconds
   */
  public static void main(String[] arguments) throws InterruptedException {
    var lease = Duration.ofMillis(Long.parseLong(arguments[3]));
    var options = WorkerOptions.defaults().withName(arguments[2]).withConcurrency(CONCURRENCY);
    try (var redis = Redis.connect(arguments[0])) {
      var queue = TaskQueue.of(redis, arguments[1], options(lease));
      try (var worker = Worker.start(queue, options, held -> work(redis, held))) {
        System.out.println("ready");
        worker.await(Duration.ofDays(1));
      }
    }
  }

  private static Outcome work(Redis redis, Lease lease) throws InterruptedException {
    var id = lease.task().id();
    var what = lease.task().payload().asString();
    pause(ThreadLocalRandom.current().nextInt(WORK_MICROS_MAX));
    redis.call(Sets.add(EFFECTS, id));
    if (what.equals(ENDLESS) && lease.deliveries() == 1) {
      pause(TimeUnit.DAYS.toMicros(1));
    }
    return what.equals(FOLLOWED) ? Outcome.done().then(next(id)) : Outcome.done();
  }

  private static void pause(long micros) throws InterruptedException {
    new CountDownLatch(1).await(micros, TimeUnit.MICROSECONDS);
  }
}
