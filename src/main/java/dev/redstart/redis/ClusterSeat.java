package dev.redstart.redis;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * A session's place in a cluster: on the node that has the first key it names. As long as nothing
 * has run there, it may turn out to be another node.
 */
final class ClusterSeat implements Session.Seat, AutoCloseable {
  private static final long PAUSE_MILLIS_MAX = 100;

  private final Cluster cluster;
  private final RedisOptions options;
  private byte[] key;
  private Node node;
  private Lane lane;
  private boolean used;

  ClusterSeat(Cluster cluster, RedisOptions options) {
    this.cluster = cluster;
    this.options = options;
  }

  @Override
  public <T> T use(List<? extends Command<?>> commands, Function<? super Lane, ? extends T> work) {
    refuseOtherSlots(commands);
    long deadlineNanos = System.nanoTime() + options.timeout().toNanos();
    while (!used) {
      sit();
      try {
        return used(work.apply(lane));
      } catch (RedisException problem) {
        leave(problem, deadlineNanos);
      }
    }
    return work.apply(lane);
  }

  private void refuseOtherSlots(List<? extends Command<?>> commands) {
    for (Command<?> command : commands) {
      for (byte[] other : command.keys()) {
        key = key == null ? other : key;
        if (Slot.of(other) != Slot.of(key)) {
          throw Slot.different(command, key, other);
        }
      }
    }
    if (key == null) {
      throw new IllegalArgumentException(
          commands.get(0).name()
              + " was not sent: on a cluster, a session's first command has to name a key, which"
              + " says on which node the session is");
    }
  }

  private void sit() {
    if (lane == null) {
      node = cluster.node(new Route(Slot.of(key), false));
      lane = node.lend();
    }
  }

  private <T> T used(T result) {
    used = true;
    return result;
  }

  /** Another node may have the slot by now: the next attempt asks the new map. */
  private void leave(RedisException problem, long deadlineNanos) {
    used = !isElsewhere(problem) || problem.mayHaveRun();
    if (used || System.nanoTime() - deadlineNanos >= 0) {
      throw problem;
    }
    close();
    cluster.refresh();
    long millis = 1 + ThreadLocalRandom.current().nextLong(PAUSE_MILLIS_MAX);
    LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private static boolean isElsewhere(RedisException problem) {
    return problem instanceof RedisException.Unavailable
        || (problem instanceof RedisException.Rejected refused
            && ServerErrors.isElsewhere(refused.code()));
  }

  @Override
  public void close() {
    if (lane != null) {
      node.giveBack(lane);
      lane = null;
    }
  }
}
