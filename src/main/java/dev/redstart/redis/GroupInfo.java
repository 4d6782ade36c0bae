package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.Objects;
import java.util.Optional;

/**
 * A consumer group of a stream.
 *
 * @param consumers how many it has
 * @param pending how many entries were delivered and are not acknowledged
 * @param lastDelivered the greatest id that was delivered
 * @param entriesRead how many entries of the stream the group has passed; empty if the server does
 *     not know (before Redis 7.0 it never does)
 * @param lag how many entries the group has yet to read; empty if the server does not know
 */
public record GroupInfo(
    String name,
    long consumers,
    long pending,
    EntryId lastDelivered,
    Optional<Long> entriesRead,
    Optional<Long> lag) {
  public GroupInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(lastDelivered, "lastDelivered");
    Objects.requireNonNull(entriesRead, "entriesRead");
    Objects.requireNonNull(lag, "lag");
  }

  static GroupInfo read(Reply reply) {
    var facts = Reading.named(reply);
    return new GroupInfo(
        Reading.of(facts, "name").text(),
        Reading.of(facts, "consumers").integer(),
        Reading.of(facts, "pending").integer(),
        EntryId.parse(Reading.of(facts, "last-delivered-id").text()),
        Reading.optionalNumber(Reading.of(facts, "entries-read")),
        Reading.optionalNumber(Reading.of(facts, "lag")));
  }
}
