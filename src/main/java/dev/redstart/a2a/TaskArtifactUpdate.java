package dev.redstart.a2a;

import dev.redstart.json.JsonObject;
import java.util.Objects;

/**
 * A task has a new artifact, or more of one.
 *
 * @param append whether its parts come behind those that there are; else they replace them
 * @param lastChunk whether the artifact is complete
 */
public record TaskArtifactUpdate(
    String taskId,
    String contextId,
    Artifact artifact,
    boolean append,
    boolean lastChunk,
    JsonObject metadata)
    implements StreamEvent {
  public TaskArtifactUpdate {
    Objects.requireNonNull(taskId, "taskId");
    Objects.requireNonNull(contextId, "contextId");
    Objects.requireNonNull(artifact, "artifact");
    Objects.requireNonNull(metadata, "metadata");
  }
}
