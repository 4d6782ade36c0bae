package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.redis.EntryId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The events of a queue, replayed: of each task every event must be one that can follow the one
 * before. Redis wrote them in the order in which things happened, so this is the whole history.
 */
public final class InvariantsHistory {
  private static final int VIOLATIONS_MAX = 20;

  private enum State {
    WAITING,
    LEASED,
    /** A lease ended badly; what becomes of the task comes next, in the same step. */
    FAILED,
    /** Ready again, unless it is buried or gone in the same step. */
    EXPIRED,
    DEAD
  }

  private static final class Life {
    private State state;
    private String worker = "";
    private final Map<String, Integer> counts = new HashMap<>();
  }

  /** A task that was started again after a lease on it had run out. */
  record Restart(String id, String formerWorker, String worker, long millis) {}

  private final Map<String, Life> lives = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private final List<String> pushed = new ArrayList<>();
  private final List<Restart> restarts = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private int deliveriesMax;

  private InvariantsHistory() {}

  /** Of a queue whose options keep all events. */
  public static InvariantsHistory of(TaskQueue queue) {
    var history = new InvariantsHistory();
    var after = EntryId.MIN;
    while (true) {
      var page = queue.events(after, TaskQueue.PAGE_MAX, Duration.ZERO);
      if (page.isEmpty()) {
        return history;
      }
      page.forEach(history::add);
      after = page.get(page.size() - 1).id();
    }
  }

  private void add(QueueEvent event) {
    var life = lives.computeIfAbsent(event.taskId(), id -> new Life());
    if (!befores(event.name()).contains(String.valueOf(life.state))) {
      violation(event, life);
    }
    follow(event, life);
    if (event.name().equals("pushed")) {
      pushed.add(event.taskId());
    }
    life.counts.merge(event.name(), 1, Integer::sum);
    counts.merge(event.name(), 1, Integer::sum);
  }

  /** "null" is the state of who is not there. */
  private static Set<String> befores(String event) {
    return switch (event) {
      case "pushed" -> Set.of("null");
      case "rescored", "started" -> Set.of("WAITING", "EXPIRED");
      case "progress", "completed", "failed", "released", "cancelling", "expired" ->
          Set.of("LEASED");
      case "retried" -> Set.of("FAILED");
      case "dead" -> Set.of("FAILED", "EXPIRED");
      case "cancelled" -> Set.of("WAITING", "EXPIRED", "LEASED");
      case "removed" -> Set.of("WAITING", "EXPIRED", "LEASED", "DEAD");
      case "requeued" -> Set.of("DEAD");
      default -> Set.of();
    };
  }

  private void follow(QueueEvent event, Life life) {
    switch (event.name()) {
      case "pushed", "rescored", "retried", "released", "requeued" -> life.state = State.WAITING;
      case "started" -> start(event, life);
      case "failed" -> life.state = State.FAILED;
      case "expired" -> life.state = State.EXPIRED;
      case "dead" -> life.state = State.DEAD;
      case "completed" -> complete(event, life);
      case "cancelled", "removed" -> life.state = null;
      default -> {
        // Progress and a cancellation that is only announced change no state.
      }
    }
  }

  private void start(QueueEvent event, Life life) {
    var worker = event.details().get("worker");
    if (life.state == State.EXPIRED) {
      restarts.add(new Restart(event.taskId(), life.worker, worker, event.id().millis()));
    }
    life.state = State.LEASED;
    life.worker = worker;
    deliveriesMax = Math.max(deliveriesMax, Integer.parseInt(event.details().get("delivery")));
  }

  private void complete(QueueEvent event, Life life) {
    if (!life.worker.equals(event.details().get("worker"))) {
      violation(event, life);
    }
    life.state = null;
  }

  private void violation(QueueEvent event, Life life) {
    if (violations.size() < VIOLATIONS_MAX) {
      violations.add(event + " after state " + life.state + " with " + life.worker);
    }
  }

  /**
   * @throws AssertionError if something happened that cannot have, or the queue's own figures say
   *     something else
   */
  public void check(QueueStats stats) {
    assertEquals(List.of(), violations);
    assertEquals(count("pushed"), stats.pushed(), "pushed");
    assertEquals(count("completed"), stats.completed(), "completed");
    assertEquals(count("failed"), stats.failed(), "failed");
    assertEquals(count("retried"), stats.retried(), "retried");
    assertEquals(count("dead"), stats.died(), "died");
    assertEquals(count("expired"), stats.expired(), "expired");
    assertEquals(count("cancelled"), stats.cancelled(), "cancelled");
    assertEquals(count("removed"), stats.removed(), "removed");
    assertEquals(dead().size(), stats.dead(), "dead");
  }

  /** How often it happened. */
  public int count(String event) {
    return counts.getOrDefault(event, 0);
  }

  /** How often it happened to this task. */
  int count(String event, String id) {
    var life = lives.get(id);
    return life == null ? 0 : life.counts.getOrDefault(event, 0);
  }

  /** Tasks to which this happened. */
  public Set<String> ids(String event) {
    var ids = new TreeSet<String>();
    lives.forEach(
        (id, life) -> {
          if (life.counts.containsKey(event)) {
            ids.add(id);
          }
        });
    return ids;
  }

  /** The tasks that were pushed, in that order; more than once if it was. */
  public List<String> pushed() {
    return pushed;
  }

  /** All tasks there ever were. */
  public Set<String> ids() {
    return new TreeSet<>(lives.keySet());
  }

  /** Those that are dead letters in the end. */
  Set<String> dead() {
    var ids = new TreeSet<String>();
    lives.forEach(
        (id, life) -> {
          if (life.state == State.DEAD) {
            ids.add(id);
          }
        });
    return ids;
  }

  /** In the order in which they happened. */
  List<Restart> restarts() {
    return restarts;
  }

  /** The highest number of times that one task was handed out. */
  int deliveriesMax() {
    return deliveriesMax;
  }
}
