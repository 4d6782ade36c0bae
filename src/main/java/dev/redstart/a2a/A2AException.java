package dev.redstart.a2a;

/** A call was refused; nothing was changed. */
public final class A2AException extends RuntimeException {
  private final A2AError error;

  A2AException(A2AError error, String message) {
    super(message);
    this.error = error;
  }

  public A2AError error() {
    return error;
  }

  static A2AException taskNotFound(String taskId) {
    return A2AError.TASK_NOT_FOUND.because("Task not found: " + taskId);
  }
}
