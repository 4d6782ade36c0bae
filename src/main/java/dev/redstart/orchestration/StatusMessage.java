package dev.redstart.orchestration;

import dev.redstart.json.JsonDefault;
import dev.redstart.json.JsonName;
import dev.redstart.json.JsonRest;
import dev.redstart.json.JsonValue;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * How a child is, for whoever watches the monitor channel. Nothing depends on it.
 *
 * @param event {@code started}, {@code ready}, {@code busy}, {@code completed} or {@code stopped}
 * @param details whatever else there is to say
 */
@JsonName("status")
public record StatusMessage(
    @JsonDefault("\"\"") String timestamp,
    @JsonDefault("\"\"") String messageId,
    @JsonDefault("\"\"") String sessionId,
    @JsonDefault("0") int childId,
    @JsonDefault("\"\"") String event,
    @JsonDefault("{}") Map<String, JsonValue> details,
    @JsonRest Map<String, JsonValue> more)
    implements Message {
  public StatusMessage {
    MessageJson.refuseNull("timestamp", timestamp, "messageId", messageId, "sessionId", sessionId);
    MessageJson.refuseNull("event", event);
    details = MessageJson.copy(details, "details");
    more = MessageJson.copy(more, "more");
  }

  /** Something happened to a child. */
  public static StatusMessage of(String sessionId, int childId, String event) {
    return new StatusMessage(
        Timestamps.now(),
        UUID.randomUUID().toString(),
        Objects.requireNonNull(sessionId, "sessionId"),
        childId,
        Objects.requireNonNull(event, "event"),
        Map.of(),
        Map.of());
  }
}
