package dev.redstart.redis;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Knows where the master is: asks one Sentinel after the other before each attempt to connect. An
 * answer that names a master which could not be reached, or which another one has replaced, counts
 * only if no other Sentinel knows better. Whoever asks at the same time, or a moment later, shares
 * the answer. Thread-safe.
 */
final class Sentinels {
  /** Ten questions a second at most, however many lanes want to know. */
  private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /**
   * One of {@code master} and {@code failure} is null.
   *
   * @param all whether none of the Sentinels knows better
   */
  private record Answer(Endpoint.Tcp master, NoConnection failure, boolean all, long nanos) {
    Answer(Endpoint.Tcp master, NoConnection failure, boolean all) {
      this(master, failure, all, System.nanoTime());
    }

    boolean isGood(Endpoint.Tcp doubtful) {
      return System.nanoTime() - nanos < FRESH_NANOS && (all || !master.equals(doubtful));
    }

    Endpoint.Tcp get() throws NoConnection {
      if (failure != null) {
        throw failure;
      }
      return master;
    }
  }

  private final RedisOptions options;
  private final Inquiry inquiry;
  private final MasterWatch watch;

  /** One asks for all. Guards {@code order}. */
  private final ReentrantLock asking = new ReentrantLock();

  /** The one that was of use last comes first. */
  private final List<Endpoint.Tcp> order;

  private volatile Answer last;
  private volatile Endpoint.Tcp doubtful;
  private volatile Endpoint.Tcp former;
  private volatile long switchNanos;

  Sentinels(RedisOptions options, Endpoint.Sentinels endpoint, Loop loop) {
    this.options = options;
    this.inquiry = new Inquiry(options, loop, endpoint.master());
    this.watch = new MasterWatch(options, endpoint, this, loop);
    this.order = new ArrayList<>(endpoint.sentinels());
  }

  void watch() {
    watch.start();
  }

  void close() {
    watch.close();
  }

  /** Asks, if nobody has just done so. */
  Endpoint.Tcp master(long deadlineNanos) throws NoConnection {
    try {
      if (!asking.tryLock(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw new Explanation(options, Explanation.FAILURE)
            .of(new SocketTimeoutException("the Sentinels are slow"));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new Explanation(options, Explanation.FAILURE).of(new InterruptedIOException());
    }
    try {
      last = last != null && last.isGood(doubtful) ? last : ask(deadlineNanos);
      return last.get();
    } finally {
      asking.unlock();
    }
  }

  private Answer ask(long deadlineNanos) {
    var failures = new ArrayList<NoConnection>();
    Endpoint.Tcp known = null;
    for (Endpoint.Tcp sentinel : List.copyOf(order)) {
      try {
        // One that swallows everything must leave time for the next one, and for the master.
        long share = (deadlineNanos - System.nanoTime()) / (order.size() - failures.size() + 1);
        known = inquiry.ask(sentinel, Duration.ofNanos(Math.max(1, share)));
        if (!known.equals(doubtful)) {
          order.remove(sentinel);
          order.add(0, sentinel);
          break;
        }
      } catch (NoConnection failed) {
        failures.add(failed);
      }
    }
    return known == null ? unknown(failures) : known(known);
  }

  private Answer known(Endpoint.Tcp master) {
    // If it is said to have been replaced, it has come back since.
    former = master.equals(former) ? null : former;
    return new Answer(master, null, master.equals(doubtful));
  }

  private Answer unknown(List<NoConnection> failures) {
    String reasons = String.join(", ", failures.stream().map(NoConnection::getMessage).toList());
    String text = Explanation.FAILURE + options.address() + ", which none can find: " + reasons;
    boolean passing = failures.stream().anyMatch(NoConnection::worthRetrying);
    return new Answer(null, new NoConnection(text, passing, failures.get(0)), true);
  }

  /** It has been reached. */
  void trust(Endpoint.Tcp master) {
    doubtful = master.equals(doubtful) ? null : doubtful;
  }

  /** It could not be reached, or is no master: perhaps another Sentinel knows better. */
  void doubt(Endpoint.Tcp master) {
    doubtful = master;
  }

  /** A Sentinel says that another server has become the master. */
  void replaced(Endpoint.Tcp before, Endpoint.Tcp after) {
    doubtful = before;
    former = before;
    last = new Answer(after, null, true);
    switchNanos = System.nanoTime();
  }

  boolean haveSwitchedSince(long nanos) {
    return former != null && switchNanos - nanos > 0;
  }

  /** Whether it was the master, and no connection to it may stay. */
  boolean isFormer(Endpoint server) {
    return server.equals(former);
  }
}
