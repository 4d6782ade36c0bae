package dev.redstart.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.ListIterator;

/** Commands that wait for a connection, in order. Guarded by its lane's lock. */
final class Backlog {
  private final Deque<Pending<?>> waiting = new ArrayDeque<>();

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  void add(Pending<?> pending) {
    waiting.addLast(pending);
  }

  /** What was on a wire that is lost goes before all that came later. */
  void putBack(List<Pending<?>> inFlight) {
    ListIterator<Pending<?>> last = inFlight.listIterator(inFlight.size());
    while (last.hasPrevious()) {
      waiting.addFirst(last.previous());
    }
  }

  /** As far as the wire takes them; one that breaks meanwhile will be told as lost. */
  void moveTo(Wire wire) {
    while (!waiting.isEmpty() && wire.offer(waiting.peek(), Outbox.Haste.SOON)) {
      waiting.poll();
    }
  }

  List<Pending<?>> takeAll() {
    var all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }

  /** Those whose time is over, and those whose callers have left. */
  List<Pending<?>> takeExpired(long nowNanos) {
    var expired = new ArrayList<Pending<?>>();
    for (var each = waiting.iterator(); each.hasNext(); ) {
      Pending<?> pending = each.next();
      if (pending.isSettled() || pending.deadlineNanos - nowNanos <= 0) {
        expired.add(pending);
        each.remove();
      }
    }
    return expired;
  }
}
