package dev.redstart.event;

import dev.redstart.redis.MemberRange;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.SortedSets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The runs that there are: the newest thousand. A key of its own, which on a cluster may live
 * elsewhere than a run; so a run is entered behind its first event, and what is gone is removed by
 * whoever reads the list. Nobody waits for it to be written.
 */
final class RunList {
  static final String KEY = "runs";

  /** So that it stays small, however many runs there are. */
  static final int KEPT = 1000;

  private static final Duration PAUSE_MAX = Duration.ofHours(1);

  private final Redis redis;
  private final Duration ttl;
  private final Duration pause;

  /** Guards {@code entered}. */
  private final ReentrantLock lock = new ReentrantLock();

  /** When this process entered a run last, by nanoTime: not with every event. */
  private final Map<String, Long> entered =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > KEPT;
        }
      };

  RunList(Redis redis, EventOptions options) {
    this.redis = redis;
    var half = options.ttlOpen().dividedBy(2);
    this.pause = half.compareTo(PAUSE_MAX) < 0 ? half : PAUSE_MAX;
    boolean open = options.ttlOpen().compareTo(options.ttlEnded()) > 0;
    // As long as any run that was entered.
    this.ttl = (open ? options.ttlOpen() : options.ttlEnded()).plus(pause);
  }

  /** {@code isNew}: its first event was added. */
  void enter(String runId, boolean isNew) {
    if (!isDue(runId) && !isNew) {
      return;
    }
    try {
      redis.send(Scripts.ENTER.call(List.of(KEY), runId, "" + KEPT, "" + ttl.toMillis()));
    } catch (RedisException away) {
      // The event is there, which is what was asked for; the run is entered with a later one.
      leave(runId);
    }
  }

  private boolean isDue(String runId) {
    lock.lock();
    try {
      long now = System.nanoTime();
      var before = entered.get(runId);
      boolean due = before == null || now - before > pause.toNanos();
      if (due) {
        entered.remove(runId); // so that the order is that of the times
        entered.put(runId, now);
      }
      return due;
    } finally {
      lock.unlock();
    }
  }

  private void leave(String runId) {
    lock.lock();
    try {
      entered.remove(runId);
    } finally {
      lock.unlock();
    }
  }

  void remove(String runId) {
    leave(runId);
    redis.call(SortedSets.rem(KEY, runId).idempotent());
  }

  /** The newest first. {@code asking}: how a run is, without waiting. */
  List<RunSummary> newest(int limit, Function<String, Pending<RunSummary>> asking) {
    var found = new ArrayList<RunSummary>();
    var gone = new ArrayList<String>();
    long from = 0;
    while (found.size() < limit) {
      var range = MemberRange.byRank(from, from + limit - found.size() - 1).reversed();
      var ids = redis.call(SortedSets.range(KEY, range));
      if (ids.isEmpty()) {
        break;
      }
      collect(ids, asking, found, gone);
      from += ids.size();
    }
    if (!gone.isEmpty()) {
      redis.call(SortedSets.rem(KEY, gone.toArray(String[]::new)).idempotent());
    }
    return found;
  }

  private static void collect(
      List<String> ids,
      Function<String, Pending<RunSummary>> asking,
      List<RunSummary> found,
      List<String> gone) {
    var pending = ids.stream().map(asking).toList();
    for (int i = 0; i < ids.size(); i++) {
      try {
        var summary = pending.get(i).await();
        if (summary.isThere()) {
          found.add(summary);
        } else {
          gone.add(ids.get(i));
        }
      } catch (RedisException.Rejected refused) {
        if (!StoredRun.isWrongType(refused)) {
          throw refused;
        }
        gone.add(ids.get(i)); // something else is there now
      }
    }
  }
}
