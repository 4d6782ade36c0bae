package dev.redstart.message;

import dev.redstart.redis.Redis;
import dev.redstart.redis.SideKeys;
import java.util.List;

/**
 * All key names of a message and its session. On a single server these are exactly the original's;
 * on a cluster the ids that decide on the slot are in braces.
 *
 * @param message HASH, all but the growing text; see message.lua
 * @param text STRING, the text until the message ends and it goes into the hash
 * @param stream STREAM, the events
 * @param requests HASH, line of requests -> its last number, when that was, and the answer
 * @param index ZSET, ids of the session's messages -> when they were made, s
 * @param session HASH, the session
 * @param isOneSlot whether all of these, and content, live in one place
 */
record MessageKeys(
    String message,
    String text,
    String stream,
    String requests,
    String index,
    String session,
    boolean isOneSlot) {

  static MessageKeys of(Redis redis, String sessionId, String messageId) {
    var message = message(redis, messageId);
    var side = SideKeys.of(message);
    return new MessageKeys(
        message,
        side.key("text"),
        "stream:session:" + sessionId + ":" + message,
        side.key("requests"),
        index(redis, sessionId),
        session(redis, sessionId),
        redis.tag(messageId).equals(messageId));
  }

  static String message(Redis redis, String messageId) {
    return "message:" + redis.tag(messageId);
  }

  static String session(Redis redis, String sessionId) {
    return "session:" + redis.tag(sessionId);
  }

  static String index(Redis redis, String sessionId) {
    return session(redis, sessionId) + ":messages";
  }

  /** HASH, a content block that is too large for its message. */
  static String content(Redis redis, String contentId) {
    return "content:" + redis.tag(contentId);
  }

  /** In the order that message.lua knows. */
  List<String> own() {
    return List.of(message, text, stream, requests);
  }
}
