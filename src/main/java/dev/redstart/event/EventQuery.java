package dev.redstart.event;

import dev.redstart.redis.EntryId;
import java.util.Objects;
import java.util.Optional;

/** Which events of a run are wanted. Immutable: each {@code withX} gives a changed copy. */
public final class EventQuery {
  /** The most that a page can have. */
  public static final int LIMIT_MAX = 10_000;

  private static final EventQuery ALL = new EventQuery("-", "+", null, 1000);

  private final String from;
  private final String to;
  private final EntryId after;
  private final int limit;

  private EventQuery(String from, String to, EntryId after, int limit) {
    this.from = from;
    this.to = to;
    this.after = after;
    this.limit = limit;
  }

  /** From the first to the last, 1000 of them at most. */
  public static EventQuery all() {
    return ALL;
  }

  /** From this one on, itself included. */
  public EventQuery withFrom(EntryId id) {
    return new EventQuery(Objects.requireNonNull(id, "id").toString(), to, null, limit);
  }

  /**
   * After this one: how to go on with {@link EventPage#next}.
   *
   * @throws IllegalArgumentException if no id comes after it
   */
  public EventQuery withAfter(EntryId id) {
    if (Objects.requireNonNull(id, "id").equals(EntryId.MAX)) {
      throw new IllegalArgumentException("id: no event comes after " + id);
    }
    return new EventQuery("(" + id, to, id, limit);
  }

  /** Up to this one, itself included. */
  public EventQuery withTo(EntryId id) {
    return new EventQuery(from, Objects.requireNonNull(id, "id").toString(), after, limit);
  }

  /**
   * At most so many.
   *
   * @throws IllegalArgumentException if it is not 1 to 10 000
   */
  public EventQuery withLimit(int max) {
    return new EventQuery(from, to, after, (int) Limits.within(max, "limit", 1, LIMIT_MAX));
  }

  String from() {
    return from;
  }

  String to() {
    return to;
  }

  Optional<EntryId> after() {
    return Optional.ofNullable(after);
  }

  int limit() {
    return limit;
  }
}
