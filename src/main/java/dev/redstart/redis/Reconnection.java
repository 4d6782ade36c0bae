package dev.redstart.redis;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Connects, as often as it takes and somebody wants it, with full jitter in between. Whoever uses
 * it sees to it that only one runs at a time; it has a thread of its own only while it runs.
 */
final class Reconnection {
  /** Who wants the connection. Each false ends the matter. */
  interface Party extends Wire.Owner {
    /**
     * Takes the connection over, on the loop's thread: {@code lost} comes after this, never before.
     */
    void install(Connection fresh);

    /** Whether to go on after this failure. */
    boolean goOn(NoConnection failure);

    /** Whether anybody still waits for a connection. */
    boolean stillWanted();
  }

  private final Connector connector;
  private final Party party;
  private volatile Thread thread;

  Reconnection(Connector connector, Party party) {
    this.connector = connector;
    this.party = party;
  }

  /** Starts the thread. An error that it cannot be had is the caller's to handle. */
  void start() {
    var connecting = new Thread(this::run, "redstart-connect " + connector.options().address());
    connecting.setDaemon(true);
    thread = connecting;
    connecting.start();
  }

  /** Cuts short whatever the thread waits for: the lane is closed. */
  void stop() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  private void run() {
    boolean over = false;
    while (!over) {
      // Also before the first attempt, if the last connection broke before it was of any use.
      LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(connector.pauseMillis()));
      over = !party.stillWanted() || attempt();
    }
  }

  /** Whether the matter is over, one way or the other. */
  private boolean attempt() {
    try {
      connector.connect(party);
      return true;
    } catch (NoConnection failed) {
      return !party.goOn(failed);
    }
  }
}
