package dev.redstart.stream;

import dev.redstart.redis.EntryId;
import dev.redstart.redis.StreamEntry;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An entry that a group gave up.
 *
 * @param id its own id among the dead letters, by which it is requeued or purged
 * @param entry the id that it had in the stream
 * @param consumer the consumer that had it last
 * @param deliveries how often it was delivered
 * @param reason what went wrong last
 * @param at when it was given up, on Redis' clock
 * @param fields the entry's own fields
 */
public record DeadLetter(
    EntryId id,
    EntryId entry,
    String group,
    String consumer,
    int deliveries,
    String reason,
    Instant at,
    Map<String, String> fields) {
  private static final String MARK = "dlq:";

  /** What others may have put there is shown, too, with what is known of it. */
  static DeadLetter of(StreamEntry letter) {
    var own = new LinkedHashMap<>(letter.fields());
    own.keySet().removeIf(name -> name.startsWith(MARK));
    return new DeadLetter(
        letter.id(),
        known(letter, "id", "[0-9]{1,19}-[0-9]{1,19}").map(EntryId::parse).orElse(letter.id()),
        known(letter, "group", ".*").orElse(""),
        known(letter, "consumer", ".*").orElse(""),
        known(letter, "deliveries", "[0-9]{1,9}").map(Integer::parseInt).orElse(0),
        known(letter, "reason", "(?s).*").orElse("unknown"),
        Instant.ofEpochMilli(
            known(letter, "at", "[0-9]{1,18}").map(Long::parseLong).orElse(letter.id().millis())),
        Collections.unmodifiableMap(own));
  }

  private static Optional<String> known(StreamEntry letter, String name, String pattern) {
    return letter.field(MARK + name).filter(text -> text.matches(pattern));
  }
}
