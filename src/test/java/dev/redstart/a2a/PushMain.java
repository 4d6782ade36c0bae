package dev.redstart.a2a;

import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** An instance in a JVM of its own that pushes, for tests that kill it. */
final class PushMain {
  private PushMain() {}

  static TaskOptions options() {
    return TaskOptions.defaults().withInternalPushes().withLease(Duration.ofMillis(900));
  }

  /**
   * Says one thing in a task, and then nothing any more.
   *
   * @param arguments the URL of Redis, and where to push to
   */
  public static void main(String[] arguments) {
    var place = PushConfig.of(arguments[1]).withId("p");
    try (var redis = Redis.connect(arguments[0]);
        var manager = RedisTaskManager.of(redis, PushMain::work, options())) {
      manager.onSendMessage(
          SendRequest.of(Message.ofUser("go"), SendConfiguration.defaults().withPush(place)));
    }
  }

  private static void work(ProcessRequest request, TaskHandle handle) throws InterruptedException {
    handle.state(TaskState.WORKING, Optional.empty());
    handle.append("a", "one thing");
    System.out.println("task " + handle.taskId());
    new CountDownLatch(1).await();
  }
}
