package dev.redstart.orchestration;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;

/** What is kept of a message that nobody could use. */
final class DeadLetter {
  private DeadLetter() {}

  /** The message as text, or in base64 if it is no UTF-8. */
  static JsonObject of(String list, byte[] message, String reason) {
    return Json.object(
        "list",
        list,
        name(message),
        text(message),
        "reason",
        reason,
        "timestamp",
        Timestamps.now());
  }

  private static String name(byte[] message) {
    return isText(message) ? "message" : "message_base64";
  }

  private static String text(byte[] message) {
    return isText(message)
        ? new String(message, UTF_8)
        : Base64.getEncoder().encodeToString(message);
  }

  private static boolean isText(byte[] message) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(message));
      return true;
    } catch (CharacterCodingException malformed) {
      return false;
    }
  }
}
