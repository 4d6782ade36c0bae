package dev.redstart.message;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import java.util.Objects;
import java.util.Optional;

/**
 * What a message is made with.
 *
 * @param messageId 1 to 256 visible ASCII characters without {@code : { } " \}
 * @param sessionId the same
 * @param role who speaks
 * @param parentMessageId the message that it answers
 * @param metadata whatever its maker wants to keep with it
 */
public record MessageHead(
    String messageId,
    String sessionId,
    Role role,
    Optional<String> parentMessageId,
    JsonObject metadata) {
  /** Checks the ids. */
  public MessageHead {
    Names.id(messageId, "messageId");
    Names.id(sessionId, "sessionId");
    Objects.requireNonNull(role, "role");
    parentMessageId.ifPresent(parent -> Names.id(parent, "parentMessageId"));
    Objects.requireNonNull(metadata, "metadata");
  }

  /** Without a parent and metadata. */
  public static MessageHead of(String messageId, String sessionId, Role role) {
    return new MessageHead(messageId, sessionId, role, Optional.empty(), Json.object());
  }

  /** The same as an answer to another message. */
  public MessageHead withParent(String messageId) {
    return new MessageHead(this.messageId, sessionId, role, Optional.of(messageId), metadata);
  }

  /** The same with this metadata. */
  public MessageHead withMetadata(JsonObject metadata) {
    return new MessageHead(messageId, sessionId, role, parentMessageId, metadata);
  }
}
