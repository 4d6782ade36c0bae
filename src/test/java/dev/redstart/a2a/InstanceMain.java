package dev.redstart.a2a;

import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** An instance in a JVM of its own, for tests that kill or stop it. */
final class InstanceMain {
  private InstanceMain() {}

  /**
   * Works on one message, for ever: a task that grows, or without a word if the message is {@code
   * silent}.
   *
   * @param arguments the URL of Redis, the lease in milliseconds, the message and its id
   */
  public static void main(String[] arguments) throws Exception {
    var options = TaskOptions.defaults().withLease(Duration.ofMillis(Long.parseLong(arguments[1])));
    try (var redis = Redis.connect(arguments[0]);
        var manager = RedisTaskManager.of(redis, InstanceMain::work, options);
        var stream = manager.onSendMessageStream(request(arguments[2], arguments[3]))) {
      while (!stream.isEnded()) {
        stream.next(Duration.ofSeconds(1));
      }
      System.out.println("ended");
      new CountDownLatch(1).await();
    }
  }

  /** The same for all who say it. */
  static SendRequest request(String text, String id) {
    var any = Message.ofUser(text);
    return SendRequest.of(
        new Message(
            id,
            any.contextId(),
            any.taskId(),
            any.role(),
            any.parts(),
            any.metadata(),
            any.extensions(),
            any.referenceTaskIds()));
  }

  private static void work(ProcessRequest request, TaskHandle handle) {
    System.out.println("working " + handle.taskId());
    handle.onCancel(() -> System.out.println("told"));
    try {
      for (int i = 0; true; i++) {
        if (!request.message().text().equals("silent")) {
          handle.append("a", i + " ");
        }
        LockSupport.parkNanos(5_000_000);
      }
    } catch (TaskLostException lost) {
      System.out.println("lost " + lost.getMessage());
    } catch (RedisException interrupted) {
      // In the middle of a call; from then on it is known.
      assertLost(handle);
    }
  }

  private static void assertLost(TaskHandle handle) {
    try {
      handle.append("a", "late");
    } catch (TaskLostException lost) {
      System.out.println("lost " + lost.getMessage());
    }
  }
}
