package dev.redstart.orchestration;

import dev.redstart.redis.Redis;

/** A session is not what it was taken for. Nothing was changed. */
public abstract sealed class SessionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private SessionException(String message, Throwable cause) {
    super(message, cause);
  }

  /** There is no such session: it never was, was cleaned up, or nobody used it for too long. */
  public static final class Unknown extends SessionException {
    private static final long serialVersionUID = 1L;

    private Unknown(String message) {
      super(message, null);
    }

    static Unknown of(String sessionId, Redis redis) {
      return new Unknown(
          "there is no session "
              + sessionId
              + " at "
              + redis.options().address()
              + " (cleaned up, expired, or never there)");
    }
  }

  /** There is a session of this name already, or of every name that was tried. */
  public static final class Exists extends SessionException {
    private static final long serialVersionUID = 1L;

    private Exists(String message) {
      super(message, null);
    }

    static Exists of(String which, Redis redis) {
      return new Exists(
          "there is a "
              + which
              + " at "
              + redis.options().address()
              + " already; clean it up, or choose another name");
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
