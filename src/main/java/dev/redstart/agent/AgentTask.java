package dev.redstart.agent;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.message.TaskStatus;

/**
 * A workflow that was handed over.
 *
 * @param taskId the task of the message that stands for the whole workflow
 * @param messageId the message that shows it, and gets its answer
 * @param sessionId the session
 * @param status how far it was
 */
public record AgentTask(String taskId, String messageId, String sessionId, TaskStatus status) {
  /** In snake case, as the service says it. */
  public JsonObject toJson() {
    return Json.object(
        "task_id", taskId,
        "message_id", messageId,
        "session_id", sessionId,
        "status", status.toString());
  }
}
