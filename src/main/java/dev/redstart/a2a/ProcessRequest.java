package dev.redstart.a2a;

import dev.redstart.json.JsonObject;
import java.util.Objects;
import java.util.Optional;

/**
 * What a processor is to work on.
 *
 * @param message with its context and its task
 * @param task as it was before, if this is not its first message
 * @param configuration what the client wishes; waiting and pushing is the manager's
 * @param isStreaming whether the client follows
 * @param metadata of the request
 */
public record ProcessRequest(
    Message message,
    Optional<Task> task,
    SendConfiguration configuration,
    boolean isStreaming,
    JsonObject metadata) {
  public ProcessRequest {
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(configuration, "configuration");
    Objects.requireNonNull(metadata, "metadata");
  }
}
