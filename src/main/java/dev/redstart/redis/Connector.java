package dev.redstart.redis;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes connections, ready for use: to the one server, or to the master that Sentinels name at the
 * moment. One attempt a call, on the calling thread.
 */
final class Connector {
  private static final long BACKOFF_MILLIS = 10;
  private static final long BACKOFF_MILLIS_MAX = 1_000;
  private static final int DOUBLINGS_MAX = 7;

  private final RedisOptions options;
  private final Loop loop;

  /** Null if there is one server only. */
  private final Sentinels sentinels;

  /** Since the server last answered anything, on any connection. */
  private final AtomicInteger failures = new AtomicInteger();

  Connector(RedisOptions options, Loop loop) {
    this.options = options;
    this.loop = loop;
    this.sentinels =
        options.endpoint() instanceof Endpoint.Sentinels endpoint
            ? new Sentinels(options, endpoint, loop)
            : null;
  }

  RedisOptions options() {
    return options;
  }

  Loop loop() {
    return loop;
  }

  /**
   * Connects and shakes hands, all within the connect timeout. The party gets the connection on the
   * loop's thread, before this returns.
   */
  void connect(Reconnection.Party party) throws NoConnection {
    long deadlineNanos = System.nanoTime() + options.connectTimeout().toNanos();
    try {
      if (sentinels == null) {
        connect(options, Explanation.FAILURE, party, deadlineNanos);
      } else {
        connectToMaster(party, deadlineNanos);
      }
    } catch (NoConnection failed) {
      failed();
      throw failed;
    }
  }

  private void connectToMaster(Reconnection.Party party, long deadlineNanos) throws NoConnection {
    Endpoint.Tcp master = sentinels.master(deadlineNanos);
    try {
      connect(master, party, deadlineNanos);
    } catch (NoConnection failed) {
      Endpoint.Tcp other =
          System.nanoTime() - deadlineNanos < 0 ? sentinels.master(deadlineNanos) : master;
      if (other.equals(master)) {
        throw failed;
      }
      connect(other, party, deadlineNanos);
    }
  }

  private void connect(Endpoint.Tcp master, Reconnection.Party party, long deadlineNanos)
      throws NoConnection {
    String failure = Explanation.FAILURE + options.address() + ", which is ";
    try {
      connect(options.at(master), failure, party, deadlineNanos);
      sentinels.trust(master);
    } catch (NoConnection failed) {
      sentinels.doubt(master);
      throw failed;
    }
  }

  private void connect(
      RedisOptions there, String failure, Reconnection.Party party, long deadlineNanos)
      throws NoConnection {
    try {
      new Dialer(there, loop).dial(deadlineNanos).handTo(party, needsMaster());
    } catch (IOException | RuntimeException | Error problem) {
      // Errors too, a supplier's or for lack of memory: those who wait must hear of it.
      throw new Explanation(there, failure).of(problem);
    }
  }

  /** From now on it is noticed at once when another server becomes the master. */
  void watch() {
    if (sentinels != null) {
      sentinels.watch();
    }
  }

  void close() {
    if (sentinels != null) {
      sentinels.close();
    }
  }

  /** Whether a server that is no master is the wrong one. */
  boolean needsMaster() {
    return sentinels != null;
  }

  /** Whether the connection leads to a server that is not the master any more. */
  boolean isOutdated(Connection connection) {
    return sentinels != null && sentinels.isFormer(connection.server());
  }

  /** Whether another server has become the master since then. */
  boolean hasMovedSince(long nanos) {
    return sentinels != null && sentinels.haveSwitchedSince(nanos);
  }

  /** Why such a connection is given up. */
  static IOException outdated() {
    return new IOException("the server is not the master any more");
  }

  /** An attempt has failed, or has brought a connection that broke before it was of any use. */
  void failed() {
    failures.incrementAndGet();
  }

  /** The server has answered something: the next trouble starts from a short pause again. */
  void succeeded() {
    if (failures.get() != 0) {
      failures.set(0);
    }
  }

  /**
   * How long to wait before the next attempt, with full jitter; not at all when all was well. One
   * count for the whole client: a hundred callers must not hammer a server that refuses each.
   */
  long pauseMillis() {
    int attempts = failures.get();
    if (attempts == 0) {
      return 0;
    }
    long most = BACKOFF_MILLIS << Math.min(attempts - 1, DOUBLINGS_MAX);
    return 1 + ThreadLocalRandom.current().nextLong(Math.min(BACKOFF_MILLIS_MAX, most));
  }
}
