package dev.redstart.queue;

import dev.redstart.redis.RedisException;
import dev.redstart.redis.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The loop of a worker. It waits for something to happen, a handler that has returned or a word
 * from Redis, and then settles in one round trip: what has ended, and new tasks for those who are
 * free. What ends while that trip is under way goes with the next one.
 */
final class Dispatcher implements Runnable {
  private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());

  /** The most that settle.lua grants at once. */
  private static final int WANTED_MAX = 100;

  private final Leases leases;
  private final WorkerOptions options;
  private final LeaseHandler handler;
  private final Executor threads;
  private final Listener listener;
  private final Insistence insistence;
  private final Set<Lease> running = ConcurrentHashMap.newKeySet();
  private final AtomicLong completed = new AtomicLong();
  private final CountDownLatch ended = new CountDownLatch(1);

  /** What has happened: handlers that returned; empty for everything else. */
  private final BlockingQueue<Optional<Handled>> news = new LinkedBlockingQueue<>();

  private volatile Thread thread;
  private volatile boolean stopping;
  private volatile boolean abandoned;

  /** Whether there may be more than was granted last. */
  private boolean hungry = true;

  Dispatcher(Leases leases, WorkerOptions options, LeaseHandler handler) {
    var queue = leases.queue();
    this.leases = leases;
    this.options = options;
    this.handler = handler;
    // With one task at a time this thread has nothing else to do, and saves two changes of threads.
    this.threads =
        options.concurrency() == 1
            ? Runnable::run
            : Threads.executor("redstart-task " + queue.keys().ready());
    this.insistence = new Insistence(options.name() + " of queue " + queue.keys().ready());
    this.listener = new Listener(queue, insistence, () -> news.add(Optional.empty()));
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    try {
      boolean leaving;
      do {
        var handled = awaitNews();
        // Who leaves has settled once knowing it: the word that he may have taken is passed on.
        leaving = stopping;
        settle(handled);
      } while (!abandoned && !(leaving && running.isEmpty()));
    } catch (InterruptedException | RedisException | IllegalStateException end) {
      LOG.log(System.Logger.Level.DEBUG, "{0} has ended: {1}", options.name(), end.getMessage());
    } catch (Throwable end) {
      // Nobody else would say it: there may be no memory for another thread, for one.
      LOG.log(System.Logger.Level.ERROR, options.name() + " has ended", end);
    } finally {
      running.forEach(Lease::markEnded);
      listener.close();
      ended.countDown();
    }
  }

  /** How many tasks could be begun, once so many have ended. */
  private int free(int ended) {
    return stopping ? 0 : options.concurrency() - running.size() + ended;
  }

  /** As much as one round carries; the rest goes with the next one. */
  private List<Handled> awaitNews() throws InterruptedException {
    var handled = new ArrayList<Handled>();
    boolean waits = !hungry || free(0) == 0;
    for (double load = 0; load < 1 && (waits || !news.isEmpty()); waits = false) {
      var next = news.take();
      next.ifPresent(handled::add);
      load += next.map(each -> each.ending().share()).orElse(0.0);
    }
    return handled;
  }

  private void settle(List<Handled> handled) {
    var endings = handled.stream().map(Handled::ending).toList();
    int wanted = Math.min(free(endings.size()), WANTED_MAX);
    var round = new StoredQueue.Round(options.name(), endings, wanted, options.highestFirst());
    var settled = leases.settle(round, insistence);
    endings.forEach(ending -> running.remove(ending.lease()));
    completed.addAndGet(
        settled.settlements().stream().filter(Settlement.COMPLETED::equals).count());
    settled.leases().forEach(this::start);
    hungry = settled.leases().size() == wanted || settled.nextWakeMillis() == 0;
    if (!hungry) {
      listener.listen(settled.nextWakeMillis());
    }
  }

  private void start(Lease lease) {
    running.add(lease);
    threads.execute(() -> news.add(Optional.of(handle(lease))));
  }

  private Handled handle(Lease lease) {
    var handled = Handled.by(handler, lease, leases.options());
    // What it may have left behind is not meant for who comes next.
    Thread.interrupted();
    handled.error().ifPresent(error -> LOG.log(System.Logger.Level.ERROR, "in a handler", error));
    return handled;
  }

  long completed() {
    return completed.get();
  }

  CountDownLatch ended() {
    return ended;
  }

  void stop() {
    stopping = true;
    listener.close();
    if (running.isEmpty()) {
      // There is nothing to tell Redis but a farewell.
      insistence.giveUp();
    }
    news.add(Optional.empty());
  }

  /** Whether it has nothing at hand. */
  boolean isIdle() {
    return running.isEmpty();
  }

  /** Tells the handlers to end; without any, this is not to wait for a Redis that is away. */
  void interrupt() {
    insistence.giveUp();
    running.forEach(Lease::interrupt);
    if (isIdle() && thread != null) {
      thread.interrupt();
    }
  }

  /** Waits for nobody any more: whoever still runs is left to his lease. */
  void abandon() {
    abandoned = true;
    running.forEach(Lease::markEnded);
    news.add(Optional.empty());
  }
}
