package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.queue.Lease;
import dev.redstart.queue.Outcome;
import dev.redstart.queue.Push;
import dev.redstart.queue.QueueOptions;
import dev.redstart.queue.Task;
import dev.redstart.queue.TaskQueue;
import dev.redstart.queue.TaskState;
import dev.redstart.queue.Worker;
import dev.redstart.queue.WorkerOptions;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

final class QueueTour implements Tour {
  @Override
  public void run(Redis redis, String name) throws Exception {
    var options = QueueOptions.defaults().withLease(Duration.ofSeconds(1)).withAttempts(1);
    var key = name + "-queue";
    var queue = TaskQueue.of(redis, key, options.withExpiry(Duration.ofMinutes(5)));
    queue.clear();
    queue.push(List.of(push("a"), push("b"), push("c").withDelay(Duration.ofMillis(20))));
    redis.call("ZADD", key, "1", "{\"id\":\"foreign\"}");
    redis.call("ZADD", key, "1", "garbage");
    queue.limitRate(1000, Duration.ofSeconds(1));
    work(queue);
    manage(queue);
    queue.clear();
    assertEquals(0, queue.size());
  }

  private static Push push(String id) {
    return Push.of(new Task(id, Json.of(id)));
  }

  private static void work(TaskQueue queue) throws InterruptedException {
    var done = new CountDownLatch(4);
    try (Worker worker =
        Worker.start(
            queue, WorkerOptions.defaults().withConcurrency(2), lease -> end(lease, done))) {
      assertTrue(done.await(LIMIT.toSeconds(), TimeUnit.SECONDS), "all are handled");
    }
    assertEquals(Json.of("A"), queue.result("a").orElseThrow());
  }

  private static Outcome end(Lease lease, CountDownLatch done) throws InterruptedException {
    lease.checkpoint(Json.of("half"));
    lease.progress(Json.of(0.5));
    done.countDown();
    // Longer than a sign of life is apart from the next.
    return switch (lease.task().id()) {
      case "a" -> new CountDownLatch(1).await(500, TimeUnit.MILLISECONDS) ? null : said(lease);
      case "b" -> Outcome.dead("no use");
      default -> said(lease);
    };
  }

  private static Outcome said(Lease lease) {
    return Outcome.done(Json.of(lease.task().id().toUpperCase(java.util.Locale.ROOT)));
  }

  private static void manage(TaskQueue queue) {
    assertEquals(TaskState.DEAD, queue.get("b").orElseThrow().state());
    assertEquals(1, queue.requeue(List.of("b")));
    queue.pause();
    queue.resume();
    assertEquals(1, queue.range(-1e18, 1e18, 10).tasks().size());
    assertTrue(queue.cancel("b"));
    assertFalse(queue.events(EntryId.MIN, 10, Duration.ofMillis(10)).isEmpty());
    queue.push(push("e").task());
    assertEquals(1, queue.complete(queue.claim(1)).size());
    assertEquals(0, queue.stats().ready());
    queue.purge(queue.list(TaskState.DEAD, 10).tasks().stream().map(it -> it.task().id()).toList());
  }
}
