package dev.redstart.queue;

import dev.redstart.redis.Backoff;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Asks again while Redis is away, for as long as somebody wants the answer. Thread-safe. */
final class Insistence {
  private static final System.Logger LOG = System.getLogger(Insistence.class.getName());
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1));

  private final String whose;
  private final CountDownLatch givenUp = new CountDownLatch(1);

  Insistence(String whose) {
    this.whose = whose;
  }

  /** For who asks once. */
  static Insistence none() {
    var none = new Insistence("");
    none.giveUp();
    return none;
  }

  /** Asking once is enough from now on. */
  void giveUp() {
    givenUp.countDown();
  }

  /**
   * @throws RedisException what happened last, if somebody has given up
   * @throws IllegalStateException the same, when a key holds another type
   */
  <T> T untilAnswered(Supplier<T> call) {
    int failures = 0;
    while (true) {
      try {
        return call.get();
      } catch (RedisException | IllegalStateException trouble) {
        if (pause(++failures)) {
          throw trouble;
        }
        var level = failures == 1 ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG;
        LOG.log(level, "{0} tries again: {1}", whose, trouble.getMessage());
      }
    }
  }

  /** Whether somebody has given up, or this thread is to stop. */
  boolean pause(int failures) {
    try {
      return givenUp.await(BACKOFF.pause(failures).toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
