/**
 * Runs and their events: what an agent does, as it happens, for any number of readers.
 *
 * <p>Start with {@link dev.redstart.event.EventStore}.
 *
 * <pre>{@code
 * var store = EventStore.of(redis);
 * store.add("1", "lifecycle", "started", Json.object("task", "analyse"));
 *
 * try (var follower = store.follow("1", EventStart.START)) {
 *   while (!follower.isEnded()) {
 *     follower.next(Duration.ofSeconds(15)).ifPresent(this::show);
 *   }
 * }
 * store.close("1", RunEnd.COMPLETED, Json.object("result", "done"));
 * }</pre>
 *
 * <p>Promised: the events of a run are numbered without a hole, however many write; every reader
 * gets each of them once and in order, or is told of a gap; a run that has ended takes no more
 * events, and one that has expired does not come back; a run whose producer died ends with one
 * event that says so. All times are those of Redis' clock.
 */
package dev.redstart.event;
