package dev.redstart.event;

import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Threads;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Renews the leases of all producers of a store, on a thread that is there while there are some.
 */
final class Leases implements Runnable {
  private static final System.Logger LOG = System.getLogger(Leases.class.getName());

  private final Redis redis;
  private final Set<RunProducer> held = ConcurrentHashMap.newKeySet();

  /** Guards {@code beating}, so that there is one thread at most. */
  private final ReentrantLock starting = new ReentrantLock();

  private Thread beating;

  Leases(Redis redis) {
    this.redis = redis;
  }

  void hold(RunProducer producer) {
    starting.lock();
    try {
      held.add(producer);
      if (beating == null) {
        beating = Threads.start("redstart-runs", this);
      } else {
        // Its lease may be shorter than those that are waited for.
        LockSupport.unpark(beating);
      }
    } finally {
      starting.unlock();
    }
  }

  void drop(RunProducer producer) {
    if (held.remove(producer) && held.isEmpty()) {
      LockSupport.unpark(thread());
    }
  }

  private Thread thread() {
    starting.lock();
    try {
      return beating;
    } finally {
      starting.unlock();
    }
  }

  @Override
  public void run() {
    while (!isOver()) {
      var interval =
          held.stream()
              .map(producer -> producer.lease().dividedBy(3))
              .min(Duration::compareTo)
              .orElse(Duration.ZERO);
      LockSupport.parkNanos(this, interval.toNanos());
      beat(List.copyOf(held), interval);
    }
  }

  private boolean isOver() {
    starting.lock();
    try {
      boolean over = held.isEmpty();
      beating = over ? null : beating;
      return over;
    } finally {
      starting.unlock();
    }
  }

  private void beat(List<RunProducer> producers, Duration interval) {
    Map<RunProducer, Pending<String>> replies = new LinkedHashMap<>();
    for (var each : producers) {
      var renewing = each.run().renewing(each.token(), each.lease()).within(interval);
      atBest(() -> replies.put(each, redis.send(renewing)));
    }
    replies.forEach((producer, reply) -> atBest(() -> producer.hear(reply.await())));
  }

  private static void atBest(Runnable call) {
    try {
      call.run();
    } catch (RedisException trouble) {
      // The next beat tries again; if the lease is over by then, it will be told so.
      LOG.log(System.Logger.Level.DEBUG, "no heartbeat: {0}", trouble.getMessage());
    }
  }
}
