package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A consumer of a group.
 *
 * @param pending how many entries are pending with it
 * @param idle since it last asked for entries
 * @param inactive since it last got any; empty if it never did, and before Redis 7.2
 */
public record ConsumerInfo(String name, long pending, Duration idle, Optional<Duration> inactive) {
  public ConsumerInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(idle, "idle");
    Objects.requireNonNull(inactive, "inactive");
  }

  static ConsumerInfo read(Reply reply) {
    var facts = Reading.named(reply);
    return new ConsumerInfo(
        Reading.of(facts, "name").text(),
        Reading.of(facts, "pending").integer(),
        Duration.ofMillis(Reading.of(facts, "idle").integer()),
        Reading.optionalNumber(Reading.of(facts, "inactive"))
            .filter(millis -> millis >= 0)
            .map(Duration::ofMillis));
  }
}
