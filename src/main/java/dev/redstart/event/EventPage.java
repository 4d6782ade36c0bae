package dev.redstart.event;

import dev.redstart.redis.EntryId;
import java.util.List;
import java.util.Optional;

/**
 * Some events of a run, in their order.
 *
 * @param state of the run when they were read
 * @param gap events after the one that was asked for are gone; they would come before these
 * @param hasMore whether there are more in the range that was asked for
 * @param next after which to go on; empty if there are no events on this page
 */
public record EventPage(
    RunState state,
    Optional<RunUpdate.Gap> gap,
    List<Event> events,
    boolean hasMore,
    Optional<EntryId> next) {
  /** The events cannot be changed. */
  public EventPage {
    events = List.copyOf(events);
  }
}
