package dev.redstart.message;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.redis.StreamEntry;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened to a message.
 *
 * @param eventId the id of its entry in the stream, and of its server-sent event: readers resume
 *     with it
 * @param eventType what it says
 * @param messageId the message
 * @param sessionId the message's session
 * @param sequence counts the events of the message from 1, without gaps
 * @param payload as the original has it; a {@code text_delta} also has the {@code offset} of its
 *     text, in bytes of UTF-8
 * @param timestamp when it happened, on Redis' clock
 */
public record StreamEvent(
    String eventId,
    EventType eventType,
    String messageId,
    String sessionId,
    long sequence,
    JsonObject payload,
    Instant timestamp) {

  /** Empty if it is of a type that this version does not know. */
  static Optional<StreamEvent> of(StreamEntry entry) {
    var fields = entry.fields();
    return Names.find(EventType.class, fields.get("event_type"))
        .map(
            type ->
                new StreamEvent(
                    entry.id().toString(),
                    type,
                    fields.get("message_id"),
                    fields.get("session_id"),
                    entry.id().sequence(),
                    (JsonObject) Json.parse(fields.get("payload")),
                    Instant.parse(fields.get("timestamp"))));
  }

  /** As the original has it. */
  public JsonObject toJson() {
    return Json.object(
        "event_id", eventId,
        "event_type", eventType.toString(),
        "message_id", messageId,
        "session_id", sessionId,
        "sequence", sequence,
        "payload", payload,
        "timestamp", timestamp);
  }

  /** As a server-sent event, with its id, so that a browser resumes by itself. */
  public String toSse() {
    return "id: " + eventId + "\nevent: " + eventType + "\ndata: " + toJson() + "\n\n";
  }
}
