package dev.redstart.message;

import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import java.util.Optional;

/**
 * A task of a message, as it is at some moment.
 *
 * @param taskId its id in the message
 * @param taskType what it does, such as {@code image_generation}
 * @param status how far it is
 * @param progress from 0 to 1
 * @param contentId the block that holds the place of its result, or is it
 * @param error what went wrong
 * @param json all that is kept of it, its parameters too
 */
public record MessageTask(
    String taskId,
    String taskType,
    TaskStatus status,
    double progress,
    String contentId,
    Optional<String> error,
    JsonObject json) {

  static MessageTask of(String taskId, JsonObject json) {
    return new MessageTask(
        taskId,
        json.get("task_type").asString(),
        Names.find(TaskStatus.class, json.get("status").asString()).orElse(TaskStatus.PROCESSING),
        json.get("progress").asDouble(),
        json.get("content_id").asString(),
        json.tryGet("error").map(JsonValue::asString),
        json);
  }
}
