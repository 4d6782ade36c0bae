package dev.redstart.queue;

import dev.redstart.redis.Threads;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Handles the tasks of a queue, several at a time, until it is stopped. While there is nothing to
 * do it costs one blocked connection; while Redis is away it tries on. Thread-safe.
 *
 * <p>A task whose handler throws is tried again, as is one whose {@link Outcome} says so; an Error
 * is logged, too. None of them ends the worker.
 */
public final class Worker implements AutoCloseable {
  /** For who has nothing to end but may have to pass a word on. */
  private static final Duration FAREWELL = Duration.ofMillis(500);

  /** For handlers that were interrupted to say so, and for Redis to hear of it. */
  private static final Duration GOODBYE = Duration.ofSeconds(2);

  private final WorkerOptions options;
  private final Dispatcher dispatcher;

  private Worker(WorkerOptions options, Dispatcher dispatcher) {
    this.options = options;
    this.dispatcher = dispatcher;
  }

  /** Starts a worker with the default options. */
  public static Worker start(TaskQueue queue, LeaseHandler handler) {
    return start(queue, WorkerOptions.defaults(), handler);
  }

  /** Starts a worker. It does not keep the JVM alive. */
  public static Worker start(TaskQueue queue, WorkerOptions options, LeaseHandler handler) {
    Objects.requireNonNull(queue, "queue");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(handler, "handler");
    var dispatcher = new Dispatcher(queue.leases(), options, handler);
    Threads.start("redstart-worker " + queue.key(), dispatcher);
    return new Worker(options, dispatcher);
  }

  /** The name by which others see it. */
  public String name() {
    return options.name();
  }

  /** How many tasks it has completed. */
  public long completed() {
    return dispatcher.completed();
  }

  /** Takes no more tasks from now on. Those that were begun go on. Returns at once. */
  public void stop() {
    dispatcher.stop();
  }

  /**
   * Waits until it has ended: it was stopped, and the last handler has returned.
   *
   * @return false if it has not, after this time
   */
  public boolean await(Duration limit) throws InterruptedException {
    return dispatcher.ended().await(TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS);
  }

  /**
   * Stops it, and waits for its handlers as long as its options say; interrupts them then, and
   * waits for two seconds more. A task whose handler has not returned even then is left to its
   * lease: when that is over, another gets the task. May be called again. When the calling thread
   * is interrupted, the handlers are, too.
   */
  @Override
  public void close() {
    stop();
    boolean interrupted = Thread.interrupted();
    if (interrupted || !awaits(dispatcher.isIdle() ? FAREWELL : options.grace())) {
      interrupted |= Thread.interrupted();
      dispatcher.interrupt();
      awaits(GOODBYE);
      dispatcher.abandon();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean awaits(Duration limit) {
    try {
      return await(limit);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
