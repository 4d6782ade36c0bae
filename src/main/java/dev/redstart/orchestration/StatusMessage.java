package dev.redstart.orchestration;

import dev.redstart.json.JsonObject;
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
public record StatusMessage(
    String timestamp,
    String messageId,
    String sessionId,
    int childId,
    String event,
    Map<String, JsonValue> details,
    Map<String, JsonValue> more)
    implements Message {
  public StatusMessage {
    MessageJson.refuseNull("timestamp", timestamp, "messageId", messageId, "sessionId", sessionId);
    MessageJson.refuseNull("event", event);
    details = MessageJson.copy(details, "details");
    more = MessageJson.copy(more, "more");
  }

  static StatusMessage read(MessageReader in) {
    return new StatusMessage(
        in.text("timestamp"),
        in.text("message_id"),
        in.text("session_id"),
        in.whole("child_id", 0),
        in.text("event"),
        in.object("details"),
        in.more());
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

  @Override
  public JsonObject toJson() {
    return new MessageJson("status", this)
        .text("session_id", sessionId)
        .number("child_id", childId)
        .text("event", event)
        .object("details", details)
        .with(more);
  }
}
