package dev.redstart.message;

/** A message is not what it was taken for. Nothing was changed. */
public abstract sealed class MessageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private MessageException(String message) {
    super(message);
  }

  /** There is no such message in that session: it never was, has expired, or was deleted. */
  public static final class Unknown extends MessageException {
    private static final long serialVersionUID = 1L;

    Unknown(String messageId) {
      super("there is no message " + messageId + " (expired, deleted, or never there)");
    }
  }

  /** The message has no such task. */
  public static final class UnknownTask extends MessageException {
    private static final long serialVersionUID = 1L;

    UnknownTask(String messageId, String taskId) {
      super("the message " + messageId + " has no task " + taskId);
    }
  }

  /**
   * Something else is there already: other text at this offset, another task or another message's
   * content under this id, a message of this id in another session.
   */
  public static final class Conflict extends MessageException {
    private static final long serialVersionUID = 1L;

    Conflict(String message) {
      super(message);
    }
  }

  /** The message has reached a limit: of its text, or of its content blocks and tasks. */
  public static final class Full extends MessageException {
    private static final long serialVersionUID = 1L;

    Full(String messageId) {
      super("the message " + messageId + " has no room for more text, content blocks or tasks");
    }
  }

  /** The session is closed, and takes no new messages. */
  public static final class SessionClosed extends MessageException {
    private static final long serialVersionUID = 1L;

    SessionClosed(String sessionId) {
      super("the session " + sessionId + " is closed");
    }
  }
}
