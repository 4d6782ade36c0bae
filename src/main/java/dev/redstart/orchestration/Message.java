package dev.redstart.orchestration;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonParseException;
import dev.redstart.json.JsonValue;
import dev.redstart.json.JsonValueException;
import java.util.Map;

/**
 * What travels on the lists of a session, as one JSON object with a member {@code type}.
 *
 * <p>Written strictly: every field in its place, {@code null} where there is nothing. Read
 * leniently: what is missing has its default, unknown fields are kept and written again, and a
 * task's {@code instruction} is taken for its prompt.
 */
public sealed interface Message permits TaskMessage, ReportMessage, ShutdownMessage, StatusMessage {
  /** When it was made, on the sender's clock and in its local time. */
  String timestamp();

  /** Its own id, a UUID. */
  String messageId();

  /** The session that it belongs to; empty if it does not say. */
  String sessionId();

  /** Fields that are none of ours, as they came. */
  Map<String, JsonValue> more();

  /** The JSON of this message. */
  default JsonObject toJson() {
    return MessageJson.write(this);
  }

  /** The message that this JSON says. */
  static Message parse(JsonValue json) {
    return MessageJson.read(json);
  }

  /**
   * The message that this document says.
   *
   * @throws JsonParseException if it is not JSON
   * @throws JsonValueException if it is not one of these messages; with the path
   */
  static Message parse(String json) {
    return parse(Json.parse(json));
  }

  /** As {@link #parse(String)}, of UTF-8. */
  static Message parse(byte[] json) {
    return parse(Json.parse(json));
  }
}
