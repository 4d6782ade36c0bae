package dev.redstart.queue;

/** What became of a push. */
public enum Pushed {
  /** The task is in the queue now. */
  ADDED,
  /** A task with this id was waiting: it has the new score, time and content now. */
  RESCORED,
  /** Somebody works on a task with this id; nothing was changed. */
  LEASED,
  /** A task with this id is a dead letter; nothing was changed. */
  DEAD;

  static Pushed of(char letter) {
    return switch (letter) {
      case 'a' -> ADDED;
      case 's' -> RESCORED;
      case 'l' -> LEASED;
      default -> DEAD;
    };
  }
}
