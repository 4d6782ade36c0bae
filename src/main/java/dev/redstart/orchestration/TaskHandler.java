package dev.redstart.orchestration;

import dev.redstart.json.JsonValue;

/** What a child does with a task. */
@FunctionalInterface
public interface TaskHandler {
  /**
   * Does the task. It may be called again for the same task, here or elsewhere, if this process
   * dies before the report is made.
   *
   * @return the result, which the report brings to the parent
   * @throws InterruptedException if the child is to stop at once: there is no report, and the task
   *     goes back
   * @throws Exception any other: its text becomes the report of a failure
   */
  JsonValue handle(TaskMessage task) throws Exception;
}
