package dev.redstart.queue;

import dev.redstart.redis.Lists;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Waits for a word from Redis on behalf of a worker that has nothing to do, on a thread and a
 * connection of its own. The word is an element of a list: who gets it has to look for tasks, and
 * to pass it on if there are more.
 */
final class Listener implements Runnable, AutoCloseable {
  /** A word that somebody took into his grave is made up for after this time. */
  private static final long WAIT_MILLIS_MAX = 5000;

  private final StoredQueue queue;
  private final Insistence insistence;
  private final Runnable woken;
  private final long waitMillisMax;
  private final AtomicBoolean listening = new AtomicBoolean();
  private final BlockingQueue<Long> waits = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean closed;
  private int failures;

  /**
   * @param woken what to do when the word has come, or the time is over
   */
  Listener(StoredQueue queue, Insistence insistence, Runnable woken) {
    this.queue = queue;
    this.insistence = insistence;
    this.woken = woken;
    // A lease that is granted to another now may be over before a longer wait.
    this.waitMillisMax = Math.min(WAIT_MILLIS_MAX, Numbers.millis(queue.options().lease()));
    this.thread = Threads.start("redstart-listener " + queue.keys().ready(), this);
  }

  /** Waits at most so long, or as long as is sensible if this is negative. */
  void listen(long millis) {
    if (listening.compareAndSet(false, true)) {
      waits.add(millis < 0 ? waitMillisMax : Math.max(1, Math.min(millis, waitMillisMax)));
    }
  }

  @Override
  public void run() {
    try {
      while (!closed) {
        listenOnce(waits.take());
      }
    } catch (InterruptedException stop) {
      // It was closed while it waited for nothing.
    }
  }

  private void listenOnce(long millis) {
    try {
      var wake = Lists.blockingPopLeft(Duration.ofMillis(millis), queue.keys().wake());
      boolean word = queue.redis().call(wake).isPresent();
      failures = 0;
      if (word && closed) {
        passOn();
      }
    } catch (RedisException | IllegalStateException trouble) {
      if (!closed) {
        insistence.pause(++failures);
      }
    }
    listening.set(false);
    woken.run();
  }

  /** The word came when nobody here wanted it any more. */
  private void passOn() {
    Thread.interrupted();
    queue.settle(new StoredQueue.Round("", List.of(), 0, false), Insistence.none());
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
