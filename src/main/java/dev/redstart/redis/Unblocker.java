package dev.redstart.redis;

import java.net.SocketTimeoutException;

/**
 * Ends the blocking command of one connection without losing an element: it asks the server (CLIENT
 * UNBLOCK, over another connection) and lets the reply come the usual way; an element that was
 * popped in the meantime is in it. Only a server that does not answer that either costs the
 * connection. Belongs to the loop's thread.
 */
final class Unblocker {
  private final Lane helper;
  private Pending<?> asked;
  private long askedNanos;
  private volatile boolean inquiring;
  private Runnable whenFree = () -> {};

  Unblocker(Lane helper) {
    this.helper = helper;
  }

  /** True while a CLIENT UNBLOCK is under way: it would hit whatever the connection does next. */
  boolean isBusy() {
    return inquiring;
  }

  void whenFree(Runnable action) {
    if (inquiring) {
      whenFree = action;
    } else {
      action.run();
    }
  }

  private void answered() {
    inquiring = false;
    Runnable action = whenFree;
    whenFree = () -> {};
    action.run();
  }

  void ask(Pending<?> pending, Connection connection) {
    if (pending.isSettled() || connection == null) {
      return;
    }
    if (asked != pending) {
      asked = pending;
      askedNanos = System.nanoTime();
    }
    if (!inquiring && connection.clientId() != 0) {
      inquiring = true;
      String id = Long.toString(connection.clientId());
      helper.sendAside(Command.of("CLIENT", "UNBLOCK", id), this::answered);
    }
  }

  /**
   * Looks at a command that blocks. Asks again at each look: the first request may have overtaken
   * the command on its way to the server.
   */
  void look(Pending<?> pending, Connection connection, long nowNanos) {
    long grace = pending.graceNanos();
    boolean overdue = pending.deadlineNanos - nowNanos < grace / 2;
    if (overdue || asked == pending) {
      ask(pending, connection);
    }
    boolean deaf = asked == pending && nowNanos - askedNanos > grace;
    if (pending.deadlineNanos - nowNanos <= 0 || deaf) {
      pending.settle(pending.late());
      connection.wire().fail(new SocketTimeoutException("a blocking command did not end"));
    }
  }
}
