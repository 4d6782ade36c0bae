package dev.redstart.orchestration;

/** A session is not what it was taken for. Nothing was changed. */
public abstract sealed class SessionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private SessionException(String message, Throwable cause) {
    super(message, cause);
  }

  /** There is no such session: it never was, was cleaned up, or nobody used it for too long. */
  public static final class Unknown extends SessionException {
    private static final long serialVersionUID = 1L;

    Unknown(String sessionId, String where) {
      super(
          "there is no session "
              + sessionId
              + " at "
              + where
              + " (cleaned up, expired, or never there)",
          null);
    }
  }

  /** There is a session of this name already. */
  public static final class Exists extends SessionException {
    private static final long serialVersionUID = 1L;

    Exists(String sessionId, String where) {
      super(
          "there is a session "
              + sessionId
              + " at "
              + where
              + " already; clean it up, or choose another id",
          null);
    }
  }

  /** Where the session's configuration should be is something else. */
  public static final class Unreadable extends SessionException {
    private static final long serialVersionUID = 1L;

    Unreadable(String key, Throwable cause) {
      super("the key " + key + " holds no session: " + cause.getMessage(), cause);
    }
  }
}
