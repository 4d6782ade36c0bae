package dev.redstart.http;

import dev.redstart.redis.Threads;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Runs each exchange on a thread of its own, and ends those that wait for a client too long. */
final class Watchdog implements Executor, AutoCloseable {
  private static final Duration TICK_MIN = Duration.ofMillis(5);
  private static final Duration TICK_MAX = Duration.ofSeconds(1);

  private final Executor threads = Threads.executor("redstart-http");
  private final Map<Thread, Watch> watches = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private final Duration requestLimit;
  private final long tickNanos;
  private final Thread loop;
  private volatile boolean closed;

  Watchdog(ServiceOptions options) {
    requestLimit = options.requestLimit();
    var limit = min(requestLimit, options.writeLimit()).dividedBy(10);
    tickNanos = min(max(limit, TICK_MIN), TICK_MAX).toNanos();
    loop = Threads.start("redstart-http-watchdog", this::run);
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private void run() {
    while (!closed) {
      LockSupport.parkNanos(tickNanos);
      long now = System.nanoTime();
      watches.values().forEach(watch -> watch.check(now));
    }
  }

  /** A client has begun to send: from now on its request has so much time to come in. */
  @Override
  public void execute(Runnable exchange) {
    boolean hasBegun = false;
    // Counted before it runs: a stream goes from one thread to the next without a gap.
    count.incrementAndGet();
    try {
      threads.execute(() -> watched(exchange));
      hasBegun = true;
    } finally {
      if (!hasBegun) {
        count.decrementAndGet();
      }
    }
  }

  private void watched(Runnable exchange) {
    var thread = Thread.currentThread();
    var watch = new Watch(thread);
    watches.put(thread, watch);
    watch.begin(requestLimit);
    try {
      exchange.run();
    } finally {
      watches.remove(thread);
      watch.isInTime();
      count.decrementAndGet();
    }
  }

  boolean hasVirtualThreads() {
    return !(threads instanceof ExecutorService);
  }

  /** That of the current thread. */
  Watch watch() {
    return watches.get(Thread.currentThread());
  }

  int threads() {
    return count.get();
  }

  /** For those that wait for something else than a client. */
  void interruptAll() {
    watches.keySet().forEach(Thread::interrupt);
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(loop);
    if (threads instanceof ExecutorService pool) {
      pool.shutdown();
    }
  }
}
