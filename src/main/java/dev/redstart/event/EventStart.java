package dev.redstart.event;

import dev.redstart.redis.EntryId;
import java.util.Objects;
import java.util.Optional;

/** Where a follower begins. Immutable. */
public final class EventStart {
  /** With the first event of the run. */
  public static final EventStart START = new EventStart(EntryId.MIN);

  /** With the first event that is added from then on. */
  public static final EventStart NEW = new EventStart(null);

  private final EntryId after;

  private EventStart(EntryId after) {
    this.after = after;
  }

  /** With the event after this one: how a reader goes on that was cut off. */
  public static EventStart after(EntryId id) {
    return new EventStart(Objects.requireNonNull(id, "id"));
  }

  /** Empty for the newest event, whichever it is. */
  Optional<EntryId> cursor() {
    return Optional.ofNullable(after);
  }

  @Override
  public String toString() {
    return after == null ? "new" : "after " + after;
  }
}
