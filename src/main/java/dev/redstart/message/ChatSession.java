package dev.redstart.message;

import dev.redstart.json.Json;
import dev.redstart.json.JsonNull;
import dev.redstart.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A conversation that messages belong to.
 *
 * @param sessionId its id
 * @param userId whose it is, if that was said
 * @param metadata whatever its maker wants to keep with it
 * @param isClosed whether it takes no new messages; those that it has are not touched by that
 * @param createdAt when it was made, on Redis' clock
 * @param updatedAt when it was made or closed
 */
public record ChatSession(
    String sessionId,
    Optional<String> userId,
    JsonObject metadata,
    boolean isClosed,
    Instant createdAt,
    Instant updatedAt) {

  static Optional<ChatSession> of(Map<String, String> fields) {
    if (!fields.containsKey("session_id")) {
      return Optional.empty();
    }
    return Optional.of(
        new ChatSession(
            fields.get("session_id"),
            Optional.of(fields.getOrDefault("user_id", "")).filter(user -> !user.isEmpty()),
            (JsonObject) Json.parse(fields.getOrDefault("metadata", "{}")),
            fields.getOrDefault("status", "").equals("closed"),
            Names.instant(fields.getOrDefault("created_at", "")),
            Names.instant(fields.getOrDefault("updated_at", ""))));
  }

  /** As the original has it. */
  public JsonObject toJson() {
    return Json.object(
        "session_id", sessionId,
        "user_id", userId.isPresent() ? userId.get() : JsonNull.of(),
        "metadata", metadata,
        "status", isClosed ? "closed" : "active",
        "created_at", createdAt,
        "updated_at", updatedAt);
  }
}
