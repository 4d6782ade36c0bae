package dev.redstart.orchestration;

/** What a child makes of a message in its list. */
sealed interface Incoming {
  /** A task to be done. */
  record Work(TaskMessage task) implements Incoming {}

  /** It is to stop. */
  record Order(ShutdownMessage shutdown) implements Incoming {}

  /** Nothing that it could do, and why. */
  record Refuse(String reason) implements Incoming {}

  static Incoming of(byte[] raw, Session session, int child) {
    var message = Message.parse(raw);
    if (!session.owns(message)) {
      return new Refuse("a message of session " + message.sessionId());
    } else if (message instanceof TaskMessage task) {
      return new Work(task);
    } else if (message instanceof UnknownMessage unknown) {
      return new Refuse("not a task: " + unknown.reason());
    } else if (message instanceof ShutdownMessage order) {
      int target = order.targetChildId().orElse(child);
      return target == child ? new Order(order) : new Refuse("a shutdown of child " + target);
    }
    return new Refuse("neither a task nor a shutdown");
  }
}
