package dev.redstart.queue;

/** The lease was lost: the task belongs to another now, or is gone. Nothing was changed. */
public final class LeaseLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LeaseLostException(String queue, Task task) {
    super("the lease on task " + task.id() + " of queue " + queue + " is lost: stop working on it");
  }
}
