package dev.redstart.stream;

import dev.redstart.redis.EntryId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Entries that were told, and handed out, but are not in the stream: a server that another one has
 * replaced may add some before it learns of that. Whoever got one of them has gone past what was
 * added instead, and has to read again from before. Guarded by the topic's lock.
 */
final class Doubts {
  /** More are rare; those before are then taken for one. */
  private static final int MAX = 32;

  /** What was known after {@code before}, up to {@code last}, may not be in the stream. */
  private record Doubt(EntryId before, EntryId last) {
    Doubt with(Doubt other) {
      return new Doubt(
          before.compareTo(other.before) < 0 ? before : other.before,
          last.compareTo(other.last) > 0 ? last : other.last);
    }
  }

  private final List<Doubt> doubts = new ArrayList<>();
  private int forgotten;

  /** How many there have been. */
  int count() {
    return forgotten + doubts.size();
  }

  void add(EntryId before, EntryId last) {
    doubts.add(new Doubt(before, last));
    if (doubts.size() > MAX) {
      doubts.set(1, doubts.get(0).with(doubts.get(1)));
      doubts.remove(0);
      forgotten++;
    }
  }

  /** From where to read again who knows of the first {@code known} doubts only. */
  Optional<EntryId> since(int known, EntryId cursor) {
    return doubts.stream()
        .skip(Math.max(0, known - forgotten))
        .reduce(Doubt::with)
        .filter(doubt -> cursor.compareTo(doubt.before) > 0 && cursor.compareTo(doubt.last) <= 0)
        .map(Doubt::before);
  }
}
