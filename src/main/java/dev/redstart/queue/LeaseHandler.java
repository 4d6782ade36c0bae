package dev.redstart.queue;

import java.util.Objects;

/**
 * Does a task of which it sees more: how often it was tried, its checkpoint, whether it is
 * cancelled.
 */
@FunctionalInterface
public interface LeaseHandler {
  /**
   * Does the task on which the lease is. Interrupted as a {@link TaskHandler} is.
   *
   * @return how it ended
   * @throws Exception if it failed; it will be tried again
   */
  Outcome handle(Lease lease) throws Exception;

  /** The same for who needs the task only. */
  static LeaseHandler of(TaskHandler handler) {
    Objects.requireNonNull(handler, "handler");
    return lease ->
        handler.handle(lease.task()) ? Outcome.done() : Outcome.retry("the handler returned false");
  }
}
