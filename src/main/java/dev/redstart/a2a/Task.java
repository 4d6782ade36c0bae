package dev.redstart.a2a;

import dev.redstart.json.JsonObject;
import java.util.List;
import java.util.Objects;

/**
 * A task as it was at one moment.
 *
 * @param artifacts in the order in which they began; empty too where they were not asked for
 * @param history its messages, the oldest first; empty too where they were not asked for
 * @param metadata anything else; empty if there is nothing
 */
public record Task(
    String id,
    String contextId,
    TaskStatus status,
    List<Artifact> artifacts,
    List<Message> history,
    JsonObject metadata)
    implements StreamEvent, SendResult {
  /** The lists are copied. */
  public Task {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(contextId, "contextId");
    Objects.requireNonNull(status, "status");
    artifacts = List.copyOf(artifacts);
    history = List.copyOf(history);
    Objects.requireNonNull(metadata, "metadata");
  }

  public TaskState state() {
    return status.state();
  }
}
