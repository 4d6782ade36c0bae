package dev.redstart.orchestration;

import dev.redstart.json.JsonDefault;
import dev.redstart.json.JsonName;
import dev.redstart.json.JsonRest;
import dev.redstart.json.JsonValue;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Asks a child to stop.
 *
 * @param reason for people
 * @param graceful after the tasks that are in its list before this message
 * @param targetChildId whom it is for; empty is whoever finds it
 */
@JsonName("shutdown")
public record ShutdownMessage(
    @JsonDefault("\"\"") String timestamp,
    @JsonDefault("\"\"") String messageId,
    @JsonDefault("\"\"") String sessionId,
    @JsonDefault("\"normal\"") String reason,
    @JsonDefault("true") boolean graceful,
    Optional<Integer> targetChildId,
    @JsonRest Map<String, JsonValue> more)
    implements Message {
  public ShutdownMessage {
    MessageJson.refuseNull("timestamp", timestamp, "messageId", messageId, "sessionId", sessionId);
    MessageJson.refuseNull("reason", reason, "targetChildId", targetChildId);
    more = MessageJson.copy(more, "more");
  }

  /** A graceful shutdown of one child. */
  public static ShutdownMessage of(String sessionId, int childId, String reason) {
    return new ShutdownMessage(
        Timestamps.now(),
        UUID.randomUUID().toString(),
        Objects.requireNonNull(sessionId, "sessionId"),
        Objects.requireNonNull(reason, "reason"),
        true,
        Optional.of(childId),
        Map.of());
  }
}
