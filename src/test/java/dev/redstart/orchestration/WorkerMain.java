package dev.redstart.orchestration;

import dev.redstart.json.Json;
import dev.redstart.redis.Redis;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A child in a JVM of its own, for tests that kill or pause it. */
final class WorkerMain {
  private WorkerMain() {}

  /**
   * @param arguments the URL of Redis, the session's id, the child's number, milliseconds per task
   */
  public static void main(String[] arguments) {
    int number = Integer.parseInt(arguments[2]);
    long workMillis = Long.parseLong(arguments[3]);
    try (var redis = Redis.connect(arguments[0]);
        var child = Orchestration.of(redis).child(arguments[1], number)) {
      System.out.println("ready");
      var run =
          child.run(
              task -> {
                System.out.println("task " + task.taskId());
                new CountDownLatch(1).await(workMillis, TimeUnit.MILLISECONDS);
                return Json.of("by " + ProcessHandle.current().pid());
              });
      System.out.println("end " + run.end() + " refused " + run.refused());
    }
  }
}
