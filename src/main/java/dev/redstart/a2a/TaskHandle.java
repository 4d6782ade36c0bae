package dev.redstart.a2a;

import dev.redstart.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * What a processor says. Each call is one round trip, atomic with the event that tells of it, and
 * in force when it returns. Thread-safe; of no use any more when the processor has returned.
 *
 * <p>All calls that change something throw {@link TaskLostException} once the task is canceled,
 * over, or no longer this instance's; nothing was changed then.
 */
public interface TaskHandle {
  /** The task's id, whether the task is there yet or not. */
  String taskId();

  String contextId();

  /**
   * Makes the task, {@link TaskState#SUBMITTED}. The other methods make it too, where it is not
   * there; so this is only to say it early, or with metadata. Nothing happens if it is there.
   */
  void build(JsonObject metadata);

  /**
   * Another status. What the status said before goes into the history.
   *
   * @param message what the agent says about it; its role, context and task are filled in
   */
  void state(TaskState state, Optional<Message> message);

  default void state(TaskState state) {
    state(state, Optional.empty());
  }

  default void state(TaskState state, String text) {
    state(state, Optional.of(Message.ofAgent(text)));
  }

  /** A new artifact, or a new text of one. */
  void artifact(Artifact artifact, boolean isComplete);

  /** More parts of an artifact, which is made if there is none. */
  void append(String artifactId, List<Part> parts, boolean isComplete);

  /** Text to the end of an artifact: costs no more than its length. */
  default void append(String artifactId, String text) {
    append(artifactId, List.of(Part.text(text)), false);
  }

  /**
   * Answers without a task: the only thing that is said.
   *
   * @throws IllegalStateException if there is a task
   */
  void reply(Message message);

  default void reply(String text) {
    reply(Message.ofAgent(text));
  }

  /** What was said in this context, by both, the oldest first; the message itself is the last. */
  List<Message> history();

  /**
   * Whether to stop: somebody else ended the task, it is another instance's now, or the manager
   * closes. What the processor itself ended is not cancelled by that.
   */
  boolean isCancelled();

  /** Runs this once when {@link #isCancelled} becomes true, on another thread; at once if it is. */
  void onCancel(Runnable action);
}
