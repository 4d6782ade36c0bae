package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.List;
import java.util.Objects;

/**
 * What a consumer has taken over, and where to look further.
 *
 * @param next {@link EntryId#MIN} once all pending entries were looked at
 * @param entries which are now pending with the consumer
 * @param deleted entries that the stream no longer has and that are therefore not pending any more;
 *     Redis 6.2 leaves them pending, and does not name them
 */
public record AutoClaimed(EntryId next, List<StreamEntry> entries, List<EntryId> deleted) {
  public AutoClaimed {
    Objects.requireNonNull(next, "next");
    entries = List.copyOf(Objects.requireNonNull(entries, "entries"));
    deleted = List.copyOf(Objects.requireNonNull(deleted, "deleted"));
  }

  /** Whether all pending entries were looked at. */
  public boolean isLast() {
    return next.equals(EntryId.MIN);
  }

  static AutoClaimed read(Reply reply) {
    return new AutoClaimed(
        EntryId.parse(Reading.at(reply, 0).text()),
        StreamEntry.readAll(Reading.at(reply, 1)),
        Streams.readIds(Reading.at(reply, 2)));
  }
}
