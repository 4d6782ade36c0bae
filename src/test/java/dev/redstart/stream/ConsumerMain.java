package dev.redstart.stream;

import dev.redstart.redis.Backoff;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A consumer in a JVM of its own, for tests that kill or stop it. */
final class ConsumerMain {
  static final String HANDLED = "handled";
  static final String TRIES = "tries";
  static final int POISON = 100;

  private ConsumerMain() {}

  static ConsumerOptions options(Duration lease, int deliveries) {
    return ConsumerOptions.defaults()
        .withLease(lease)
        .withDeliveries(deliveries)
        .withCount(20)
        .withConcurrency(2)
        .withBackoff(new Backoff(Duration.ofMillis(10), Duration.ofMillis(50)));
  }

  /** The n-th of each hundred entries is one that nobody can handle. */
  static boolean isPoison(String n) {
    return Integer.parseInt(n) % POISON == 7;
  }

  /**
   * @param arguments the URL of Redis, the lease in milliseconds, deliveries, milliseconds of work
   */
  public static void main(String[] arguments) throws Exception {
    var options =
        options(Duration.ofMillis(Long.parseLong(arguments[1])), Integer.parseInt(arguments[2]));
    long workMillis = Long.parseLong(arguments[3]);
    try (var redis = Redis.connect(arguments[0]);
        var consumer =
            RedisStreams.of(redis)
                .consume(
                    List.of(OneStream.KEY),
                    OneStream.GROUP,
                    "child",
                    message -> {
                      System.out.println("begin " + message.field("n").orElseThrow());
                      handle(redis, message, workMillis);
                    },
                    options)) {
      System.out.println("name " + consumer.name());
      while (!consumer.await(Duration.ofMillis(200))) {
        System.out.println(
            "lost " + consumer.counters().lost() + " handled " + consumer.counters().handled());
      }
    }
  }

  static void handle(Redis redis, StreamMessage message, long workMillis)
      throws InterruptedException {
    var n = message.field("n").orElseThrow();
    redis.call("HINCRBY", TRIES, n, "1");
    if (isPoison(n)) {
      throw new IllegalStateException("poison");
    }
    new CountDownLatch(1).await(workMillis, TimeUnit.MILLISECONDS);
    redis.call("HINCRBY", HANDLED, n, "1");
  }
}
