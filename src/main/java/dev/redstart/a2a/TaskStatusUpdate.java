package dev.redstart.a2a;

import dev.redstart.json.JsonObject;
import java.util.Objects;

/** A task has another status now. */
public record TaskStatusUpdate(
    String taskId, String contextId, TaskStatus status, JsonObject metadata)
    implements StreamEvent {
  public TaskStatusUpdate {
    Objects.requireNonNull(taskId, "taskId");
    Objects.requireNonNull(contextId, "contextId");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(metadata, "metadata");
  }
}
