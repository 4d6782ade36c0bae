package dev.redstart.orchestration;

import dev.redstart.json.JsonNull;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonString;
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
public record ReportMessage(
    String timestamp,
    String messageId,
    String taskId,
    String sessionId,
    int childId,
    String status,
    JsonValue result,
    Optional<String> error,
    long durationMs,
    Map<String, JsonValue> metadata,
    Map<String, JsonValue> more)
    implements Message {
  /** The status of a task that was done. */
  public static final String SUCCESS = "success";

  /** The status of a task whose handler failed. */
  public static final String FAILURE = "failure";

  /** The status of a task that could not be done at all, or was given up. */
  public static final String ERROR = "error";

  /** The status of a task that took longer than it may. */
  public static final String TIMEOUT = "timeout";

  public ReportMessage {
    MessageJson.refuseNull("timestamp", timestamp, "messageId", messageId, "sessionId", sessionId);
    MessageJson.refuseNull("taskId", taskId, "status", status, "result", result, "error", error);
    if (taskId.isEmpty()) {
      throw new IllegalArgumentException("task_id: must not be empty");
    }
    metadata = MessageJson.copy(metadata, "metadata");
    more = MessageJson.copy(more, "more");
  }

  static ReportMessage read(MessageReader in) {
    return new ReportMessage(
        in.text("timestamp"),
        in.text("message_id"),
        in.taskId(),
        in.text("session_id"),
        in.whole("child_id", 0),
        in.text("status", SUCCESS),
        in.value("result"),
        in.optionalText("error"),
        in.millis("duration_ms"),
        in.object("metadata"),
        in.more());
  }

  /** The task is done. */
  public static ReportMessage success(
      TaskMessage task, int childId, JsonValue result, Duration time) {
    Objects.requireNonNull(result, "result");
    return of(task, childId, SUCCESS, result, Optional.empty(), time);
  }

  /** The task has failed. */
  public static ReportMessage failure(TaskMessage task, int childId, String error, Duration time) {
    return of(task, childId, FAILURE, error, time);
  }

  /** The task took longer than it may; {@code time} is how long. */
  public static ReportMessage timeout(TaskMessage task, int childId, Duration time) {
    Objects.requireNonNull(time, "time");
    return of(task, childId, TIMEOUT, "not done within " + time.toMillis() + " ms", time);
  }

  /** The task could not be done at all, or was given up. */
  public static ReportMessage error(TaskMessage task, int childId, String error, Duration time) {
    return of(task, childId, ERROR, error, time);
  }

  private static ReportMessage of(
      TaskMessage task, int childId, String status, String error, Duration time) {
    // Whatever an exception says must be sayable.
    var text = MessageJson.sayable(Objects.requireNonNull(error, "error"));
    return of(task, childId, status, JsonNull.of(), Optional.of(text), time);
  }

  private static ReportMessage of(
      TaskMessage task,
      int childId,
      String status,
      JsonValue result,
      Optional<String> error,
      Duration time) {
    return new ReportMessage(
        Timestamps.now(),
        UUID.randomUUID().toString(),
        Objects.requireNonNull(task, "task").taskId(),
        task.sessionId(),
        childId,
        status,
        result,
        error,
        Objects.requireNonNull(time, "time").toMillis(),
        Map.of(),
        Map.of());
  }

  /** Whether the task was done. */
  public boolean isSuccess() {
    return status.equals(SUCCESS);
  }

  @Override
  public JsonObject toJson() {
    return new MessageJson("report", this)
        .text("task_id", taskId)
        .text("session_id", sessionId)
        .number("child_id", childId)
        .text("status", status)
        .value("result", result)
        .value("error", error.map(JsonString::of))
        .number("duration_ms", durationMs)
        .object("metadata", metadata)
        .with(more);
  }
}
