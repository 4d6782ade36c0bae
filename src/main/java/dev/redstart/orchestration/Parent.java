package dev.redstart.orchestration;

import dev.redstart.redis.Pending;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The parent of a session: sends tasks to its children and gathers their reports.
 *
 * <p>Thread-safe; one thread gathers at a time, others wait for it. Holds no connection: there is
 * nothing to close.
 */
public final class Parent {
  /** How often to look for dead children while waiting for reports. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** The least that a blocking command can wait; even without any time one look is taken. */
  private static final long LEAST_NANOS = 1_000_000;

  /** What a call may take when there is no time left: enough for any Redis that is there. */
  private static final Duration GRACE = Duration.ofMillis(500);

  private final Session session;
  private final Inbox inbox;
  private final Rhythm recovery;

  /** Ids of the tasks that were sent here and whose reports were not handed out. */
  private final Set<String> open = ConcurrentHashMap.newKeySet();

  private final ReentrantLock gathering = new ReentrantLock();

  Parent(Session session) {
    this.session = session;
    this.inbox = new Inbox(session);
    this.recovery = new Rhythm(Rhythm.least(LOOK, session.ttl().dividedBy(4)));
  }

  /** The session. */
  public SessionConfig config() {
    return session.config();
  }

  /**
   * Sends a new task.
   *
   * @return the task, with its id
   * @throws IllegalArgumentException if the session has no such child; the message names the range
   * @throws SessionException.Unknown if the session is gone
   */
  public TaskMessage send(int childId, String prompt) {
    var task = TaskMessage.of(config().sessionId(), childId, prompt);
    send(task);
    return task;
  }

  /**
   * Sends a task to the child that it names, in one round trip. A task whose id was sent before is
   * not sent again.
   *
   * @throws IllegalArgumentException if the session has no such child, or the task is of another
   *     session
   * @throws SessionException.Unknown if the session is gone
   * @throws RedisException if {@link RedisException#mayHaveRun()}, the task may have been sent;
   *     sending the same one again is safe
   */
  public void send(TaskMessage task) {
    Objects.requireNonNull(task, "task");
    if (!task.sessionId().equals(config().sessionId())) {
      throw new IllegalArgumentException(
          "task: is for session " + task.sessionId() + ", not " + config().sessionId());
    }
    var command = session.send(config().checkChild(task.childId()), task);
    // Before it is sent, so that another thread that gathers waits for it, too.
    open.add(task.taskId());
    try {
      session.redis().call(command);
    } catch (SessionException.Unknown | RedisException failed) {
      forget(task, failed);
      throw failed;
    }
    renew();
  }

  /** Nobody shall wait for a task that was certainly not sent. */
  private void forget(TaskMessage task, RuntimeException failed) {
    if (!(failed instanceof RedisException trouble && trouble.mayHaveRun())) {
      open.remove(task.taskId());
    }
  }

  /** A parent that only sends must keep the lists of children alive that nobody else touches. */
  private void renew() {
    if (recovery.isOver(session.ttl().dividedBy(4))) {
      recovery.start();
      session.recover();
    }
  }

  /** As {@link #gather(Collection, Duration)}, of all tasks sent here and not gathered yet. */
  public Gathered gather(Duration limit) {
    return gather(List.copyOf(open), limit);
  }

  /**
   * Waits for the reports of these tasks, whoever sent them; at most so long. Meanwhile the work of
   * children that died goes to others. Reports of other tasks that come are kept for later calls.
   *
   * @return what came; a report is handed out once
   * @throws SessionException.Unknown if the session is gone
   * @throws RedisException if Redis could not be reached when the time was over; what had come is
   *     kept for the next call
   */
  public Gathered gather(Collection<String> taskIds, Duration limit) {
    var wanted = new LinkedHashSet<>(Objects.requireNonNull(taskIds, "taskIds"));
    long deadline = System.nanoTime() + Objects.requireNonNull(limit, "limit").toNanos();
    gathering.lock();
    try {
      await(wanted, deadline);
      return handOut(wanted);
    } finally {
      gathering.unlock();
    }
  }

  private void await(Set<String> wanted, long deadline) {
    var patience = new Patience(Duration.ofNanos(deadline - System.nanoTime()));
    while (!inbox.hasAll(wanted)) {
      long left = deadline - System.nanoTime();
      boolean looked = false;
      try {
        looked = receive(Duration.ofNanos(Math.max(LEAST_NANOS, left)));
        patience.success();
      } catch (RedisException trouble) {
        inbox.lookAgain();
        patience.failure(trouble);
      }
      if (left <= 0 && looked) {
        return;
      }
    }
  }

  private boolean receive(Duration left) {
    if (recovery.isOver()) {
      recovery.start();
      if (!session.recover(patient(left))) {
        throw session.unknown();
      }
    }
    return inbox.receive(Rhythm.least(left, recovery.left()), patient(left));
  }

  /** A call must not last far beyond the caller's own deadline when Redis is away. */
  private Duration patient(Duration left) {
    return Rhythm.least(session.redis().options().timeout(), left.plus(GRACE));
  }

  private Gathered handOut(Set<String> wanted) {
    var reports = inbox.handOut(wanted);
    open.removeAll(reports.keySet());
    var missing = new LinkedHashSet<>(wanted);
    missing.removeAll(reports.keySet());
    return new Gathered(reports, missing);
  }

  /**
   * The tasks that a child has taken and not reported on, at this moment.
   *
   * @throws IllegalArgumentException if the session has no such child; the message names the range
   */
  public List<TaskMessage> heldBy(int childId) {
    return session.heldBy(config().checkChild(childId));
  }

  /**
   * Asks every child to stop when it has done the tasks in its list.
   *
   * @throws SessionException.Unknown if the session is gone
   */
  public void shutdown(String reason) {
    Objects.requireNonNull(reason, "reason");
    var sent = new ArrayList<Pending<Long>>();
    for (int child = 1; child <= config().maxChildren(); child++) {
      var message = ShutdownMessage.of(config().sessionId(), child, reason);
      sent.add(session.redis().send(session.send(child, message)));
    }
    sent.forEach(Pending::await);
  }

  /** As {@link #shutdown(String)}, one child. */
  public void shutdown(int childId, String reason) {
    Objects.requireNonNull(reason, "reason");
    var child = config().checkChild(childId);
    session
        .redis()
        .call(session.send(child, ShutdownMessage.of(config().sessionId(), child, reason)));
  }
}
