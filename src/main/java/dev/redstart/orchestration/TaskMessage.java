package dev.redstart.orchestration;

import dev.redstart.json.JsonNumber;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
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
 * @param priority 1 (first) to 5; other programs may say other numbers
 * @param timeout for how long it may run, in seconds
 */
public record TaskMessage(
    String timestamp,
    String messageId,
    String taskId,
    String sessionId,
    int childId,
    String prompt,
    Map<String, JsonValue> context,
    int priority,
    Optional<BigDecimal> timeout,
    Map<String, JsonValue> more)
    implements Message {
  private static final int PRIORITY = 3;
  private static final int PRIORITY_MAX = 5;

  /** No agent works longer on one prompt, and every clock can count so far. */
  private static final Duration TIMEOUT_MAX = Duration.ofDays(365);

  private static final int NANO_DIGITS = 9;

  public TaskMessage {
    MessageJson.refuseNull("timestamp", timestamp, "messageId", messageId, "sessionId", sessionId);
    MessageJson.refuseNull("taskId", taskId, "prompt", prompt, "timeout", timeout);
    if (taskId.isEmpty()) {
      throw new IllegalArgumentException("task_id: must not be empty, its report needs it");
    }
    context = MessageJson.copy(context, "context");
    more = MessageJson.copy(more, "more");
  }

  static TaskMessage read(MessageReader in) {
    return new TaskMessage(
        in.text("timestamp"),
        in.text("message_id"),
        in.taskId(),
        in.text("session_id"),
        in.whole("child_id", 0),
        in.either("prompt", "instruction"),
        in.object("context"),
        in.whole("priority", PRIORITY),
        in.decimal("timeout"),
        in.more());
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

  /**
   * The same task with this priority.
   *
   * @throws IllegalArgumentException unless it is from 1 (first) to 5
   */
  public TaskMessage withPriority(int other) {
    if (other < 1 || other > PRIORITY_MAX) {
      throw new IllegalArgumentException(
          "priority: must be from 1 to " + PRIORITY_MAX + ", was " + other);
    }
    return new TaskMessage(
        timestamp, messageId, taskId, sessionId, childId, prompt, context, other, timeout, more);
  }

  /**
   * The same task, which may run for so long.
   *
   * @throws IllegalArgumentException unless the time is positive, and 365 days or less
   */
  public TaskMessage withTimeout(Duration time) {
    Objects.requireNonNull(time, "timeout");
    if (time.isNegative() || time.isZero() || time.compareTo(TIMEOUT_MAX) > 0) {
      throw new IllegalArgumentException(
          "timeout: must be positive and at most " + TIMEOUT_MAX.toDays() + " days, was " + time);
    }
    var other = Optional.of(seconds(time));
    return new TaskMessage(
        timestamp, messageId, taskId, sessionId, childId, prompt, context, priority, other, more);
  }

  private static BigDecimal seconds(Duration time) {
    var whole = BigDecimal.valueOf(time.getSeconds());
    // Only with a fraction: stripped, 30 would be 3E+1.
    return time.getNano() == 0
        ? whole
        : whole.add(BigDecimal.valueOf(time.getNano(), NANO_DIGITS)).stripTrailingZeros();
  }

  /**
   * For how long it may run; at most 365 days. Empty if its timeout is not there, or not positive.
   */
  public Optional<Duration> timeLimit() {
    return timeout.filter(seconds -> seconds.signum() > 0).map(TaskMessage::limit);
  }

  private static Duration limit(BigDecimal seconds) {
    var max = BigDecimal.valueOf(TIMEOUT_MAX.toSeconds());
    var nanos = seconds.min(max).movePointRight(NANO_DIGITS).setScale(0, RoundingMode.CEILING);
    return Duration.ofNanos(nanos.longValueExact());
  }

  @Override
  public JsonObject toJson() {
    return new MessageJson("task", this)
        .text("task_id", taskId)
        .text("session_id", sessionId)
        .number("child_id", childId)
        .text("prompt", prompt)
        .object("context", context)
        .number("priority", priority)
        .value("timeout", timeout.map(JsonNumber::of))
        .with(more);
  }
}
