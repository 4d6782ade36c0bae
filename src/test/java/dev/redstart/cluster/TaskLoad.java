package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.a2a.Message;
import dev.redstart.a2a.RedisTaskManager;
import dev.redstart.a2a.SendRequest;
import dev.redstart.a2a.Task;
import dev.redstart.a2a.TaskManager;
import dev.redstart.a2a.TaskOptions;
import dev.redstart.a2a.TaskQuery;
import dev.redstart.a2a.TaskState;
import dev.redstart.redis.Redis;

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
    assertEquals(TaskState.COMPLETED, task.status().state());
    assertEquals(text, task.artifacts().get(0).parts().get(0).text().orElseThrow());
    done(number);
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
