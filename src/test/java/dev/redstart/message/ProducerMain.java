package dev.redstart.message;

import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A process that writes a message until it is killed, or hears that it is over. */
final class ProducerMain {
  private ProducerMain() {}

  /**
   * @param arguments the URL of Redis, lease and grace in milliseconds
   */
  public static void main(String[] arguments) {
    try (var redis = Redis.connect(arguments[0]);
        var store = MessageStore.of(redis)) {
      var lease = Duration.ofMillis(Long.parseLong(arguments[1]));
      var grace = Duration.ofMillis(Long.parseLong(arguments[2]));
      var held = store.produce(OneStore.ID, lease, grace).orElseThrow();
      System.out.println("producing");
      while (!held.isOver()) {
        held.message().appendText("tick ");
        LockSupport.parkNanos(5_000_000);
      }
      System.out.println("over " + held.message().last().result());
    }
  }
}
