package dev.redstart.agent;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import dev.redstart.json.JsonValueException;
import dev.redstart.message.MessageHead;
import dev.redstart.message.Role;
import dev.redstart.queue.Task;
import java.util.Optional;

/**
 * What the queue has of a message that is to be answered: enough to make it, if whoever handed it
 * over died before.
 *
 * @param answerId the message, which is also the id of the queue's task
 * @param questionId the user's message
 * @param errand the workflow, if it is one
 */
record Job(String answerId, String sessionId, String questionId, Optional<Errand> errand) {

  /**
   * A workflow with its limit.
   *
   * @param taskId the message's task that stands for all of it
   */
  record Errand(String taskId, Workflow workflow, int iterationsMax) {
    JsonObject toJson() {
      return Json.object(
          "task_id", taskId, "workflow", workflow.toString(), "max_iterations", iterationsMax);
    }

    static Errand of(JsonValue json) {
      return new Errand(
          json.get("task_id").asString(),
          Workflow.of(json.get("workflow").asString()),
          json.get("max_iterations").asInt());
    }
  }

  /** A task of the queue that is none of ours, or of a version that knows more. */
  static final class ForeignException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String taskId;

    ForeignException(String taskId, RuntimeException cause) {
      super("This cannot be answered: " + cause.getMessage() + ".", cause);
      this.taskId = taskId;
    }

    String taskId() {
      return taskId;
    }
  }

  static Job of(Task task) throws ForeignException {
    try {
      var payload = task.payload();
      var session = payload.get("session_id").asString();
      var question = payload.get("question_id").asString();
      var job = new Job(task.id(), session, question, payload.tryGet("errand").map(Errand::of));
      // Says whether the ids can be ids.
      job.head();
      return job;
    } catch (JsonValueException | IllegalArgumentException foreign) {
      throw new ForeignException(task.id(), foreign);
    }
  }

  Task toTask() {
    var payload =
        errand.isEmpty()
            ? Json.object("session_id", sessionId, "question_id", questionId)
            : Json.object(
                "session_id", sessionId,
                "question_id", questionId,
                "errand", errand.get().toJson());
    return new Task(answerId, payload);
  }

  /** The same, whoever makes the message. */
  MessageHead head() {
    var head = MessageHead.of(answerId, sessionId, Role.ASSISTANT).withParent(questionId);
    return errand.map(it -> head.withMetadata(it.toJson())).orElse(head);
  }
}
