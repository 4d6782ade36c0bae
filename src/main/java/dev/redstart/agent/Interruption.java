package dev.redstart.agent;

import dev.redstart.message.Generation;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Interrupts the thread that made this when there is nothing more to write; and nobody who uses
 * that thread afterwards.
 */
final class Interruption {
  /** Guards the two below. */
  private final ReentrantLock working = new ReentrantLock();

  private boolean over;
  private boolean came;
  private final Thread worker = Thread.currentThread();

  static Interruption by(Generation generation) {
    var interruption = new Interruption();
    generation.onOver(interruption::strike);
    if (generation.isOver()) {
      interruption.strike();
    }
    return interruption;
  }

  private void strike() {
    working.lock();
    try {
      if (!over && !came) {
        came = true;
        worker.interrupt();
      }
    } finally {
      working.unlock();
    }
  }

  /** From now on the thread is not interrupted on this account. */
  void end() {
    working.lock();
    try {
      over = true;
    } finally {
      working.unlock();
    }
  }
}
