package dev.redstart.orchestration;

import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
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
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The parent of a session: sends tasks to its children and gathers their reports.
 *
 * <p>A new parent of a session finds what a former one has sent, and the reports that it did not
 * {@link #acknowledge}. Thread-safe; one thread gathers at a time, others wait for it. Holds no
 * connection: there is nothing to close.
 */
public final class Parent {
  /** How often to look for dead children while waiting for reports. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** The least that a blocking command can wait; even without any time one look is taken. */
  private static final long LEAST_NANOS = 1_000_000;

  /** What a call may take when there is no time left: enough for any Redis that is there. */
  private static final Duration GRACE = Duration.ofMillis(500);

  private final ParentSession session;
  private final Dispatch dispatch;
  private final Inbox inbox;
  private final Rhythm recovery;

  /** Ids of the tasks of this session whose reports were not handed out. */
  private final Set<String> open = ConcurrentHashMap.newKeySet();

  /** Guards the inbox and what is below. */
  private final ReentrantLock gathering = new ReentrantLock();

  private boolean hasResumed;

  Parent(ParentSession session) {
    this.session = session;
    this.dispatch = new Dispatch(session, open);
    this.inbox = new Inbox(session);
    this.recovery = new Rhythm(Rhythm.least(LOOK, ttl().dividedBy(4)));
  }

  /** The session. */
  public SessionConfig config() {
    return session.session().config();
  }

  private Duration ttl() {
    return session.session().ttl();
  }

  private Redis redis() {
    return session.session().redis();
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
   *     session, or its JSON has more than 1 MiB
   * @throws SessionException.Unknown if the session is gone
   * @throws RedisException if {@link RedisException#mayHaveRun()}, the task may have been sent;
   *     sending the same one again is safe
   */
  public void send(TaskMessage task) {
    sendAll(List.of(Objects.requireNonNull(task, "task")));
  }

  /**
   * Sends tasks to the children that they name, a hundred in a call, without waiting in between.
   *
   * @throws IllegalArgumentException as for one; then none was sent
   * @throws SessionException.Unknown if the session is gone
   * @throws RedisException some may have been sent; sending the same ones again is safe
   */
  public void sendAll(List<TaskMessage> tasks) {
    dispatch.send(List.copyOf(Objects.requireNonNull(tasks, "tasks")));
    renew();
  }

  /** A parent that only sends must keep the lists of children alive that nobody else touches. */
  private void renew() {
    if (recovery.isOver(ttl().dividedBy(4))) {
      recovery.start();
      session.session().recover();
    }
  }

  /**
   * As {@link #gather(Collection, Duration)}, of all tasks that were sent by this parent or a
   * former one, and whose reports this one has not handed out.
   */
  public Gathered gather(Duration limit) {
    return gather(this::everything, Until.all(), limit);
  }

  /** As {@link #gather(Collection, Until, Duration)}, until all are there. */
  public Gathered gather(Collection<String> taskIds, Duration limit) {
    return gather(taskIds, Until.all(), limit);
  }

  /**
   * Waits for the reports of these tasks, whoever sent them; at most so long. Meanwhile the work of
   * children that died goes to others. Reports of other tasks that come are kept for later calls.
   *
   * @return what came; a report is handed out once by one parent
   * @throws SessionException.Unknown if the session is gone
   * @throws RedisException if Redis could not be reached when the time was over; what had come is
   *     kept for the next call
   */
  public Gathered gather(Collection<String> taskIds, Until until, Duration limit) {
    var wanted = new LinkedHashSet<>(Objects.requireNonNull(taskIds, "taskIds"));
    return gather(() -> wanted, until, limit);
  }

  private Set<String> everything() {
    var ids = new LinkedHashSet<>(open);
    ids.addAll(inbox.ids());
    return ids;
  }

  private Gathered gather(Supplier<Set<String>> taskIds, Until until, Duration limit) {
    Objects.requireNonNull(until, "until");
    long deadline = System.nanoTime() + Rhythm.nanos(Objects.requireNonNull(limit, "limit"));
    gathering.lock();
    try {
      persist(deadline, this::resume);
      var wanted = taskIds.get();
      persist(deadline, left -> expect(wanted, patient(left)));
      return gather(new Goal(wanted, until), deadline);
    } finally {
      inbox.tell(report -> {});
      gathering.unlock();
    }
  }

  private Gathered gather(Goal goal, long deadline) {
    inbox.tell(goal::add);
    persist(deadline, left -> goal.isReached() || receive(goal, left));
    var gathered = goal.result();
    inbox.handOut(gathered.reports().keySet());
    open.removeAll(gathered.reports().keySet());
    return gathered;
  }

  /**
   * Repeats a step until it is enough or the time is over, even while Redis is away. When there is
   * no time left it is tried once all the same.
   */
  private void persist(long deadline, Predicate<Duration> step) {
    var patience = new Patience(Duration.ofNanos(deadline - System.nanoTime()));
    while (true) {
      long left = deadline - System.nanoTime();
      try {
        boolean isEnough = step.test(Duration.ofNanos(Math.max(LEAST_NANOS, left)));
        patience.success();
        if (isEnough || left <= 0) {
          return;
        }
      } catch (RedisException trouble) {
        inbox.lookAgain();
        patience.failure(trouble);
      }
    }
  }

  /**
   * What a former parent has left. First what is open: it may be reported on meanwhile, and is then
   * found among the reports.
   */
  private boolean resume(Duration left) {
    if (!hasResumed) {
      open.addAll(session.open(patient(left)));
      hasResumed = true;
    }
    inbox.drain(patient(left));
    inbox.refresh(patient(left));
    return true;
  }

  /** Reports on tasks that nobody sent are refused: these are wanted. */
  private boolean expect(Set<String> wanted, Duration limit) {
    var strange = wanted.stream().filter(id -> !open.contains(id) && !inbox.knows(id)).toList();
    var sent = new ArrayList<Pending<?>>();
    for (int i = 0; i < strange.size(); i += ParentSession.BATCH) {
      var batch = strange.subList(i, Math.min(strange.size(), i + ParentSession.BATCH));
      sent.add(redis().send(session.expect(batch).within(limit)));
    }
    sent.forEach(Pending::await);
    return true;
  }

  private boolean receive(Goal goal, Duration left) {
    if (recovery.isOver()) {
      recovery.start();
      if (!session.session().recover(patient(left))) {
        throw session.session().unknown();
      }
      inbox.compare(patient(left));
    }
    inbox.refresh(patient(left));
    if (!inbox.collect(patient(left)) && !goal.isReached()) {
      session.awaitReports(Rhythm.least(left, recovery.left()), patient(left));
    }
    return goal.isReached();
  }

  /** A call must not last far beyond the caller's own deadline when Redis is away. */
  private Duration patient(Duration left) {
    return Rhythm.least(redis().options().timeout(), left.plus(GRACE));
  }

  /**
   * Forgets the reports of these tasks: a later parent of this session is not told of them again.
   * Without it, all reports stay until the session ends. In one round trip.
   */
  public void acknowledge(Collection<String> taskIds) {
    var ids = List.copyOf(Objects.requireNonNull(taskIds, "taskIds"));
    gathering.lock();
    try {
      session.acknowledge(ids).forEach(Pending::await);
      inbox.acknowledged(ids);
    } finally {
      gathering.unlock();
    }
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
    dispatch.shutdown(everybody(), reason, true);
  }

  /** As {@link #shutdown(String)}, one child. */
  public void shutdown(int childId, String reason) {
    dispatch.shutdown(List.of(childId), reason, true);
  }

  /**
   * Asks every child to stop at once: its handler is interrupted, and the task at hand goes back,
   * as if it had not begun. What waits in its list stays for others.
   *
   * @throws SessionException.Unknown if the session is gone
   */
  public void shutdownNow(String reason) {
    dispatch.shutdown(everybody(), reason, false);
  }

  /** As {@link #shutdownNow(String)}, one child. */
  public void shutdownNow(int childId, String reason) {
    dispatch.shutdown(List.of(childId), reason, false);
  }

  private List<Integer> everybody() {
    return IntStream.rangeClosed(1, config().maxChildren()).boxed().toList();
  }
}
