package dev.redstart.orchestration;

import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import dev.redstart.json.JsonValueException;
import java.util.Map;

/**
 * What travels on the lists of a session, as one JSON object with a member {@code type}.
 *
 * <p>Written strictly: every field in its place, {@code null} where there is nothing. Read
 * leniently: what is missing or {@code null} has its default, a number may come as a string,
 * unknown fields are kept and written again, and a task's {@code instruction} is taken for its
 * prompt. What is none of these messages is an {@link UnknownMessage}.
 */
public sealed interface Message
    permits TaskMessage, ReportMessage, ShutdownMessage, StatusMessage, UnknownMessage {
  /** When it was made, on the sender's clock and in its local time. */
  String timestamp();

  /** Its own id, a UUID. */
  String messageId();

  /** The session that it belongs to; empty if it does not say. */
  String sessionId();

  /** Fields that are none of ours, as they came. */
  Map<String, JsonValue> more();

  /**
   * The JSON of this message.
   *
   * @throws IllegalArgumentException if a text in it has an unpaired surrogate, which JSON cannot
   *     say, or if {@link #more} has a field of ours; with the name
   * @throws JsonValueException if it has more levels than JSON may have here
   */
  JsonObject toJson();

  /** The message that this JSON says; an {@link UnknownMessage} if it says none. */
  static Message parse(JsonValue json) {
    return MessageReader.read(json);
  }

  /** The message that this document says; an {@link UnknownMessage} if it says none. */
  static Message parse(String json) {
    return MessageReader.read(json);
  }

  /** As {@link #parse(String)}, of UTF-8. */
  static Message parse(byte[] json) {
    return MessageReader.read(json);
  }
}
