package dev.redstart.queue;

import dev.redstart.redis.Redis;
import java.util.ArrayList;

/** Pushes tasks from a JVM of its own, for tests that kill it. */
final class KilledProducer {
  private KilledProducer() {}

  static String id(int number) {
    return "task " + number;
  }

  /**
   * Prints {@code accepted N} when all tasks before number N are in the queue.
   *
   * @param arguments the URL of Redis, the queue's key, the number of the first task, the one after
   *     the last, how many at a time
   */
  public static void main(String[] arguments) {
    int end = Integer.parseInt(arguments[3]);
    int batch = Integer.parseInt(arguments[4]);
    try (var redis = Redis.connect(arguments[0])) {
      var queue = TaskQueue.of(redis, arguments[1], WorkerMain.options(KilledWorkersTest.LEASE));
      for (int next = Integer.parseInt(arguments[2]); next < end; next += batch) {
        int stop = Math.min(end, next + batch);
        var pushes = new ArrayList<Push>();
        for (int number = next; number < stop; number++) {
          pushes.add(Push.of(Task.of(id(number), number)));
        }
        queue.push(pushes);
        System.out.println("accepted " + stop);
      }
    }
  }
}
