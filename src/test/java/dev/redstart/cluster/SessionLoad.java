package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.orchestration.Child;
import dev.redstart.orchestration.Orchestration;
import dev.redstart.orchestration.Parent;
import dev.redstart.orchestration.SessionOptions;
import dev.redstart.orchestration.TaskMessage;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/** A session: a piece is a task that is sent, and its report. */
final class SessionLoad extends Load {
  /** What a failover has lost is not reported on. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final Orchestration sessions;
  private final String id;
  private final Parent parent;
  private final List<Child> children;
  private final List<Thread> threads;
  private final Queue<Integer> told = new ConcurrentLinkedQueue<>();

  SessionLoad(Redis redis, String name) {
    this.sessions = Orchestration.of(redis);
    this.id = name;
    sessions.initializeSummoner(SessionOptions.defaults().withSessionId(id).withChildren(2));
    this.parent = sessions.parent(id);
    this.children = Stream.of(1, 2).map(number -> sessions.child(id, number)).toList();
    this.threads = children.stream().map(SessionLoad::run).toList();
  }

  private static Thread run(Child child) {
    var thread = new Thread(() -> child.run(task -> Json.of(task.prompt())), "SessionLoad-child");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Override
  void give(int number) throws InterruptedException {
    var task = TaskMessage.of(id, 1 + number % 2, Integer.toString(number));
    parent.send(task);
    var gathered = parent.gather(List.of(task.taskId()), PATIENCE);
    gathered.reports().values().forEach(it -> tell(Integer.parseInt(it.result().asString())));
    parent.acknowledge(List.of(task.taskId()));
  }

  private void tell(int number) {
    told.add(number);
    done(number);
  }

  /** Redis forgets what has been acknowledged, so this is what the parent was told. */
  @Override
  List<Integer> history() {
    return List.copyOf(told);
  }

  @Override
  void check() {
    assertTrue(sessions.view(id).tasksOpen() == 0);
  }

  @Override
  public void close() {
    children.forEach(Child::stop);
    for (var thread : threads) {
      try {
        thread.join(Duration.ofSeconds(10).toMillis());
      } catch (InterruptedException hurry) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
