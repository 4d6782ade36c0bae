package dev.redstart.a2a;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How tasks are kept and worked on. Immutable: each {@code withX} gives a changed copy. All
 * instances of an agent should agree on it.
 */
public final class TaskOptions {
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofDays(3650);
  private static final int COUNT_MAX = 1_000_000;
  private static final TaskOptions DEFAULTS = new TaskOptions();

  // Not final, so that a changed copy is one assignment; never written after that.
  private Duration expiration = Duration.ofHours(24);
  private int historyMax = 100;
  private int eventsMax = 10_000;
  private Duration lease = Duration.ofSeconds(30);
  private Duration waitMax = Duration.ofMinutes(10);
  private int runsMax = 1000;
  private boolean hasPushes = true;
  private boolean mayPushInside;
  private int pushAttempts = 10;

  private TaskOptions() {}

  private TaskOptions with(Consumer<TaskOptions> change) {
    var copy = new TaskOptions();
    copy.expiration = expiration;
    copy.historyMax = historyMax;
    copy.eventsMax = eventsMax;
    copy.lease = lease;
    copy.waitMax = waitMax;
    copy.runsMax = runsMax;
    copy.hasPushes = hasPushes;
    copy.mayPushInside = mayPushInside;
    copy.pushAttempts = pushAttempts;
    change.accept(copy);
    return copy;
  }

  /**
   * Tasks and conversations are kept for 24 hours after the last thing that happened to them, with
   * the last 100 messages and the last 10 000 events; a task whose instance died fails within 31
   * seconds; a message is waited for during 10 minutes; 1000 tasks at the same time; pushes are
   * tried ten times, and not to internal addresses.
   */
  public static TaskOptions defaults() {
    return DEFAULTS;
  }

  /** How long a task is kept, and a conversation, after the last thing that happened to it. */
  public TaskOptions withExpiration(Duration expiration) {
    within("expiration", expiration);
    return with(options -> options.expiration = expiration);
  }

  /** How many messages a conversation keeps, and a task; the newest stay. */
  public TaskOptions withMaxHistoryLength(int messages) {
    within("messages", messages);
    return with(options -> options.historyMax = messages);
  }

  /** How many events a task keeps for those who come back; about, a few more may be there. */
  public TaskOptions withMaxEvents(int events) {
    within("events", events);
    return with(options -> options.eventsMax = events);
  }

  /** For how long an instance that works on a task may be silent, before the task has failed. */
  public TaskOptions withLease(Duration lease) {
    within("lease", lease);
    return with(options -> options.lease = lease);
  }

  /** How long a message is waited for at most; then the task comes back as it is. */
  public TaskOptions withMaxWait(Duration wait) {
    within("wait", wait);
    return with(options -> options.waitMax = wait);
  }

  /** How many messages an instance works on at the same time; more are refused. */
  public TaskOptions withMaxRuns(int runs) {
    within("runs", runs);
    return with(options -> options.runsMax = runs);
  }

  /** No pushes: whoever asks for one is told so. */
  public TaskOptions withoutPushes() {
    return with(options -> options.hasPushes = false);
  }

  /**
   * Pushes may go to addresses of this machine and of private networks too. Clients say where
   * pushes go: so whoever may send messages reaches, by that, what this machine reaches.
   */
  public TaskOptions withInternalPushes() {
    return with(options -> options.mayPushInside = true);
  }

  /** How often a push is tried, from a second apart to ten minutes, before it is given up. */
  public TaskOptions withPushAttempts(int attempts) {
    within("attempts", attempts);
    return with(options -> options.pushAttempts = attempts);
  }

  private static void within(String name, int number) {
    if (number < 1 || number > COUNT_MAX) {
      throw new IllegalArgumentException(name + " must be from 1 to a million, not " + number);
    }
  }

  private static void within(String name, Duration duration) {
    Objects.requireNonNull(duration, name);
    if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          name + " must be from 100 ms to ten years, not " + duration);
    }
  }

  Duration expiration() {
    return expiration;
  }

  int historyMax() {
    return historyMax;
  }

  int eventsMax() {
    return eventsMax;
  }

  Duration lease() {
    return lease;
  }

  Duration waitMax() {
    return waitMax;
  }

  int runsMax() {
    return runsMax;
  }

  boolean hasPushes() {
    return hasPushes;
  }

  boolean mayPushInside() {
    return mayPushInside;
  }

  int pushAttempts() {
    return pushAttempts;
  }
}
