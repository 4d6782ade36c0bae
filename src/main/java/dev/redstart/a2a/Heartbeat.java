package dev.redstart.a2a;

import java.time.Duration;
import java.util.Collection;

/**
 * Signs of life for all runs of an instance, in one round trip; and how the instance hears that a
 * task was canceled elsewhere. While there is no run, there is none.
 */
final class Heartbeat implements AutoCloseable {
  /** So that a processor is told of a cancellation within a second. */
  private static final Duration INTERVAL_MAX = Duration.ofMillis(500);

  private static final Duration LONG = Duration.ofHours(1);

  private final TaskStorage storage;
  private final Collection<Running> runs;
  private final Duration interval;
  private final Ticker ticker;
  private volatile boolean idle = true;

  /** The collection may change meanwhile. */
  Heartbeat(TaskStorage storage, Collection<Running> runs, Duration lease) {
    this.storage = storage;
    this.runs = runs;
    var third = lease.dividedBy(3);
    this.interval = third.compareTo(INTERVAL_MAX) < 0 ? third : INTERVAL_MAX;
    this.ticker = Ticker.start("redstart-a2a-leases", interval, this::beat);
  }

  /** There is a new run; its lease has just begun. */
  void begun() {
    if (idle) {
      ticker.wake();
    }
  }

  private Duration beat() {
    boolean wasIdle = idle;
    idle = false;
    var held = runs.stream().filter(run -> !run.isOver()).toList();
    if (held.isEmpty()) {
      idle = true;
      // Perhaps one has begun that saw no reason to wake this.
      return runs.isEmpty() ? LONG : interval;
    }
    if (!wasIdle) {
      var answers = storage.renew(held.stream().map(Running::run).toList());
      held.stream()
          .filter(it -> Boolean.FALSE.equals(answers.get(it.run())))
          .forEach(Running::lose);
    }
    return interval;
  }

  @Override
  public void close() {
    ticker.close();
  }
}
