package dev.redstart.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Gives signs of life for all that a process holds on lease, on a thread that is there while there
 * is something. The signs of a round travel together: none waits for the reply to another one.
 * Thread-safe.
 */
public final class Renewal {
  private static final System.Logger LOG = System.getLogger(Renewal.class.getName());

  private final Redis redis;
  private final String name;
  private final Map<Object, Lease<?>> held = new ConcurrentHashMap<>();

  /** Guards {@code beating}, so that there is one thread at most. */
  private final ReentrantLock starting = new ReentrantLock();

  /** Null: there is none. */
  private Thread beating;

  /**
   * Nothing is held.
   *
   * @param name of the thread
   */
  public Renewal(Redis redis, String name) {
    this.redis = Objects.requireNonNull(redis, "redis");
    this.name = Objects.requireNonNull(name, "name");
  }

  private record Lease<R>(
      Object holder, Duration interval, Supplier<Command<R>> sign, Consumer<R> hear) {}

  /** A sign that was given. */
  private record Sign<R>(Lease<R> lease, Pending<R> reply) {
    static <R> Sign<R> send(Lease<R> lease, Redis redis, Duration limit) {
      return new Sign<>(lease, redis.send(lease.sign.get().within(limit)));
    }

    void hear() {
      lease.hear.accept(reply.await());
    }
  }

  /**
   * Gives signs of life for this holder until it is {@link #drop dropped}. When Redis cannot be
   * reached the next sign is tried in its time; if {@code sign} or {@code hear} fails in another
   * way, or the client is closed, it is dropped.
   *
   * @param interval between two signs, at most
   * @param sign may be sent twice; called on the thread of this
   * @param hear takes the reply, on the same thread; must not wait
   */
  public <R> void hold(
      Object holder, Duration interval, Supplier<Command<R>> sign, Consumer<R> hear) {
    starting.lock();
    try {
      held.put(holder, new Lease<>(holder, interval, sign, hear));
      if (beating == null) {
        beating = Threads.start(name, this::run);
      } else {
        // It may be shorter than those that are waited for.
        LockSupport.unpark(beating);
      }
    } finally {
      starting.unlock();
    }
  }

  /** No sign begins after this. */
  public void drop(Object holder) {
    held.remove(holder);
    wakeIfIdle();
  }

  /** As if all were dropped. */
  public void dropAll() {
    held.clear();
    wakeIfIdle();
  }

  /** So that the thread ends. */
  private void wakeIfIdle() {
    starting.lock();
    try {
      if (held.isEmpty() && beating != null) {
        LockSupport.unpark(beating);
      }
    } finally {
      starting.unlock();
    }
  }

  private void run() {
    while (!isOver()) {
      var interval =
          held.values().stream()
              .map(Lease::interval)
              .min(Duration::compareTo)
              .orElse(Duration.ZERO);
      LockSupport.parkNanos(this, interval.toNanos());
      round(List.copyOf(held.values()), interval);
    }
  }

  private boolean isOver() {
    starting.lock();
    try {
      if (redis instanceof Client client && client.isClosed()) {
        held.clear();
      }
      boolean over = held.isEmpty();
      beating = over ? null : beating;
      return over;
    } finally {
      starting.unlock();
    }
  }

  private void round(List<Lease<?>> leases, Duration limit) {
    var signs = new ArrayList<Sign<?>>(leases.size());
    leases.forEach(lease -> atBest(lease, () -> signs.add(Sign.send(lease, redis, limit))));
    signs.forEach(sign -> atBest(sign.lease, sign::hear));
  }

  private void atBest(Lease<?> lease, Runnable call) {
    try {
      call.run();
    } catch (RedisException trouble) {
      // The next sign may come in time; if not, its reply will say so.
      LOG.log(System.Logger.Level.DEBUG, "no sign of life: {0}", trouble.getMessage());
    } catch (RuntimeException gone) {
      LOG.log(System.Logger.Level.DEBUG, "no more signs of life: {0}", gone.getMessage());
      held.remove(lease.holder, lease);
    }
  }
}
