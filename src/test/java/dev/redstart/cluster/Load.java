package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * One room at work: pieces of work are given out, one after the other, and it is noted what was
 * taken (Redis has said so) and what came of it. Each piece has a number.
 */
abstract class Load implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(30);

  /** So that a machine with two cores is busy, but not with this alone. */
  private static final long PAUSE_NANOS = 2_000_000;

  private final Map<Integer, Boolean> taken = new ConcurrentHashMap<>();
  private volatile Set<Integer> kept = Set.of();
  private final Map<Integer, Integer> done = new ConcurrentHashMap<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this::giveOut, getClass().getSimpleName());
  private volatile boolean stopping;
  private volatile long lastNanos = System.nanoTime();
  private volatile long longestNanos;
  private int next;

  Load start() {
    thread.setDaemon(true);
    thread.start();
    return this;
  }

  /** Returns when Redis has the piece of this number. */
  abstract void give(int number) throws Exception;

  /** That much of the room's own view must hold when all is done. */
  abstract void check();

  /** Looks at what has been done, where nobody says so; when no more is given out. */
  void look() {}

  /** A piece has been done; to be called by who does it. */
  final void done(int number) {
    done.merge(number, 1, Integer::sum);
  }

  final int count() {
    return next;
  }

  private void giveOut() {
    while (!stopping) {
      int number = next++;
      try {
        give(number);
        taken.put(number, true);
        success();
      } catch (RedisException trouble) {
        failures.add(trouble);
      } catch (Exception | Error wrong) {
        failures.add(new AssertionError("piece " + number, wrong));
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void success() {
    long now = System.nanoTime();
    longestNanos = Math.max(longestNanos, now - lastNanos);
    lastNanos = now;
  }

  /** What has been taken up to now must never be lost. */
  final void keep() {
    kept = Set.copyOf(taken.keySet());
  }

  /** How many pieces Redis has taken so far. */
  final int taken() {
    return taken.size();
  }

  /** The longest time without success, the present one included. */
  final Duration longestPause() {
    return Duration.ofNanos(Math.max(longestNanos, System.nanoTime() - lastNanos));
  }

  final void stop() throws InterruptedException {
    stopping = true;
    thread.join(LIMIT.toMillis());
    assertTrue(!thread.isAlive(), this + " does not end");
  }

  /** No call failed, and what was taken is done, each piece once. */
  final void judge() {
    assertEquals("[]", failures.toString(), toString());
    look();
    Eventually.within(
        LIMIT, this + ": all is done", () -> done.keySet().containsAll(taken.keySet()));
    assertTrue(taken.size() > 10, this + " did not get far: " + taken.size());
    done.forEach((number, times) -> assertEquals(1, times, this + ": piece " + number));
    check();
  }

  /**
   * After a failover: calls may have failed, but nothing else has happened, and what was to be kept
   * is done.
   *
   * @return how many pieces were taken and are lost, which asynchronous replication allows
   */
  final long judgeLosses() {
    failures.forEach(
        failure -> assertTrue(failure instanceof RedisException, this + ": " + failure));
    look();
    long end = System.nanoTime() + LIMIT.toNanos() / 6;
    while (lost() > 0 && System.nanoTime() < end) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    var missing = new TreeSet<>(kept);
    missing.removeAll(done.keySet());
    assertEquals(Set.of(), missing, this + ": lost though replicated");
    return lost();
  }

  private long lost() {
    return taken.keySet().stream().filter(number -> !done.containsKey(number)).count();
  }

  final String figures() {
    long twice = done.values().stream().filter(times -> times > 1).count();
    return this
        + ": "
        + taken.size()
        + " taken, "
        + failures.size()
        + " calls failed, "
        + twice
        + " done twice, longest pause "
        + longestPause().toMillis()
        + " ms";
  }

  @Override
  public String toString() {
    return getClass().getSimpleName();
  }

  @Override
  public abstract void close();
}
