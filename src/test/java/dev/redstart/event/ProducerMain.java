package dev.redstart.event;

import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A producer in a JVM of its own, for tests that kill or stop it. */
final class ProducerMain {
  private ProducerMain() {}

  /**
   * @param arguments the URL of Redis, the run, the lease in milliseconds
   */
  public static void main(String[] arguments) throws Exception {
    var lease = Duration.ofMillis(Long.parseLong(arguments[2]));
    try (var redis = Redis.connect(arguments[0]);
        var producer = EventStore.of(redis).open(arguments[1], lease)) {
      System.out.println("opened");
      for (int i = 1; true; i++) {
        producer.add("llm", "stream", Runs.number(i));
        new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
      }
    } catch (EventException.Closed over) {
      System.out.println("refused " + over.getMessage());
    }
  }
}
