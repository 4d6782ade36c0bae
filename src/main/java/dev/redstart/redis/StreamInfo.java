package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.Objects;
import java.util.Optional;

/**
 * A stream as a whole.
 *
 * @param length how many entries it has
 * @param lastId the id of the entry that was added last, even if that is deleted
 * @param groups how many consumer groups it has
 * @param first its oldest entry, empty if it has none
 * @param last its newest entry, empty if it has none
 */
public record StreamInfo(
    long length,
    EntryId lastId,
    long groups,
    Optional<StreamEntry> first,
    Optional<StreamEntry> last) {
  public StreamInfo {
    Objects.requireNonNull(lastId, "lastId");
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(last, "last");
  }

  static StreamInfo read(Reply reply) {
    var facts = Reading.named(reply);
    return new StreamInfo(
        Reading.of(facts, "length").integer(),
        EntryId.parse(Reading.of(facts, "last-generated-id").text()),
        Reading.of(facts, "groups").integer(),
        Reading.optional(Reading.of(facts, "first-entry"), StreamEntry::read),
        Reading.optional(Reading.of(facts, "last-entry"), StreamEntry::read));
  }
}
