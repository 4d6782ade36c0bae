package dev.redstart.queue;

/** What became of a lease that its holder ended. */
public enum Settlement {
  /** The task is done and gone. */
  COMPLETED,
  /** It will be tried again after a pause. */
  RETRIED,
  /** It lies with the dead letters. */
  DEAD,
  /** It had been cancelled, and is gone. */
  CANCELLED,
  /** It is ready again, as if it had never been taken. */
  RELEASED,
  /** The lease was lost before: the task belongs to another, or is gone. Nothing was changed. */
  LOST;

  static Settlement of(char letter) {
    return switch (letter) {
      case 'c' -> COMPLETED;
      case 'r' -> RETRIED;
      case 'd' -> DEAD;
      case 'x' -> CANCELLED;
      case 'b' -> RELEASED;
      default -> LOST;
    };
  }
}
