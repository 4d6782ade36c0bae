package dev.redstart.orchestration;

import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** How long to go on trying while Redis is away, and how fast. */
final class Patience {
  private static final System.Logger LOG = System.getLogger(Patience.class.getName());
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final int PAUSES_MAX = 20;

  private final Duration limit;
  private long lastSuccessNanos = System.nanoTime();
  private int failures;

  Patience(Duration limit) {
    this.limit = limit;
  }

  void success() {
    lastSuccessNanos = System.nanoTime();
    failures = 0;
  }

  /** Waits a moment; or throws what happened, if it will not pass or has lasted too long. */
  void failure(RedisException trouble) {
    boolean over = System.nanoTime() - lastSuccessNanos >= limit.toNanos();
    if (over || !trouble.isPassing()) {
      throw trouble;
    }
    if (failures++ == 0) {
      LOG.log(System.Logger.Level.INFO, "will try again: {0}", trouble.getMessage());
    }
    long pause = PAUSE.toNanos() * Math.min(failures, PAUSES_MAX);
    LockSupport.parkNanos(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2));
  }
}
