package dev.redstart.agent;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How messages are answered. Immutable: each {@code withX} gives a changed copy. Instances that
 * share a queue should agree on all but the last two.
 */
public final class AgentOptions {
  private static final AgentOptions DEFAULTS = new AgentOptions();

  // Not final, so that a changed copy is one assignment; never written after that.
  private String queue = "agent:messages";
  private Duration lease = Duration.ofSeconds(10);
  private Duration takeover = Duration.ofSeconds(30);
  private int turnsMax = 100;
  private int concurrency = 16;
  private Duration grace = Duration.ofSeconds(30);

  private AgentOptions() {}

  private AgentOptions with(Consumer<AgentOptions> change) {
    var copy = new AgentOptions();
    copy.queue = queue;
    copy.lease = lease;
    copy.takeover = takeover;
    copy.turnsMax = turnsMax;
    copy.concurrency = concurrency;
    copy.grace = grace;
    change.accept(copy);
    return copy;
  }

  /**
   * The queue {@code agent:messages}, a lease of 10 seconds, half a minute for another instance to
   * go on, 100 turns, 16 answers at a time, half a minute to end them.
   */
  public static AgentOptions defaults() {
    return DEFAULTS;
  }

  /** The key of the queue through which messages go to the instances. */
  public AgentOptions withQueue(String key) {
    Objects.requireNonNull(key, "key");
    return with(options -> options.queue = key);
  }

  /**
   * After what time without a sign of life an instance counts as dead; at least 200 ms. It gives
   * signs by itself, however long an answer takes.
   */
  public AgentOptions withLease(Duration lease) {
    within(lease, "lease", 200);
    return with(options -> options.lease = lease);
  }

  /**
   * How long an answer whose instance is dead waits for another one to go on with it, before it
   * fails; zero: it fails when the lease is over.
   */
  public AgentOptions withTakeover(Duration limit) {
    within(limit, "limit", 0);
    return with(options -> options.takeover = limit);
  }

  /** How many turns of a conversation an agent gets to see before the question; 0 or more. */
  public AgentOptions withTurns(int max) {
    within(max, "max", 0);
    return with(options -> options.turnsMax = max);
  }

  /** How many messages this instance answers at the same time, 1 to 10 000. */
  public AgentOptions withConcurrency(int max) {
    within(max, "max", 1);
    return with(options -> options.concurrency = max);
  }

  /**
   * How long an instance that stops lets its agents work on, before it interrupts them and leaves
   * their answers to others.
   */
  public AgentOptions withGrace(Duration grace) {
    within(grace, "grace", 0);
    return with(options -> options.grace = grace);
  }

  private static void within(Duration time, String name, int minMillis) {
    if (Objects.requireNonNull(time, name).compareTo(Duration.ofMillis(minMillis)) < 0) {
      throw new IllegalArgumentException(name + ": must be at least " + minMillis + " ms");
    }
  }

  private static void within(int number, String name, int min) {
    if (number < min) {
      throw new IllegalArgumentException(name + ": must be at least " + min + ", was " + number);
    }
  }

  String queue() {
    return queue;
  }

  Duration lease() {
    return lease;
  }

  Duration takeover() {
    return takeover;
  }

  int turnsMax() {
    return turnsMax;
  }

  int concurrency() {
    return concurrency;
  }

  Duration grace() {
    return grace;
  }
}
