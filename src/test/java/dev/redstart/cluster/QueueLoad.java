package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.json.Json;
import dev.redstart.queue.LeaseHandler;
import dev.redstart.queue.Task;
import dev.redstart.queue.TaskQueue;
import dev.redstart.queue.Worker;
import dev.redstart.queue.WorkerOptions;
import dev.redstart.redis.Redis;

final class QueueLoad extends Load {
  private final TaskQueue queue;
  private final Worker worker;

  QueueLoad(Redis redis, String name) {
    this.queue = TaskQueue.of(redis, name);
    LeaseHandler handler =
        LeaseHandler.of(
            task -> {
              done(Integer.parseInt(task.id()));
              return true;
            });
    this.worker = Worker.start(queue, WorkerOptions.defaults().withConcurrency(2), handler);
  }

  @Override
  void give(int number) {
    queue.push(new Task(Integer.toString(number), Json.of(number)));
  }

  @Override
  void check() {
    var stats = queue.stats();
    assertEquals(0, stats.dead());
    assertEquals(taken(), stats.pushed());
  }

  @Override
  public void close() {
    worker.close();
  }
}
