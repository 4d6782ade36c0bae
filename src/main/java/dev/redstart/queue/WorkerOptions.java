package dev.redstart.queue;

import java.time.Duration;
import java.util.Objects;

/** How a worker works. Immutable: each {@code withX} gives a changed copy. */
public final class WorkerOptions {
  private static final int CONCURRENCY_MAX = 10_000;
  private static final String NAME = "worker-" + ProcessHandle.current().pid();
  private static final WorkerOptions DEFAULTS =
      new WorkerOptions(NAME, 1, Duration.ofSeconds(30), false);

  private final String name;
  private final int concurrency;
  private final Duration grace;
  private final boolean highestFirst;

  private WorkerOptions(String name, int concurrency, Duration grace, boolean highestFirst) {
    this.name = name;
    this.concurrency = concurrency;
    this.grace = grace;
    this.highestFirst = highestFirst;
  }

  /** One task at a time, the lowest score first, half a minute to end what was begun. */
  public static WorkerOptions defaults() {
    return DEFAULTS;
  }

  /** The name by which others see it; by default {@code worker-} and the process' id. */
  public WorkerOptions withName(String name) {
    if (Objects.requireNonNull(name, "name").isBlank()) {
      throw new IllegalArgumentException("name: must not be blank");
    }
    return new WorkerOptions(name, concurrency, grace, highestFirst);
  }

  /** How many tasks it handles at the same time, 1 to 10 000, each on a thread of its own. */
  public WorkerOptions withConcurrency(int max) {
    Numbers.between(max, "max", 1, CONCURRENCY_MAX);
    return new WorkerOptions(name, max, grace, highestFirst);
  }

  /** How long {@link Worker#close} waits for the handlers before it interrupts them. */
  public WorkerOptions withGrace(Duration grace) {
    Numbers.atLeast(grace, "grace", Duration.ZERO);
    return new WorkerOptions(name, concurrency, grace, highestFirst);
  }

  /** The highest score first instead of the lowest. Equal ones still come in their order. */
  public WorkerOptions withHighestFirst() {
    return new WorkerOptions(name, concurrency, grace, true);
  }

  String name() {
    return name;
  }

  int concurrency() {
    return concurrency;
  }

  Duration grace() {
    return grace;
  }

  boolean highestFirst() {
    return highestFirst;
  }
}
