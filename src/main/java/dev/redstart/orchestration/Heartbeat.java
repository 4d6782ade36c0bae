package dev.redstart.orchestration;

import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a child's lease, on a thread of its own, however long its handler takes; and looks after
 * siblings that died, once a lease.
 */
final class Heartbeat implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Heartbeat.class.getName());

  private final Child child;
  private final Session session;
  private final Session.Holding holding;
  private final Duration interval;
  private final Rhythm recovery;
  private final CountDownLatch closed = new CountDownLatch(1);

  private Heartbeat(Child child, Session session, Session.Holding holding) {
    this.child = child;
    this.session = session;
    this.holding = holding;
    this.interval = Rhythm.least(holding.lease(), session.ttl()).dividedBy(3);
    // It renews the lists of those children, too, that are not there.
    this.recovery = new Rhythm(Rhythm.least(holding.lease(), session.ttl().dividedBy(4)));
  }

  static Heartbeat start(Child child, Session session, Session.Holding holding) {
    var heartbeat = new Heartbeat(child, session, holding);
    var thread = new Thread(heartbeat::run, "redstart-child-" + holding.child() + "-heartbeat");
    thread.setDaemon(true);
    thread.start();
    return heartbeat;
  }

  private void run() {
    while (!pause() && child.end().isEmpty()) {
      try {
        session.beat(holding, false).ifPresent(child::finish);
        if (recovery.isOver()) {
          recovery.start();
          session.recover();
        }
      } catch (RedisException trouble) {
        // The next beat tries again; if the lease is over by then, the report will tell.
        LOG.log(System.Logger.Level.DEBUG, "no heartbeat: {0}", trouble.getMessage());
      }
    }
  }

  private boolean pause() {
    try {
      return closed.await(interval.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException stop) {
      return true;
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
