package dev.redstart.http;

import dev.redstart.json.JsonValueException;
import dev.redstart.redis.RedisException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CancellationException;

/** What a client is told of an exception: nothing that is not its business. */
final class Failures {
  private static final Logger LOGGER = System.getLogger("dev.redstart.http");

  /** It is full. */
  private static final String FULL = "OOM";

  private Failures() {}

  /** What is our mistake, or that of Redis, is logged. */
  static Refusal refusal(Throwable failure) {
    if (failure instanceof Refusal refusal) {
      return refusal;
    } else if (failure instanceof JsonValueException wrong) {
      return Refusal.badRequest(wrong.getMessage() + ".");
    } else if (failure instanceof RedisException e && isPassing(e)) {
      LOGGER.log(Level.WARNING, "Redis: " + e.getMessage());
      var message = "Redis cannot be reached, or does not take commands at the moment.";
      return Refusal.unavailable("REDIS_UNAVAILABLE", message);
    }
    if (failure instanceof CancellationException) {
      return Followers.stopping();
    }
    LOGGER.log(Level.ERROR, "A request failed", failure);
    return new Refusal(500, "INTERNAL", "There is an error in the service.");
  }

  /** What Redis says while it starts, is full or changes its part, and what it cannot say. */
  private static boolean isPassing(RedisException e) {
    return !(e instanceof RedisException.Rejected rejected)
        || e.isPassing()
        || rejected.code().equals(FULL);
  }
}
