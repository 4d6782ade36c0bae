package dev.redstart.a2a;

import dev.redstart.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What the processor of a run has in its hands. */
record RunHandle(TaskStorage storage, Running running) implements TaskHandle {
  @Override
  public String taskId() {
    return running.run().taskId();
  }

  @Override
  public String contextId() {
    return running.run().contextId();
  }

  @Override
  public void build(JsonObject metadata) {
    running.say(new TaskStorage.Change.Build(Objects.requireNonNull(metadata, "metadata")));
  }

  @Override
  public void state(TaskState state, Optional<Message> message) {
    Objects.requireNonNull(state, "state");
    message.ifPresent(it -> requireParts(it.parts(), "message"));
    running.say(new TaskStorage.Change.Status(state, message.map(running::ofTask)));
  }

  @Override
  public void artifact(Artifact artifact, boolean isComplete) {
    requireParts(artifact.parts(), "artifact");
    running.say(new TaskStorage.Change.Set(artifact, isComplete));
  }

  @Override
  public void append(String artifactId, List<Part> parts, boolean isComplete) {
    Objects.requireNonNull(artifactId, "artifactId");
    requireParts(parts, "parts");
    running.say(new TaskStorage.Change.Append(artifactId, List.copyOf(parts), isComplete));
  }

  private static void requireParts(List<Part> parts, String name) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException(name + ": must have at least one part");
    }
  }

  @Override
  public void reply(Message message) {
    requireParts(message.parts(), "message");
    running.say(new TaskStorage.Change.Reply(running.ofContext(message)));
  }

  @Override
  public List<Message> history() {
    return storage.conversation(contextId());
  }

  @Override
  public boolean isCancelled() {
    return running.isTold();
  }

  @Override
  public void onCancel(Runnable action) {
    running.onTold(Objects.requireNonNull(action, "action"));
  }

  @Override
  public String toString() {
    return "TaskHandle[" + taskId() + "]";
  }
}
