package dev.redstart.redis;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Connects, as often as it takes and somebody wants it, with full jitter in between. It has a
 * thread of its own only while it runs. Its party starts and ends it under its own lock, and tells
 * on the loop's thread what became of the connection.
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

  private final Supplier<Connector> source;
  private final Party party;

  /** The one of the last attempt. */
  private volatile Connector connector;

  private volatile Thread thread;
  private volatile long attemptNanos;
  private boolean running;

  /** Whether the connection was of any use: a server may shake hands and then hang up. */
  private boolean proven;

  /** {@code source}: says, for each attempt, where to. */
  Reconnection(Supplier<Connector> source, Party party) {
    this.source = source;
    this.party = party;
  }

  /** One attempt, on this thread. */
  void connectNow() throws NoConnection {
    connector = source.get();
    connector.connect(party);
  }

  /** Sees to it that it runs. If there is no thread to be had, the next caller tries again. */
  void start() {
    if (!running) {
      startThread();
      running = true;
    }
  }

  /** It ends by itself: with a connection, or because nobody wants one. */
  void ended() {
    running = false;
  }

  /** It ends with this connection, of which nothing is known yet. */
  void installed() {
    running = false;
    proven = false;
  }

  /** The server has answered something. */
  void succeeded() {
    proven = true;
    connector.succeeded();
  }

  /** The connection is lost. One that was of no use makes the next attempt wait. */
  void lost() {
    if (!proven) {
      connector.failed();
    }
  }

  Connector connector() {
    return connector;
  }

  private void startThread() {
    connector = source.get();
    var connecting = new Thread(this::run, "redstart-connect " + connector.options().address());
    connecting.setDaemon(true);
    thread = connecting;
    connecting.start();
  }

  /** Cuts short whatever the thread waits for. */
  void stop() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  /**
   * Gives up an attempt that leads to where the server was before: it might take its whole time.
   */
  void look() {
    Connector tried = connector;
    if (tried != null && tried.hasMovedSince(attemptNanos)) {
      stop();
    }
  }

  private void run() {
    boolean over = false;
    while (!over) {
      // Whoever interrupts ends one wait; whether there is another is the party's decision.
      Thread.interrupted();
      // Also before the first attempt, if the last connection broke before it was of any use.
      LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(connector.pauseMillis()));
      over = !party.stillWanted() || attempt();
      if (!over) {
        connector = source.get();
      }
    }
  }

  /** Whether the matter is over, one way or the other. */
  private boolean attempt() {
    attemptNanos = System.nanoTime();
    try {
      connector.connect(party);
      return true;
    } catch (NoConnection failed) {
      return !party.goOn(failed);
    }
  }
}
