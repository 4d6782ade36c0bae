package dev.redstart.orchestration;

import dev.redstart.json.JsonDefault;
import dev.redstart.json.JsonName;
import dev.redstart.json.JsonRest;
import dev.redstart.json.JsonValue;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Work for a child.
 *
 * @param taskId what its report will refer to; unique in the session, never empty
 * @param childId whom it was sent to; another child may do it in the end
 * @param prompt what to do
 * @param context whatever else the child should know
 * @param priority 1 (first) to 5
 * @param timeout for how long it may run, in seconds
 */
@JsonName("task")
public record TaskMessage(
    @JsonDefault("\"\"") String timestamp,
    @JsonDefault("\"\"") String messageId,
    String taskId,
    @JsonDefault("\"\"") String sessionId,
    @JsonDefault("0") int childId,
    @JsonDefault("\"\"") String prompt,
    @JsonDefault("{}") Map<String, JsonValue> context,
    @JsonDefault("3") int priority,
    Optional<BigDecimal> timeout,
    @JsonRest Map<String, JsonValue> more)
    implements Message {
  private static final int PRIORITY = 3;

  public TaskMessage {
    MessageJson.refuseNull("timestamp", timestamp, "messageId", messageId, "sessionId", sessionId);
    MessageJson.refuseNull("taskId", taskId, "prompt", prompt, "timeout", timeout);
    if (taskId.isEmpty()) {
      throw new IllegalArgumentException("task_id: must not be empty, its report needs it");
    }
    context = MessageJson.copy(context, "context");
    more = MessageJson.copy(more, "more");
  }

  /** A task with a new id. */
  public static TaskMessage of(String sessionId, int childId, String prompt) {
    return new TaskMessage(
        Timestamps.now(),
        UUID.randomUUID().toString(),
        UUID.randomUUID().toString(),
        Objects.requireNonNull(sessionId, "sessionId"),
        childId,
        Objects.requireNonNull(prompt, "prompt"),
        Map.of(),
        PRIORITY,
        Optional.empty(),
        Map.of());
  }

  /** The same task under an id of the caller's. */
  public TaskMessage withTaskId(String id) {
    return new TaskMessage(
        timestamp, messageId, id, sessionId, childId, prompt, context, priority, timeout, more);
  }

  /** The same task with this context. */
  public TaskMessage withContext(Map<String, JsonValue> other) {
    return new TaskMessage(
        timestamp, messageId, taskId, sessionId, childId, prompt, other, priority, timeout, more);
  }
}
