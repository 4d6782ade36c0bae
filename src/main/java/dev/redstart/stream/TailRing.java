package dev.redstart.stream;

import dev.redstart.redis.EntryId;
import dev.redstart.redis.StreamEntry;
import java.util.ArrayDeque;
import java.util.List;

/** The newest entries of a stream, without a hole. Guarded by the topic's lock. */
final class TailRing {
  /** What a stream may cost, however many follow it. */
  static final int ENTRIES_MAX = 256;

  private static final int BYTES_MAX = 256 << 10;

  private record Kept(StreamEntry entry, int bytes) {
    EntryId id() {
      return entry.id();
    }
  }

  private final ArrayDeque<Kept> ring = new ArrayDeque<>();
  private long bytes;

  /** All entries after {@code from}, up to {@code last}, are here. Null: none is known. */
  private EntryId from;

  private EntryId last;

  /** Null if nothing is known. */
  EntryId last() {
    return last;
  }

  boolean isKnown() {
    return from != null;
  }

  boolean covers(EntryId cursor) {
    return from != null && cursor.compareTo(from) >= 0;
  }

  /** The oldest entries after one that is covered. */
  List<StreamEntry> after(EntryId cursor, int max) {
    if (cursor.compareTo(last) >= 0) {
      return List.of();
    }
    var found = new ArrayDeque<StreamEntry>();
    var newest = ring.descendingIterator();
    while (newest.hasNext()) {
      var entry = newest.next().entry();
      if (entry.id().compareTo(cursor) <= 0) {
        break;
      }
      found.addFirst(entry);
    }
    return found.stream().limit(max).toList();
  }

  boolean keeps(EntryId id) {
    return ring.stream().anyMatch(kept -> kept.id().equals(id));
  }

  /**
   * Whether this is where there is no entry, as far as is known. Nothing is ever added in between:
   * so whoever says that there is one, or whoever told what is here, was replaced.
   */
  boolean lacks(EntryId id) {
    return from != null && id.compareTo(from) > 0 && id.compareTo(last) < 0 && !keeps(id);
  }

  /** The last entry before this one. */
  EntryId before(EntryId id) {
    var before = from;
    for (var kept : ring) {
      before = kept.id().compareTo(id) < 0 ? kept.id() : before;
    }
    return before;
  }

  /** Nothing is known but that what is kept from now on comes after {@code id}. */
  void startAfter(EntryId id) {
    forget();
    from = id;
    last = id;
  }

  void forget() {
    ring.clear();
    bytes = 0;
    from = null;
    last = null;
  }

  /** It comes right after the last one. */
  void keep(StreamEntry entry, int size) {
    ring.add(new Kept(entry, size));
    bytes += size;
    last = entry.id();
    while (ring.size() > ENTRIES_MAX || bytes > BYTES_MAX) {
      var oldest = ring.remove();
      bytes -= oldest.bytes();
      from = oldest.id();
    }
  }
}
