package dev.redstart.orchestration;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.json.JsonDefault;
import dev.redstart.json.JsonName;
import dev.redstart.json.JsonNull;
import dev.redstart.json.JsonRest;
import dev.redstart.json.JsonValue;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * What became of a task.
 *
 * @param childId who did it; of a task that was given up, who died of it last
 * @param status {@code success}, {@code failure}, {@code error} (given up) or {@code timeout};
 *     other programs may say other words
 * @param result of a success; JSON's {@code null} if there is none
 * @param error of anything else
 * @param durationMs how long it took, in milliseconds
 * @param metadata {@code synthetic} is true if no child wrote this report
 */
@JsonName("report")
public record ReportMessage(
    @JsonDefault("\"\"") String timestamp,
    @JsonDefault("\"\"") String messageId,
    String taskId,
    @JsonDefault("\"\"") String sessionId,
    @JsonDefault("0") int childId,
    @JsonDefault("\"success\"") String status,
    @JsonDefault("null") JsonValue result,
    Optional<String> error,
    @JsonDefault("0") long durationMs,
    @JsonDefault("{}") Map<String, JsonValue> metadata,
    @JsonRest Map<String, JsonValue> more)
    implements Message {
  /** The status of a task that was done. */
  public static final String SUCCESS = "success";

  /** The status of a task whose handler failed. */
  public static final String FAILURE = "failure";

  public ReportMessage {
    MessageJson.refuseNull("timestamp", timestamp, "messageId", messageId, "sessionId", sessionId);
    MessageJson.refuseNull("taskId", taskId, "status", status, "result", result, "error", error);
    if (taskId.isEmpty()) {
      throw new IllegalArgumentException("task_id: must not be empty");
    }
    metadata = MessageJson.copy(metadata, "metadata");
    more = MessageJson.copy(more, "more");
  }

  /** The task is done. */
  public static ReportMessage success(
      TaskMessage task, int childId, JsonValue result, Duration time) {
    Objects.requireNonNull(result, "result");
    return of(task, childId, SUCCESS, time).with(result, Optional.empty());
  }

  /** The task has failed. */
  public static ReportMessage failure(TaskMessage task, int childId, String error, Duration time) {
    // Whatever an exception says must be sayable in UTF-8: half of a cut emoji is not.
    var text = new String(Objects.requireNonNull(error, "error").getBytes(UTF_8), UTF_8);
    return of(task, childId, FAILURE, time).with(JsonNull.of(), Optional.of(text));
  }

  private static ReportMessage of(TaskMessage task, int childId, String status, Duration time) {
    return new ReportMessage(
        Timestamps.now(),
        UUID.randomUUID().toString(),
        task.taskId(),
        task.sessionId(),
        childId,
        status,
        JsonNull.of(),
        Optional.empty(),
        time.toMillis(),
        Map.of(),
        Map.of());
  }

  private ReportMessage with(JsonValue newResult, Optional<String> newError) {
    return new ReportMessage(
        timestamp,
        messageId,
        taskId,
        sessionId,
        childId,
        status,
        newResult,
        newError,
        durationMs,
        metadata,
        more);
  }

  /** Whether the task was done. */
  public boolean isSuccess() {
    return status.equals(SUCCESS);
  }
}
