package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.a2a.A2AException;
import dev.redstart.harness.Eventually;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * One room at work: pieces of work are given out, one after the other, and it is noted what was
 * taken (Redis has said so) and what came of it. Each piece has a number.
 */
abstract class Load implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(30);

  /** So that a machine with two cores is busy, but not with this alone. */
  private static final long PAUSE_NANOS = 2_000_000;

  /** What Redis has said that it has; and whether a failover may lose it all the same. */
  private final Map<Integer, Boolean> taken = new ConcurrentHashMap<>();

  /** Deliveries that somebody has begun with; and whether a failover may forget that. */
  private final Map<String, Boolean> begun = new ConcurrentHashMap<>();

  private final AtomicInteger begunAgain = new AtomicInteger();

  /** From before a master is killed until another one has taken over. */
  private volatile boolean failing;

  private volatile boolean hasFailed;

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

  /** The pieces that Redis knows of, in the order in which it got them, as far as that is kept. */
  abstract List<Integer> history();

  /** All that Redis has noted of them must be able to have happened, in this order. */
  void replay() {}

  /** A piece has been done; to be called by who does it. */
  final void done(int number) {
    done.merge(number, 1, Integer::sum);
  }

  /**
   * Somebody begins with a delivery, of which there is one: if it comes once more, a failover must
   * have lost that it was handed out.
   */
  final void begin(String delivery) {
    var mayBeForgotten = begun.put(delivery, failing);
    if (mayBeForgotten != null) {
      begunAgain.incrementAndGet();
      if (!mayBeForgotten) {
        wrong("handed out twice: " + delivery);
      }
    }
  }

  /** Something happened that cannot have. */
  final void wrong(String what) {
    failures.add(new AssertionError(this + ": " + what));
  }

  final int count() {
    return next;
  }

  private void giveOut() {
    while (!stopping) {
      int number = next++;
      boolean wasFailing = failing;
      try {
        give(number);
        taken.put(number, wasFailing || failing);
        success();
      } catch (RedisException | A2AException honest) {
        failures.add(honest);
      } catch (Exception | Error wrong) {
        failures.add(new AssertionError(this + ": piece " + number, wrong));
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void success() {
    long now = System.nanoTime();
    longestNanos = Math.max(longestNanos, now - lastNanos);
    lastNanos = now;
  }

  /** A failover begins: only what happens from now on may be lost. */
  final void expectLosses() {
    failing = true;
    hasFailed = true;
  }

  /** Whether there has been a failover. */
  final boolean hasFailed() {
    return hasFailed;
  }

  /** The failover is over. */
  final void expectNoLosses() {
    failing = false;
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
    assertTrue(taken.size() > 10, this + " did not get far: " + taken.size());
    assertEquals(List.copyOf(new TreeSet<>(taken.keySet())), history(), this + ": all, in order");
    awaitDone(taken.keySet());
    done.forEach((number, times) -> assertEquals(1, times, this + ": piece " + number));
    replay();
    check();
  }

  /**
   * After a failover: calls may have failed, and what happened meanwhile may be lost; but what is
   * left is a history that can have happened, and all that it has is done.
   *
   * @return how many pieces were taken and are lost, which asynchronous replication allows
   */
  final long judgeLosses() {
    failIfWrong();
    var history = history();
    assertEquals(List.copyOf(new TreeSet<>(history)), history, this + ": each once, in order");
    var lost = new TreeSet<>(taken.keySet());
    history.forEach(lost::remove);
    var missing = lost.stream().filter(number -> !taken.get(number)).toList();
    assertEquals(List.of(), missing, this + ": lost though replicated");
    awaitDone(history);
    replay();
    failIfWrong();
    return lost.size();
  }

  private void failIfWrong() {
    for (var failure : failures) {
      if (failure instanceof AssertionError wrong) {
        throw wrong;
      }
    }
  }

  private void awaitDone(Collection<Integer> numbers) {
    Eventually.within(LIMIT, this + ": all is done", () -> done.keySet().containsAll(numbers));
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
        + " done twice, "
        + begunAgain
        + " deliveries made again, longest pause "
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
