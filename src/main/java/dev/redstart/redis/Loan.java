package dev.redstart.redis;

import java.util.concurrent.locks.ReentrantLock;

/** The lane that a blocking command has for itself: another one when it goes to another node. */
final class Loan {
  /** Guards all below. */
  private final ReentrantLock lock = new ReentrantLock();

  private LanePool pool;
  private Lane lane;
  private boolean over;

  Loan(LanePool pool, Lane lane) {
    this.pool = pool;
    this.lane = lane;
  }

  /** Gives the lane back for one of another pool; that one, without waiting. */
  Lane exchange(LanePool other) {
    lock.lock();
    try {
      if (pool != other && !over) {
        pool.give(lane);
        pool = other;
        lane = other.takeNow();
      }
      return lane;
    } finally {
      lock.unlock();
    }
  }

  void end() {
    lock.lock();
    try {
      if (!over) {
        over = true;
        pool.give(lane);
      }
    } finally {
      lock.unlock();
    }
  }
}
