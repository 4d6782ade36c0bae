package dev.redstart.redis;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Commands that the server refused for the moment (it is loading, its cluster is not ready): kept
 * for a while, then sent again. Belongs to the loop's thread.
 */
final class Later {
  private static final long PAUSE_MILLIS = 50;
  private static final long PAUSE_JITTER_MILLIS = 100;

  private record Entry(Pending<?> pending, long dueNanos) {}

  private final List<Entry> entries = new ArrayList<>();

  /** False when there is no time left to try again: the caller gets the server's own words. */
  boolean add(Pending<?> pending) {
    long millis = PAUSE_MILLIS + ThreadLocalRandom.current().nextLong(PAUSE_JITTER_MILLIS);
    long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    // A tick may be late by its own length; the answer has to come back too.
    long latest = pending.deadlineNanos - TimeUnit.MILLISECONDS.toNanos(2 * PAUSE_JITTER_MILLIS);
    return due - latest < 0 && entries.add(new Entry(pending, due));
  }

  /** Takes out those whose time has come. */
  List<Pending<?>> due(long nowNanos) {
    return entries.isEmpty() ? List.of() : take(entry -> entry.dueNanos - nowNanos <= 0);
  }

  List<Pending<?>> all() {
    return take(entry -> true);
  }

  private List<Pending<?>> take(Predicate<Entry> wanted) {
    var due = new ArrayList<Pending<?>>();
    for (Iterator<Entry> each = entries.iterator(); each.hasNext(); ) {
      Entry entry = each.next();
      if (wanted.test(entry)) {
        due.add(entry.pending);
        each.remove();
      }
    }
    return due;
  }
}
