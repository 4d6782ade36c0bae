package dev.redstart.message;

import dev.redstart.redis.RedisException;
import dev.redstart.redis.Threads;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Renews the leases of all messages that this process produces, on a thread that is there while
 * there are some, and hears by that when one of them was cancelled.
 */
final class Heartbeat implements Runnable {
  private static final System.Logger LOG = System.getLogger(Heartbeat.class.getName());

  /** So that a producer hears of a cancellation within a second. */
  private static final Duration INTERVAL_MAX = Duration.ofMillis(500);

  private final Set<Generation> held = ConcurrentHashMap.newKeySet();

  /** Guards {@code beating}, so that there is one thread at most. */
  private final ReentrantLock starting = new ReentrantLock();

  /** Null: there is none. */
  private Thread beating;

  void hold(Generation generation) {
    held.add(generation);
    starting.lock();
    try {
      if (beating == null) {
        beating = Threads.start("redstart-generations", this);
      } else {
        // Its lease may be shorter than those that are waited for.
        LockSupport.unpark(beating);
      }
    } finally {
      starting.unlock();
    }
  }

  void drop(Generation generation) {
    held.remove(generation);
  }

  void stop() {
    held.clear();
  }

  @Override
  public void run() {
    do {
      LockSupport.parkNanos(this, interval().toNanos());
      held.forEach(this::beat);
    } while (!isOver());
  }

  private Duration interval() {
    return held.stream()
        .map(generation -> generation.lease().dividedBy(3))
        .reduce(INTERVAL_MAX, (one, other) -> one.compareTo(other) < 0 ? one : other);
  }

  /** A generation that comes while this is decided finds a thread that goes on, or none. */
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

  private void beat(Generation generation) {
    try {
      generation.beat();
    } catch (MessageException.Unknown gone) {
      // Expired or deleted; its next write tells its producer.
      drop(generation);
    } catch (RedisException trouble) {
      // The next beat tries again; if the lease is over by then, it will be told so.
      LOG.log(System.Logger.Level.DEBUG, "no heartbeat: {0}", trouble.getMessage());
    } catch (RuntimeException unexpected) {
      // Of what is to run when it is over: others' leases must not suffer from it.
      LOG.log(System.Logger.Level.WARNING, "a message's producer failed", unexpected);
    }
  }
}
