package dev.redstart.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The connections of blocking commands: as many as are needed at once, up to a limit. */
final class LanePool implements Loop.Watch {
  private static final long IDLE_NANOS_MAX = TimeUnit.MINUTES.toNanos(1);

  /** A lane may have been lent, but its command not be on its way, when all were asked. */
  private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private record Idle(Lane lane, long sinceNanos) {}

  private final Connector connector;
  private final Lane helper;
  private final Detour detour;
  private final int max;

  /** Guards all below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition freed = lock.newCondition();
  private final Deque<Idle> idle = new ArrayDeque<>();
  private final Set<Lane> lanes = new HashSet<>();
  private boolean closed;

  LanePool(Connector connector, Lane helper, Detour detour) {
    this.connector = connector;
    this.helper = helper;
    this.detour = detour;
    this.max = connector.options().dedicatedMax();
    connector.loop().watch(this);
  }

  /** Lends a lane, waiting for one within the limit when all are in use. */
  Lane take(Order<?> order, Duration limit) {
    lock.lock();
    try {
      awaitOne(order, limit);
      Idle last = idle.pollLast();
      return last != null ? last.lane : open(Use.BLOCKING);
    } finally {
      lock.unlock();
    }
  }

  /** Lends one without waiting, for a command that had one on another node: past the limit. */
  Lane takeNow() {
    lock.lock();
    try {
      Idle last = idle.pollLast();
      return last != null ? last.lane : open(Use.BLOCKING);
    } finally {
      lock.unlock();
    }
  }

  /** Lends a fresh lane whose connection nobody has used. */
  Lane takeFresh(Order<?> order, Duration limit) {
    lock.lock();
    try {
      awaitOne(order, limit);
      if (lanes.size() >= max) {
        drop(idle.pollFirst().lane);
      }
      return open(Use.SESSION);
    } finally {
      lock.unlock();
    }
  }

  private void awaitOne(Order<?> order, Duration limit) {
    long nanos = limit.toNanos();
    while (!closed && idle.isEmpty() && lanes.size() >= max) {
      if (nanos <= 0) {
        throw refused(order, "all " + max + " dedicated connections are in use");
      }
      try {
        nanos = freed.awaitNanos(nanos);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        String text = order.sentence("the call was interrupted; it was not sent");
        throw new RedisException.Interrupted(text, false);
      }
    }
    if (closed) {
      throw refused(order, "the client is closed");
    }
  }

  private static RedisException refused(Order<?> order, String why) {
    return new RedisException.Unavailable(order.sentence("not sent: " + why), null);
  }

  private Lane open(Use use) {
    var lane = new Lane(connector, use, helper, detour);
    lanes.add(lane);
    return lane;
  }

  private void drop(Lane lane) {
    lanes.remove(lane);
    lane.close();
  }

  /** Takes a lane back once nothing on it, or about it, is under way. */
  void give(Lane lane) {
    lane.whenFree(() -> keep(lane));
  }

  private void keep(Lane lane) {
    lock.lock();
    try {
      if (lane.isReusable() && !closed) {
        idle.addLast(new Idle(lane, System.nanoTime()));
      } else {
        drop(lane);
      }
      freed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** On the loop: sends what waits for a connection elsewhere, if it belongs there by now. */
  void reroute() {
    all().forEach(Lane::reroute);
  }

  void breakOff(Throwable why) {
    all().forEach(lane -> lane.breakOff(why));
  }

  private List<Lane> all() {
    lock.lock();
    try {
      return List.copyOf(lanes);
    } finally {
      lock.unlock();
    }
  }

  boolean has(Lane lane) {
    lock.lock();
    try {
      return lanes.contains(lane);
    } finally {
      lock.unlock();
    }
  }

  boolean isIdle() {
    lock.lock();
    try {
      return lanes.size() == idle.size();
    } finally {
      lock.unlock();
    }
  }

  /** Closes what has not been used for a while. */
  @Override
  public void tick(long nowNanos) {
    lock.lock();
    try {
      while (!idle.isEmpty() && nowNanos - idle.peekFirst().sinceNanos > IDLE_NANOS_MAX) {
        drop(idle.pollFirst().lane);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Refuses new ones; cuts short, without loss, what blocks; waits for that, but not for long. */
  void drain(long patienceNanos) {
    lock.lock();
    try {
      closed = true;
      freed.signalAll();
      long deadlineNanos = System.nanoTime() + patienceNanos;
      while (lanes.size() > idle.size() && System.nanoTime() - deadlineNanos < 0) {
        lanes.forEach(Lane::drain);
        freed.awaitNanos(ASK_AGAIN_NANOS);
      }
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  void close() {
    connector.loop().unwatch(this);
    List<Lane> all;
    lock.lock();
    try {
      all = new ArrayList<>(lanes);
      lanes.clear();
      idle.clear();
    } finally {
      lock.unlock();
    }
    all.forEach(Lane::close);
  }
}
