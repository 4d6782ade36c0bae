package dev.redstart.queue;

import dev.redstart.redis.RedisException;
import java.util.Objects;
import java.util.Optional;

/**
 * What a handler did with a task.
 *
 * @param stopped whether it gave up because its thread was interrupted by who wants it to end
 */
record Handled(Ending ending, Optional<Error> error, boolean stopped) {
  /** Runs it on this thread. What it throws is a failure of the task, and of nothing else. */
  static Handled by(LeaseHandler handler, Lease lease, QueueOptions options) {
    lease.begin();
    try {
      var outcome = Objects.requireNonNull(handler.handle(lease), "the handler returned null");
      var ending = Ending.of(lease, outcome, options);
      lease.end();
      return new Handled(ending, Optional.empty(), false);
    } catch (Throwable failure) {
      // Errors, too: the task is to be tried again, whatever becomes of this thread.
      boolean told = lease.end();
      boolean stopped = told || (isStop(failure) && !lease.isLost() && !lease.isCancelled());
      var outcome = stopped ? Outcome.released() : Outcome.retry(text(failure));
      var error = failure instanceof Error it ? Optional.of(it) : Optional.<Error>empty();
      return new Handled(Ending.of(lease, outcome, options), error, stopped);
    }
  }

  private static boolean isStop(Throwable failure) {
    return failure instanceof InterruptedException || failure instanceof RedisException.Interrupted;
  }

  private static String text(Throwable failure) {
    var name = failure.getClass().getSimpleName();
    try {
      var message = failure.getMessage();
      return message == null ? name : name + ": " + message;
    } catch (Throwable another) {
      // It is the handler's own code: it must not get in the way of what is to be told.
      return name;
    }
  }

  static void rethrow(Error error) {
    throw error;
  }
}
