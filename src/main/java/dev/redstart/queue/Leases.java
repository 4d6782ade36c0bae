package dev.redstart.queue;

import dev.redstart.json.JsonParseException;
import dev.redstart.json.JsonValueException;
import dev.redstart.redis.RedisException;
import java.util.ArrayList;
import java.util.List;

/** Takes and ends the leases of this process on a queue, and has them renewed. Thread-safe. */
final class Leases {
  private static final System.Logger LOG = System.getLogger(Leases.class.getName());

  private final StoredQueue queue;
  private final Heartbeat heartbeat;

  Leases(StoredQueue queue) {
    this.queue = queue;
    this.heartbeat = new Heartbeat(queue);
  }

  StoredQueue queue() {
    return queue;
  }

  QueueOptions options() {
    return queue.options();
  }

  /**
   * What came of a round.
   *
   * @param nextWakeMillis when to ask again without being woken; -1: nothing is known to come
   */
  record Settled(List<Settlement> settlements, List<Lease> leases, long nextWakeMillis) {}

  /** Leases that it ends are not renewed any more, unless Redis did not answer. */
  Settled settle(StoredQueue.Round round, Insistence insistence) {
    var answer = queue.settle(round, insistence);
    round.endings().forEach(ending -> ending.lease().markEnded());
    var leases = new ArrayList<Lease>();
    answer.grants().forEach(grant -> open(grant, leases));
    boolean unreadable = leases.size() < answer.grants().size();
    return new Settled(answer.settlements(), leases, unreadable ? 0 : answer.nextWakeMillis());
  }

  /** As {@link #settle}, once; then asks for tasks as long as Redis has not looked at all. */
  Settled take(StoredQueue.Round round) {
    var first = settle(round, Insistence.none());
    var last = first;
    while (round.wanted() > 0 && last.leases().isEmpty() && last.nextWakeMillis() == 0) {
      last = settle(round.further(), Insistence.none());
    }
    return new Settled(first.settlements(), last.leases(), last.nextWakeMillis());
  }

  List<Settlement> complete(List<Lease> claimed) {
    claimed.forEach(Lease::checkHeld);
    var settlements = new ArrayList<Settlement>(claimed.size());
    for (int i = 0; i < claimed.size(); i += StoredQueue.BATCH_MAX) {
      var part = claimed.subList(i, Math.min(i + StoredQueue.BATCH_MAX, claimed.size()));
      var endings =
          part.stream().map(lease -> Ending.of(lease, Outcome.done(), options())).toList();
      var round = new StoredQueue.Round("", endings, 0, false);
      settlements.addAll(settle(round, Insistence.none()).settlements());
    }
    return settlements;
  }

  private void open(Grant grant, List<Lease> leases) {
    try {
      var lease = lease(grant, Task.parseAs(grant.id(), grant.task()));
      heartbeat.hold(lease);
      leases.add(lease);
    } catch (JsonParseException | JsonValueException | IllegalArgumentException noTask) {
      bury(lease(grant, Task.parseOrShow(grant.id(), grant.task())), noTask);
    }
  }

  private Lease lease(Grant grant, Task task) {
    return new Lease(queue, heartbeat, grant, task);
  }

  private void bury(Lease lease, RuntimeException noTask) {
    try {
      lease.settle(Outcome.dead("not a task: " + noTask.getMessage()));
    } catch (RedisException | IllegalStateException trouble) {
      // Its lease runs out, and whoever takes it next tries the same.
      LOG.log(System.Logger.Level.DEBUG, "not set aside: {0}", trouble.getMessage());
    }
  }
}
