package dev.redstart.event;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.redis.StreamEntry;
import java.util.Objects;
import java.util.Optional;

/**
 * Which agent an event comes from. What is not known is empty.
 *
 * @param agentType what kind of agent it is, such as {@code worker}; of an event that is read, an
 *     empty one means that there is no source
 */
public record Source(String agentId, String agentType, String agentName, String teamName) {
  static final Source NONE = new Source("", "", "", "");

  /** Refuses null. */
  public Source {
    Objects.requireNonNull(agentId, "agentId");
    Objects.requireNonNull(agentType, "agentType");
    Objects.requireNonNull(agentName, "agentName");
    Objects.requireNonNull(teamName, "teamName");
  }

  static Optional<Source> of(StreamEntry entry) {
    var source =
        new Source(
            entry.field("source_agent_id").orElse(""),
            entry.field("source_agent_type").orElse(""),
            entry.field("source_agent_name").orElse(""),
            entry.field("source_team_name").orElse(""));
    return Optional.of(source).filter(it -> !it.agentType.isEmpty());
  }

  JsonObject toJson() {
    return Json.object(
        "agent_id", orNull(agentId),
        "agent_type", orNull(agentType),
        "agent_name", orNull(agentName),
        "team_name", orNull(teamName));
  }

  private static String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
