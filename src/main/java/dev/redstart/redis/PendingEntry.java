package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.Objects;

/**
 * An entry that was delivered to a consumer and is not acknowledged yet.
 *
 * @param idle since its last delivery, in milliseconds
 * @param deliveries how often it was delivered
 */
public record PendingEntry(EntryId id, String consumer, Duration idle, long deliveries) {
  public PendingEntry {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(consumer, "consumer");
    Objects.requireNonNull(idle, "idle");
  }

  static PendingEntry read(Reply reply) {
    return new PendingEntry(
        EntryId.parse(Reading.at(reply, 0).text()),
        Reading.at(reply, 1).text(),
        Duration.ofMillis(Reading.at(reply, 2).integer()),
        Reading.at(reply, 3).integer());
  }
}
