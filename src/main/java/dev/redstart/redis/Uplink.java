package dev.redstart.redis;

import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A lane's connection, while it has one, and the commands that wait for one. */
final class Uplink {
  /** A server that has just answered answers what else is under way, too. */
  private static final long FAREWELL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Use use;
  private final Reconnection reconnection;

  /**
   * Guards all below: where a command goes is one decision. No call is ended under it, since that
   * may run what others have asked to be told.
   */
  private final ReentrantLock lock = new ReentrantLock();

  private final Backlog backlog = new Backlog();
  private boolean closed;
  private boolean used;

  /** Read without the lock, too. */
  private volatile Connection connection;

  /** The server has turned out to be no master: it may still answer, but is asked no more. */
  private volatile boolean leaving;

  private volatile long leavingNanos;

  Uplink(Use use, Reconnection reconnection) {
    this.use = use;
    this.reconnection = reconnection;
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  /** Null while there is none. */
  Connection connection() {
    return connection;
  }

  boolean isUp() {
    Connection up = connection;
    return up != null && !up.wire().isBroken();
  }

  /** Sends nothing more on this connection. */
  void leave() {
    leavingNanos = leaving ? leavingNanos : System.nanoTime();
    leaving = true;
  }

  boolean isLeaving() {
    return leaving;
  }

  /** Whether what is under way has had its time. */
  boolean isOverdue(long nowNanos) {
    return leaving && nowNanos - leavingNanos > FAREWELL_NANOS;
  }

  void breakOff(Throwable why) {
    Connection up = connection;
    if (up != null) {
      up.wire().fail(why);
    }
  }

  boolean isClosed() {
    return locked(() -> closed);
  }

  /** Takes a command for the connection that is up, or the next one. False if none will come. */
  boolean take(Pending<?> pending, Outbox.Haste haste) {
    Connection up = connection;
    boolean offered = up != null && !leaving && up.wire().offer(pending, haste);
    return offered || locked(() -> !isOver() && keep(pending));
  }

  private boolean isOver() {
    return closed || (use == Use.SESSION && used && !isUp());
  }

  /** The wire is down, or has gone down this moment. */
  private boolean keep(Pending<?> pending) {
    if (connection == null || connection.wire().isHandedBack()) {
      connection = null;
      backlog.add(pending);
      reconnection.start();
    } else if (leaving || !connection.wire().offer(pending, Outbox.Haste.SOON)) {
      // Its loss will be told in a moment, with what has to go before this one.
      backlog.add(pending);
    }
    return true;
  }

  /** {@code lost}: the connection has ended. Commands of it go again. False if none will come. */
  boolean takeBack(Wire lost, List<Pending<?>> again) {
    return locked(
        () -> {
          connection = connection != null && connection.wire() == lost ? null : connection;
          return !closed && use != Use.SESSION && wait(again);
        });
  }

  /** Puts back what was taken out of what waits. False if no connection will come. */
  boolean takeBack(List<Pending<?>> waiting) {
    return locked(() -> !closed && wait(waiting));
  }

  private boolean wait(List<Pending<?>> again) {
    backlog.putBack(again);
    if (!backlog.isEmpty()) {
      reconnection.start();
    }
    return true;
  }

  /** Takes out what waits for a connection. */
  List<Pending<?>> takeWaiting() {
    return locked(backlog::takeAll);
  }

  /** The same, for nobody will connect; {@code close}: never again. */
  List<Pending<?>> giveUp(boolean close) {
    return locked(
        () -> {
          closed |= close;
          reconnection.ended();
          return backlog.takeAll();
        });
  }

  List<Pending<?>> takeExpired() {
    return locked(() -> backlog.takeExpired(System.nanoTime()));
  }

  void install(Connection fresh) {
    locked(
        () -> {
          reconnection.installed();
          if (closed) {
            fresh.wire().fail(new ClosedChannelException());
          } else {
            leaving = false;
            backlog.moveTo(fresh.wire());
            connection = fresh;
            used = true;
          }
          return closed;
        });
  }

  /** Whether a connection is wanted. */
  boolean isWanted() {
    return locked(
        () -> {
          boolean wanted = !closed && !backlog.isEmpty();
          if (!wanted) {
            reconnection.ended();
          }
          return wanted;
        });
  }
}
