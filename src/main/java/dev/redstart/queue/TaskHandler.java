package dev.redstart.queue;

/** Does a task. */
@FunctionalInterface
public interface TaskHandler {
  /**
   * Does it. Interrupted when the task was cancelled, or given to another because no sign of life
   * of this process came through.
   *
   * @return whether it is done; if not, it will be tried again, as after an exception
   * @throws Exception if it failed
   */
  boolean handle(Task task) throws Exception;
}
