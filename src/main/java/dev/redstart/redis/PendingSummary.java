package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The pending entries of a group, counted.
 *
 * @param first the smallest id among them, empty if there are none
 * @param last the greatest id among them, empty if there are none
 * @param consumers how many are pending with each consumer that has any
 */
public record PendingSummary(
    long count, Optional<EntryId> first, Optional<EntryId> last, Map<String, Long> consumers) {
  public PendingSummary {
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(last, "last");
    consumers = Collections.unmodifiableMap(new LinkedHashMap<>(consumers));
  }

  static PendingSummary read(Reply reply) {
    return new PendingSummary(
        Reading.at(reply, 0).integer(),
        Reading.optionalText(Reading.at(reply, 1)).map(EntryId::parse),
        Reading.optionalText(Reading.at(reply, 2)).map(EntryId::parse),
        consumers(Reading.at(reply, 3)));
  }

  private static Map<String, Long> consumers(Reply reply) {
    var consumers = new LinkedHashMap<String, Long>();
    if (!reply.isNull()) {
      reply
          .items()
          .forEach(
              pair -> consumers.put(Reading.at(pair, 0).text(), Reading.at(pair, 1).integer()));
    }
    return consumers;
  }
}
