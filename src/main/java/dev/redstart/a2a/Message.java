package dev.redstart.a2a;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Something that a client says to an agent, or an agent to a client.
 *
 * @param messageId given by whoever wrote it; a message that comes twice is recognised by it
 * @param contextId the conversation; empty where a new one begins, or the task tells it
 * @param taskId the task that it belongs to, if there is one
 * @param parts at least one
 * @param metadata anything else; empty if there is nothing
 * @param extensions URIs of the extensions of the protocol that it makes use of
 * @param referenceTaskIds other tasks that it speaks of
 */
public record Message(
    String messageId,
    Optional<String> contextId,
    Optional<String> taskId,
    Role role,
    List<Part> parts,
    JsonObject metadata,
    List<String> extensions,
    List<String> referenceTaskIds)
    implements StreamEvent, SendResult {
  /** The lists are copied. */
  public Message {
    Objects.requireNonNull(messageId, "messageId");
    Objects.requireNonNull(contextId, "contextId");
    Objects.requireNonNull(taskId, "taskId");
    Objects.requireNonNull(role, "role");
    parts = List.copyOf(parts);
    Objects.requireNonNull(metadata, "metadata");
    extensions = List.copyOf(extensions);
    referenceTaskIds = List.copyOf(referenceTaskIds);
  }

  /** A message with a new id, of no conversation and no task yet. */
  public static Message of(Role role, Part... parts) {
    return new Message(
        UUID.randomUUID().toString(),
        Optional.empty(),
        Optional.empty(),
        role,
        List.of(parts),
        Json.object(),
        List.of(),
        List.of());
  }

  /** What a user says, for the first time. */
  public static Message ofUser(String text) {
    return of(Role.USER, Part.text(text));
  }

  /** What an agent says. */
  public static Message ofAgent(String text) {
    return of(Role.AGENT, Part.text(text));
  }

  /** The same as part of a conversation. */
  public Message withContext(String contextId) {
    return new Message(
        messageId,
        Optional.of(contextId),
        taskId,
        role,
        parts,
        metadata,
        extensions,
        referenceTaskIds);
  }

  /** The same as part of a task. */
  public Message withTask(String taskId) {
    return new Message(
        messageId,
        contextId,
        Optional.of(taskId),
        role,
        parts,
        metadata,
        extensions,
        referenceTaskIds);
  }

  /** All its text, part after part. */
  public String text() {
    return parts.stream().flatMap(part -> part.text().stream()).collect(Collectors.joining());
  }
}
