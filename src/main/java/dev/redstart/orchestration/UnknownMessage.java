package dev.redstart.orchestration;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import java.util.Map;

/**
 * Something that is none of our messages, or one with a fault.
 *
 * @param text the whole of it; bytes that are no UTF-8, and unpaired surrogates, are replaced
 * @param reason what is wrong with it, for people; with the path, as {@code $.task_id: is missing}
 * @param json its JSON; JSON's {@code null} if it was none
 */
public record UnknownMessage(String text, String reason, JsonValue json) implements Message {
  public UnknownMessage {
    MessageJson.refuseNull("text", text, "reason", reason, "json", json);
    text = MessageJson.sayable(text);
  }

  /** The type that it says it has; empty if it says none. */
  public String type() {
    return said("type");
  }

  @Override
  public String timestamp() {
    return said("timestamp");
  }

  @Override
  public String messageId() {
    return said("message_id");
  }

  @Override
  public String sessionId() {
    return said("session_id");
  }

  private String said(String name) {
    return json instanceof JsonObject object
            && object.tryGet(name).orElse(json) instanceof JsonString word
        ? word.asString()
        : "";
  }

  /** Empty: nothing in it is known not to be ours. */
  @Override
  public Map<String, JsonValue> more() {
    return Map.of();
  }

  /** The object that it was; or one of the member {@code message}, with the text. */
  @Override
  public JsonObject toJson() {
    return json instanceof JsonObject object ? object : Json.object("message", text);
  }
}
