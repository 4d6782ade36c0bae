package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.a2a.A2AError;
import dev.redstart.a2a.Message;
import dev.redstart.a2a.RedisTaskManager;
import dev.redstart.a2a.SendRequest;
import dev.redstart.a2a.Task;
import dev.redstart.a2a.TaskManager;
import dev.redstart.a2a.TaskOptions;
import dev.redstart.a2a.TaskQuery;
import dev.redstart.a2a.TaskState;
import dev.redstart.redis.Redis;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Tasks of A2A: each is asked for and waited for. */
final class TaskLoad extends Load {
  private final TaskManager manager;

  TaskLoad(Redis redis) {
    this.manager =
        RedisTaskManager.of(
            redis,
            (request, handle) -> {
              handle.state(TaskState.WORKING);
              handle.append("a", request.message().text());
              handle.state(TaskState.COMPLETED);
            },
            TaskOptions.defaults().withoutPushes());
  }

  @Override
  void give(int number) {
    var text = Integer.toString(number);
    var task = (Task) manager.onSendMessage(SendRequest.of(Message.ofUser(text)));
    if (!isDone(task)) {
      // Its end was heard of, and is lost by now.
      throw A2AError.INTERNAL_ERROR.because("piece " + number + " is " + task.status().state());
    }
    assertEquals(number, number(task));
    done(number);
  }

  /** As the store has them, sorted: it lists those first that were touched last. */
  @Override
  List<Integer> history() {
    var numbers = new ArrayList<Integer>();
    var page = manager.onListTasks(query(Optional.empty()));
    while (true) {
      page.tasks().stream().filter(TaskLoad::isDone).map(TaskLoad::number).forEach(numbers::add);
      if (page.nextPageToken().isEmpty()) {
        return numbers.stream().sorted().toList();
      }
      page = manager.onListTasks(query(Optional.of(page.nextPageToken())));
    }
  }

  private static TaskQuery query(Optional<String> token) {
    return new TaskQuery(
        Optional.empty(),
        Optional.empty(),
        100,
        token,
        OptionalInt.empty(),
        Optional.empty(),
        true);
  }

  private static boolean isDone(Task task) {
    return task.status().state() == TaskState.COMPLETED;
  }

  private static int number(Task task) {
    return Integer.parseInt(task.artifacts().get(0).parts().get(0).text().orElseThrow());
  }

  @Override
  void check() {
    assertEquals(taken(), manager.onListTasks(TaskQuery.all()).totalSize());
  }

  @Override
  public void close() {
    manager.close();
  }
}
