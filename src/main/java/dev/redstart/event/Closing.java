package dev.redstart.event;

import dev.redstart.redis.EntryId;

/**
 * The end of a run.
 *
 * @param id of the event that is its last
 * @param end how it ended, which may be another way than was asked for
 * @param isFirst whether this call ended it; false if it had ended before
 */
public record Closing(EntryId id, RunEnd end, boolean isFirst) {}
