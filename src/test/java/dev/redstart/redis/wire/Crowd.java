package dev.redstart.redis.wire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;

/** Some threads that do the same at the same time. What one of them throws fails the test. */
final class Crowd implements AutoCloseable {

  /** What each thread does. */
  @FunctionalInterface
  interface Part {
    void play(int number) throws Exception;
  }

  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  private Crowd() {}

  /** Starts so many threads, numbered from 0, at once. */
  static Crowd of(int size, Part part) {
    return of(Thread::new, size, part);
  }

  /** The same, of threads of this factory. */
  static Crowd of(ThreadFactory factory, int size, Part part) {
    var crowd = new Crowd();
    for (int i = 0; i < size; i++) {
      int number = i;
      var thread = factory.newThread(() -> crowd.play(part, number));
      thread.setName("crowd-" + number);
      thread.setDaemon(true);
      crowd.threads.add(thread);
    }
    crowd.threads.forEach(Thread::start);
    return crowd;
  }

  private void play(Part part, int number) {
    try {
      part.play(number);
    } catch (Throwable failure) {
      // A failed assertion is an Error; whatever it is, the test that waits has to hear of it.
      failures.add(failure);
    }
  }

  List<Thread> threads() {
    return threads;
  }

  boolean isBusy() {
    return threads.stream().anyMatch(Thread::isAlive);
  }

  /**
   * Waits until all have finished.
   *
   * @throws AssertionError if one failed, or does not finish in time
   */
  void join(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    for (Thread thread : threads) {
      join(thread, Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
    }
    if (!failures.isEmpty()) {
      var first = failures.peek();
      throw new AssertionError(failures.size() + " threads failed, one with: " + first, first);
    }
  }

  private void join(Thread thread, long millis) {
    try {
      thread.join(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + thread.getName(), interrupted);
    }
    if (thread.isAlive()) {
      var stuck = new AssertionError(thread.getName() + " did not finish in time; it is here:");
      stuck.setStackTrace(thread.getStackTrace());
      failures.forEach(stuck::addSuppressed);
      throw stuck;
    }
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }
}
