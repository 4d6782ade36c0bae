package dev.redstart.a2a;

import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.Set;
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

  /** What a server answers that will be well again. */
  private static final Set<String> PASSING =
      Set.of("LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN");

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
        boolean goesOn = mayPass(trouble) && isWanted.getAsBoolean();
        if (!goesOn || System.nanoTime() - endNanos >= 0) {
          throw trouble;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  static boolean mayPass(RedisException trouble) {
    return trouble instanceof RedisException.Rejected rejected
        ? PASSING.contains(rejected.code())
        : !(trouble instanceof RedisException.Interrupted)
            && !(trouble instanceof RedisException.BrokenProtocol);
  }
}
