package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.harness.Eventually;
import dev.redstart.json.Json;
import dev.redstart.queue.Invariants;
import dev.redstart.queue.InvariantsHistory;
import dev.redstart.queue.Lease;
import dev.redstart.queue.Outcome;
import dev.redstart.queue.QueueOptions;
import dev.redstart.queue.Task;
import dev.redstart.queue.TaskQueue;
import dev.redstart.queue.Worker;
import dev.redstart.queue.WorkerOptions;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.List;

/** Tasks of a queue; its own notes are replayed. */
final class QueueLoad extends Load {
  private static final QueueOptions OPTIONS =
      QueueOptions.defaults().withLease(Duration.ofSeconds(2)).withEvents(1_000_000);

  private final Redis redis;
  private final TaskQueue queue;
  private final Worker worker;

  QueueLoad(Redis redis, String name) {
    this.redis = redis;
    this.queue = TaskQueue.of(redis, name, OPTIONS);
    this.worker = Worker.start(queue, WorkerOptions.defaults().withConcurrency(2), this::handle);
  }

  private Outcome handle(Lease lease) {
    begin(lease.task().id() + " for the " + lease.deliveries() + ". time");
    done(Integer.parseInt(lease.task().id()));
    return Outcome.done();
  }

  @Override
  void give(int number) {
    queue.push(new Task(Integer.toString(number), Json.of(number)));
  }

  @Override
  List<Integer> history() {
    return InvariantsHistory.of(queue).pushed().stream().map(Integer::valueOf).toList();
  }

  @Override
  void replay() {
    Eventually.within(LIMIT, "the queue is empty", () -> queue.size() == 0);
    var history = InvariantsHistory.of(queue);
    history.check(queue.stats());
    Invariants.check(redis, queue.key());
    assertEquals(history.ids(), history.ids("completed"));
    assertEquals(history.ids().size(), history.count("completed"), "each once");
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
