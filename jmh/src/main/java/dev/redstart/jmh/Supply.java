package dev.redstart.jmh;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * Replaces what a consumer has handled, in batches and on threads of its own: as much waits at the
 * end as at the beginning, and it is the consumer who sets the pace.
 */
final class Supply {
  private static final int THREADS = 2;

  private final Semaphore handled = new Semaphore(0);
  private final Semaphore owed = new Semaphore(0);
  private final List<Thread> threads;

  /**
   * @param batch how many {@code production} makes
   */
  Supply(int batch, Runnable production) {
    threads =
        Stream.generate(() -> new Thread(() -> run(batch, production))).limit(THREADS).toList();
    threads.forEach(thread -> thread.setDaemon(true));
    threads.forEach(Thread::start);
  }

  private void run(int batch, Runnable production) {
    try {
      while (true) {
        owed.acquire(batch);
        production.run();
      }
    } catch (InterruptedException end) {
      // Nothing is wanted any more.
    }
  }

  /** One was handled. */
  void handle() {
    handled.release();
    owed.release();
  }

  /** Returns when so many more were handled. */
  void await(int count) throws InterruptedException {
    handled.acquire(count);
  }

  /** Does not count what was handled while nobody awaited it. */
  void forget() {
    handled.drainPermits();
  }

  /** To be called when nothing is handled any more. */
  void end() throws InterruptedException {
    threads.forEach(Thread::interrupt);
    for (var thread : threads) {
      thread.join();
    }
  }
}
