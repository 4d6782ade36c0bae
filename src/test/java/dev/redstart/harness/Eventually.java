package dev.redstart.harness;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waiting for what another thread or process will do. */
public final class Eventually {

  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private Eventually() {}

  /** Something to wait for. */
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws Exception;
  }

  /**
   * Returns as soon as the condition holds. An exception of the condition counts as "not yet".
   *
   * @param what a clause for the failure message, such as "the server answers again"
   * @throws AssertionError if it does not hold in time, or the thread is interrupted; its cause is
   *     the exception that the condition threw last, if it did
   */
  public static void within(Duration limit, String what, Condition condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    Throwable trouble;
    do {
      try {
        if (condition.holds()) {
          return;
        }
        trouble = null;
      } catch (Exception | AssertionError e) {
        trouble = e;
      }
      LockSupport.parkNanos(INTERVAL_NANOS);
    } while (System.nanoTime() - deadline < 0 && !Thread.currentThread().isInterrupted());
    throw new AssertionError("not within " + limit.toMillis() + " ms: " + what, trouble);
  }
}
