package dev.redstart.a2a;

import java.time.Duration;
import java.util.Optional;

/**
 * What happens to a task, each event once and in order. To be used by one thread at a time, but for
 * {@link #close}. Costs the task nothing, whether it is read or not.
 */
public interface TaskStream extends AutoCloseable {
  /**
   * What comes next, as soon as there is something.
   *
   * @param wait how long to wait; a read under way may take the client's timeout longer
   * @return empty if nothing came in time, this is over, or it was closed meanwhile
   * @throws dev.redstart.redis.RedisException if the store could not be read during all of that
   *     time; nothing is lost, and it may be called again
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   * @throws IllegalStateException if this was closed before
   */
  Optional<Sequenced> next(Duration wait);

  /** Whether there is no more to come. */
  boolean isEnded();

  /** Leaves; the task goes on. A thread that waits in {@link #next} returns at once. */
  @Override
  void close();
}
