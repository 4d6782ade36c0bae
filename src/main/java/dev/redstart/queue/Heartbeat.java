package dev.redstart.queue;

import dev.redstart.redis.RedisException;
import dev.redstart.redis.Threads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Renews all leases that this process holds on a queue, on a thread that is there while there are
 * some, and hears from Redis which of them were lost or whose tasks were cancelled.
 */
final class Heartbeat implements Runnable {
  private static final System.Logger LOG = System.getLogger(Heartbeat.class.getName());

  private final StoredQueue queue;
  private final Duration interval;
  private final Map<String, Lease> held = new ConcurrentHashMap<>();

  /** Guards {@code beating}, so that there is one thread at most. */
  private final ReentrantLock starting = new ReentrantLock();

  private volatile boolean beating;

  Heartbeat(StoredQueue queue) {
    this.queue = queue;
    this.interval = queue.options().lease().dividedBy(3);
  }

  void hold(Lease lease) {
    held.put(lease.token(), lease);
    if (!beating) {
      start();
    }
  }

  void drop(Lease lease) {
    held.remove(lease.token());
  }

  private void start() {
    starting.lock();
    try {
      if (!beating) {
        beating = true;
        Threads.start("redstart-leases " + queue.keys().ready(), this);
      }
    } finally {
      starting.unlock();
    }
  }

  @Override
  public void run() {
    do {
      LockSupport.parkNanos(this, interval.toNanos());
      beatAll();
    } while (!isOver());
  }

  /** A lease that comes while this is decided finds either a thread that goes on, or none. */
  private boolean isOver() {
    starting.lock();
    try {
      beating = false;
      beating = !held.isEmpty();
      return !beating;
    } finally {
      starting.unlock();
    }
  }

  private void beatAll() {
    var all = List.copyOf(held.values());
    for (int i = 0; i < all.size(); i += StoredQueue.BATCH_MAX) {
      beat(all.subList(i, Math.min(i + StoredQueue.BATCH_MAX, all.size())));
    }
  }

  private void beat(List<Lease> leases) {
    try {
      var letters = queue.beat(leases, interval);
      for (int i = 0; i < leases.size(); i++) {
        leases.get(i).hear(letters.charAt(i));
      }
    } catch (RedisException | IllegalStateException trouble) {
      // The next beat tries again; if the lease is over by then, it will be told so.
      LOG.log(System.Logger.Level.DEBUG, "no heartbeat: {0}", trouble.getMessage());
    }
  }
}
