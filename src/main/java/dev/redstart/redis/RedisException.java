package dev.redstart.redis;

/**
 * A call that did not bring a result. Unchecked and sealed; {@link #mayHaveRun()} answers the one
 * question a caller has to decide on.
 */
public abstract sealed class RedisException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final boolean mayHaveRun;

  private RedisException(String message, boolean mayHaveRun, Throwable cause) {
    super(message, cause);
    this.mayHaveRun = mayHaveRun;
  }

  /**
   * Whether the server may have executed the command. False is a promise: nothing happened, sending
   * it again is safe. True means that the outcome is unknown (or, for {@link Rejected}, that a part
   * of a script or transaction ran).
   */
  public boolean mayHaveRun() {
    return mayHaveRun;
  }

  /**
   * Whether the same call may succeed a moment later: Redis cannot be reached, is starting or
   * changing its master, or its cluster is not ready.
   */
  public boolean isPassing() {
    return !(this instanceof Interrupted || this instanceof BrokenProtocol);
  }

  /** The server answered with an error. */
  public static final class Rejected extends RedisException {
    private static final long serialVersionUID = 1L;
    private final String code;

    Rejected(String code, String message, boolean mayHaveRun) {
      super(message, mayHaveRun, null);
      this.code = code;
    }

    /**
     * First word of the server's error, such as {@code WRONGTYPE}, {@code NOGROUP}, {@code ERR}.
     */
    public String code() {
      return code;
    }

    @Override
    public boolean isPassing() {
      return ServerErrors.isForTheMoment(code) || code.equals("READONLY");
    }
  }

  /**
   * The command never left: no connection could be made within the deadline, the queue was full,
   * the credentials were refused, or the client is closed. It did not run.
   */
  public static final class Unavailable extends RedisException {
    private static final long serialVersionUID = 1L;

    Unavailable(String message, Throwable cause) {
      super(message, false, cause);
    }
  }

  /** The deadline passed before the reply came. A late reply is skipped, it reaches nobody else. */
  public static final class TimedOut extends RedisException {
    private static final long serialVersionUID = 1L;

    TimedOut(String message, boolean mayHaveRun) {
      super(message, mayHaveRun, null);
    }
  }

  /** The connection broke after the command was sent, and sending it again would not be safe. */
  public static final class Disconnected extends RedisException {
    private static final long serialVersionUID = 1L;

    Disconnected(String message, Throwable cause) {
      super(message, true, cause);
    }
  }

  /** The peer does not speak RESP as we do, or answered with a type that nobody expects. */
  public static final class BrokenProtocol extends RedisException {
    private static final long serialVersionUID = 1L;

    BrokenProtocol(String message, Throwable cause) {
      super(message, true, cause);
    }
  }

  /**
   * The waiting thread was interrupted (its flag is set again), or the call was cancelled. A
   * blocking pop that ends so has taken nothing.
   */
  public static final class Interrupted extends RedisException {
    private static final long serialVersionUID = 1L;

    Interrupted(String message, boolean mayHaveRun) {
      super(message, mayHaveRun, null);
    }
  }
}
