package dev.redstart.event;

/** A run does not take an event. Nothing was changed. */
public abstract sealed class EventException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private EventException(String message) {
    super(message);
  }

  /** The run has ended. */
  public static final class Closed extends EventException {
    private static final long serialVersionUID = 1L;

    Closed(String runId, String action) {
      super("the run " + runId + " has ended (" + action + "): it takes no more events");
    }
  }

  /** The run's events are gone, and it does not come back. */
  public static final class Expired extends EventException {
    private static final long serialVersionUID = 1L;

    Expired(String runId) {
      super("the run " + runId + " has expired: it takes no more events");
    }
  }

  /** Another event was added to the run with this key. */
  public static final class Conflict extends EventException {
    private static final long serialVersionUID = 1L;

    Conflict(String runId) {
      super("another event was added to the run " + runId + " with this key");
    }
  }

  /** The run has a producer, and that one is alive. */
  public static final class Taken extends EventException {
    private static final long serialVersionUID = 1L;

    Taken(String runId) {
      super("the run " + runId + " has another producer");
    }
  }
}
