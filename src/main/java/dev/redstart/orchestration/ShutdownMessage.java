package dev.redstart.orchestration;

import dev.redstart.json.JsonBoolean;
import dev.redstart.json.JsonNumber;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Asks a child to stop.
 *
 * @param reason for people
 * @param graceful after the tasks that are in its list before this message; otherwise at once
 * @param targetChildId whom it is for; empty is whoever finds it
 */
public record ShutdownMessage(
    String timestamp,
    String messageId,
    String sessionId,
    String reason,
    boolean graceful,
    Optional<Integer> targetChildId,
    Map<String, JsonValue> more)
    implements Message {
  public ShutdownMessage {
    MessageJson.refuseNull("timestamp", timestamp, "messageId", messageId, "sessionId", sessionId);
    MessageJson.refuseNull("reason", reason, "targetChildId", targetChildId);
    more = MessageJson.copy(more, "more");
  }

  static ShutdownMessage read(MessageReader in) {
    return new ShutdownMessage(
        in.text("timestamp"),
        in.text("message_id"),
        in.text("session_id"),
        in.text("reason", "normal"),
        in.flag("graceful", true),
        in.optionalWhole("target_child_id"),
        in.more());
  }

  /** A graceful shutdown of one child. */
  public static ShutdownMessage of(String sessionId, int childId, String reason) {
    return of(sessionId, childId, reason, true);
  }

  /** A shutdown of one child that does not wait for its task. */
  public static ShutdownMessage immediate(String sessionId, int childId, String reason) {
    return of(sessionId, childId, reason, false);
  }

  private static ShutdownMessage of(
      String sessionId, int childId, String reason, boolean graceful) {
    return new ShutdownMessage(
        Timestamps.now(),
        UUID.randomUUID().toString(),
        Objects.requireNonNull(sessionId, "sessionId"),
        Objects.requireNonNull(reason, "reason"),
        graceful,
        Optional.of(childId),
        Map.of());
  }

  @Override
  public JsonObject toJson() {
    return new MessageJson("shutdown", this)
        .text("session_id", sessionId)
        .text("reason", reason)
        .value("graceful", JsonBoolean.of(graceful))
        .value("target_child_id", targetChildId.map(JsonNumber::of))
        .with(more);
  }
}
