package dev.redstart.orchestration;

import dev.redstart.redis.RedisException;
import dev.redstart.redis.Subscription;
import dev.redstart.redis.Threads;

/**
 * Keeps a child's lease, on a thread of its own, however long its handler takes; and hears when the
 * child is to stop at once. Should that word be lost, the next sign of life brings it.
 */
final class Heartbeat implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Heartbeat.class.getName());

  private final Child child;
  private final Subscription words;

  private Heartbeat(Child child, Subscription words) {
    this.child = child;
    this.words = words;
  }

  static Heartbeat start(Child child, Subscription words) {
    var heartbeat = new Heartbeat(child, words);
    Threads.start("redstart-child-" + child.childId() + "-heartbeat", heartbeat::run);
    return heartbeat;
  }

  private void run() {
    try {
      while (!child.isEndingAtOnce()) {
        boolean told = words.next(child.untilBeat()).isPresent();
        if (told || child.isQuiet()) {
          beat();
        }
      }
    } catch (RedisException closed) {
      LOG.log(System.Logger.Level.DEBUG, "no heartbeat any more: {0}", closed.getMessage());
    }
    child.close();
  }

  private void beat() {
    try {
      child.beat(false);
    } catch (RedisException trouble) {
      // The next beat tries again; if the lease is over by then, the report will tell.
      LOG.log(System.Logger.Level.DEBUG, "no heartbeat: {0}", trouble.getMessage());
    }
  }

  @Override
  public void close() {
    words.close();
  }
}
