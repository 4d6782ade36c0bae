package dev.redstart.orchestration;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;

/**
 * A message that a {@link Receiver} took from a list.
 *
 * @param list the list that it was in
 * @param raw the whole message as text; what is no UTF-8 in it is replaced
 * @param message what it says; an {@link UnknownMessage} if it is none of ours
 * @param timestamp when it was received, on this process's clock and in its local time
 * @param index which one it is of those that one call received, counted from 1
 */
public record Received(String list, String raw, Message message, String timestamp, int index) {
  public Received {
    MessageJson.refuseNull("list", list, "raw", raw, "message", message, "timestamp", timestamp);
  }

  /** {@code {"index","list","message","timestamp"}}, the message as it was received. */
  public JsonObject toJson() {
    return Json.object("index", index, "list", list, "message", raw, "timestamp", timestamp);
  }
}
