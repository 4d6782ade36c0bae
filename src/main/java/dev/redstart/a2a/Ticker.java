package dev.redstart.a2a;

import dev.redstart.redis.Threads;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Does something again and again, on a thread of its own: after the time that it says itself, or
 * when it is woken. What fails is done again, after a pause.
 */
final class Ticker implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Ticker.class.getName());

  private static final Duration AFTER_FAILURE = Duration.ofMillis(250);

  private final String name;
  private final Duration afterFailure;
  private final Supplier<Duration> step;
  private final Semaphore words = new Semaphore(0);
  private volatile boolean closed;

  private Ticker(String name, Duration afterFailure, Supplier<Duration> step) {
    this.name = name;
    this.afterFailure = afterFailure;
    this.step = step;
  }

  static Ticker start(String name, Supplier<Duration> step) {
    return start(name, AFTER_FAILURE, step);
  }

  static Ticker start(String name, Duration afterFailure, Supplier<Duration> step) {
    var ticker = new Ticker(name, afterFailure, step);
    Threads.start(name, ticker::run);
    return ticker;
  }

  private void run() {
    try {
      while (!closed) {
        words.tryAcquire(attempt().toNanos(), TimeUnit.NANOSECONDS);
        words.drainPermits();
      }
    } catch (InterruptedException nobody) {
      LOG.log(System.Logger.Level.WARNING, "{0} was interrupted, and ends", name);
    }
  }

  private Duration attempt() {
    try {
      return step.get();
    } catch (RuntimeException trouble) {
      // Redis is away, perhaps. Whatever it is, without this loop tasks would never end.
      LOG.log(System.Logger.Level.DEBUG, "{0} tries again: {1}", name, trouble);
      return afterFailure;
    }
  }

  /** The next time is now. */
  void wake() {
    words.release();
  }

  /** Nothing begins after this. */
  @Override
  public void close() {
    closed = true;
    wake();
  }
}
