package dev.redstart.a2a;

import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Goes on trying while Redis is away: a disconnect decides nothing.
 *
 * @param limit for how long
 * @param isWanted whether anybody still wants that
 */
record Patience(Duration limit, BooleanSupplier isWanted) {
  private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();

  /**
   * @param call may be repeated
   * @throws RedisException what happened last, when it will not pass or has lasted too long
   */
  <T> T insist(Supplier<T> call) {
    long endNanos = System.nanoTime() + limit.toNanos();
    while (true) {
      try {
        return call.get();
      } catch (RedisException trouble) {
        boolean goesOn = trouble.isPassing() && isWanted.getAsBoolean();
        if (!goesOn || System.nanoTime() - endNanos >= 0) {
          throw trouble;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }
}
