package dev.redstart.a2a;

/** A processor wanted to change a task that is not its own any more; nothing was changed. */
public final class TaskLostException extends RuntimeException {
  TaskLostException(String taskId, String why) {
    super("task " + taskId + " " + why);
  }
}
