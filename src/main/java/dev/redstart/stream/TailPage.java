package dev.redstart.stream;

import dev.redstart.redis.StreamEntry;
import java.util.List;

/**
 * What comes next for a follower.
 *
 * @param entries the oldest first; cannot be changed
 * @param isGap entries between the cursor and the first of these are gone, for good; or the last
 *     ones before this page turned out not to be in the stream, since a failover lost them: then
 *     these come after the last one that is, and one or the other may come again
 * @param isGone there is no more to come: the stream is not there any more, or has ended before the
 *     cursor
 */
public record TailPage(List<StreamEntry> entries, boolean isGap, boolean isGone) {
  static final TailPage NOTHING = new TailPage(List.of(), false, false);

  /** The entries are copied. */
  public TailPage {
    entries = List.copyOf(entries);
  }

  /** Whether it says nothing at all: no entry, no gap, no end. */
  public boolean isEmpty() {
    return entries.isEmpty() && !isGap && !isGone;
  }
}
