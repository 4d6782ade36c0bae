package dev.redstart.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What to remove from the old end of a stream. Immutable. */
public final class Trim {
  private static final Trim NONE = new Trim(List.of(), false, 0);

  private final List<String> bound; // the strategy and its threshold
  private final boolean about;
  private final long limit;

  private Trim(List<String> bound, boolean about, long limit) {
    this.bound = bound;
    this.about = about;
    this.limit = limit;
  }

  /** Nothing. */
  public static Trim none() {
    return NONE;
  }

  /**
   * All but the newest {@code entries}.
   *
   * @throws IllegalArgumentException if {@code entries} is negative
   */
  public static Trim maxLen(long entries) {
    if (entries < 0) {
      throw new IllegalArgumentException("entries: must not be negative, was " + entries);
    }
    return new Trim(List.of("MAXLEN", Long.toString(entries)), false, 0);
  }

  /** All whose id is smaller than {@code id}. */
  public static Trim minId(EntryId id) {
    Objects.requireNonNull(id, "id");
    return new Trim(List.of("MINID", id.toString()), false, 0);
  }

  /** The same, but only as far as it is cheap: some more entries stay ({@code ~}). */
  public Trim about() {
    if (bound.isEmpty()) {
      throw new IllegalStateException("nothing cannot be trimmed approximately");
    }
    return new Trim(bound, true, limit);
  }

  /**
   * The same, but at most so many entries at once; approximately, since Redis takes no limit
   * otherwise.
   *
   * @throws IllegalArgumentException if {@code entries} is not positive
   */
  public Trim withLimit(long entries) {
    return new Trim(about().bound, true, Words.positive(entries, "entries"));
  }

  boolean isNone() {
    return bound.isEmpty();
  }

  List<String> words() {
    var words = new ArrayList<>(bound);
    if (about) {
      words.add(1, "~");
    }
    if (limit > 0) {
      words.addAll(List.of("LIMIT", Long.toString(limit)));
    }
    return words;
  }

  /** As Redis writes it: {@code MAXLEN ~ 1000}. */
  @Override
  public String toString() {
    return String.join(" ", words());
  }
}
