package dev.redstart.orchestration;

import dev.redstart.json.JsonParseException;
import dev.redstart.json.JsonValueException;
import dev.redstart.redis.ListEnd;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Pending;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A child of a session: takes its tasks, one at a time, and reports on each exactly once.
 *
 * <p>A thread of its own keeps its lease while it lives. Mostly one calls {@link #run} and nothing
 * else; {@link #take} and {@link #report} are its two halves. One thread works; {@link #stop} and
 * {@link #close} may come from any.
 */
public final class Child implements AutoCloseable {
  /** Why a child takes no more tasks. */
  public enum End {
    /** Its parent asked it to. */
    SHUTDOWN,
    /** {@link Child#stop} or {@link Child#close} was called, or its thread was interrupted. */
    STOPPED,
    /** It did as many tasks as it was to do. */
    ENOUGH,
    /** Another process is this child now. */
    REPLACED,
    /** The session was cleaned up, or has expired. */
    SESSION_GONE
  }

  /** A dead server is noticed after this time. */
  private static final Duration BLOCK_MAX = Duration.ofSeconds(5);

  private static final byte[] NOTHING = {};

  private static final System.Logger LOG = System.getLogger(Child.class.getName());

  /** A task as it is in the taken list, byte for byte. */
  private record Held(TaskMessage task, byte[] raw) {}

  private final Session session;
  private final Session.Holding holding;
  private final Heartbeat heartbeat;
  private final Rhythm idling;
  private final AtomicReference<End> end = new AtomicReference<>();
  private final AtomicBoolean left = new AtomicBoolean();

  /** The command that waits for a task, to be cut short by another thread. */
  private volatile Pending<?> waiting;

  private volatile byte[] shutdown = NOTHING;
  private Optional<Held> held = Optional.empty();

  /** Redis may have moved a task of which we know nothing. */
  private boolean unsure;

  private Child(Session session, Session.Holding holding) {
    this.session = session;
    this.holding = holding;
    this.idling = new Rhythm(holding.lease());
    this.heartbeat = Heartbeat.start(this, session, holding);
  }

  static Child join(Session session, int childId) {
    return new Child(session, session.join(childId));
  }

  /** The session. */
  public SessionConfig config() {
    return session.config();
  }

  /** Its number in the session. */
  public int childId() {
    return holding.child();
  }

  /** Why it takes no more tasks; empty as long as it does. */
  public Optional<End> end() {
    return Optional.ofNullable(end.get());
  }

  /** As {@link #run(TaskHandler, int)}, without a limit. */
  public ChildRun run(TaskHandler handler) {
    return run(handler, Integer.MAX_VALUE);
  }

  /**
   * Works until the end, and then leaves the session. While Redis is away it waits, up to the
   * session's time to live.
   *
   * @param tasksMax the number of tasks after which it stops
   * @throws RedisException if Redis refuses the commands, or stays away for too long
   * @throws Error if the handler threw it; the task is reported as failed
   */
  public ChildRun run(TaskHandler handler, int tasksMax) {
    Objects.requireNonNull(handler, "handler");
    if (tasksMax < 1) {
      throw new IllegalArgumentException("tasksMax: must be positive, was " + tasksMax);
    }
    try {
      return new Shift(this, handler, session.ttl()).work(tasksMax);
    } finally {
      close();
    }
  }

  /**
   * Waits for a task, at most so long. From now on this child holds it, until it reports on it.
   * Messages that are no tasks of this session go to the dead letters, with the reason.
   *
   * @return empty if none came, or if this was the end: see {@link #end}
   * @throws IllegalStateException if it holds a task already
   * @throws RedisException if Redis cannot be reached; no task is lost
   */
  public Optional<TaskMessage> take(Duration wait) {
    Objects.requireNonNull(wait, "wait");
    held.ifPresent(
        before -> {
          throw new IllegalStateException("no report on task " + before.task.taskId() + " yet");
        });
    long deadline = System.nanoTime() + wait.toNanos();
    long left = wait.toNanos();
    // A stray task is found between two blocks: within a lease, as that of a dead sibling.
    long blockMax = Math.min(BLOCK_MAX.toNanos(), holding.lease().toNanos());
    while (held.isEmpty() && end().isEmpty() && left > 0) {
      reassure();
      if (end().isPresent()) {
        break;
      }
      next(Duration.ofNanos(Math.min(left, blockMax))).ifPresent(this::open);
      left = deadline - System.nanoTime();
    }
    return held.map(Held::task);
  }

  /**
   * Asks, when there is a doubt and now and then, whether a task lies in our list unknown to us.
   */
  private void reassure() {
    if (unsure || idling.isOver()) {
      session.beat(holding, true).ifPresent(this::finish);
      unsure = false;
      idling.start();
    }
  }

  private Optional<byte[]> next(Duration block) {
    var keys = session.keys();
    var move =
        Lists.blockingMoveBytes(
            keys.tasks(childId()),
            keys.taken(childId()),
            ListEnd.LEFT,
            ListEnd.RIGHT,
            block.plusMillis(1));
    unsure = true;
    var raw = await(session.redis().send(move));
    unsure = false;
    return raw;
  }

  private Optional<byte[]> await(Pending<Optional<byte[]>> move) {
    waiting = move;
    try {
      // The end may have come before it was known what to cut short.
      end().ifPresent(reason -> move.cancel());
      return move.await();
    } catch (RedisException.Interrupted cut) {
      if (end().isEmpty() || Thread.currentThread().isInterrupted()) {
        throw cut;
      }
      return Optional.empty();
    } finally {
      waiting = null;
    }
  }

  private void open(byte[] raw) {
    try {
      accept(Message.parse(raw), raw);
    } catch (JsonParseException | JsonValueException noMessage) {
      bury(raw, "not a message: " + noMessage.getMessage());
    }
  }

  private void accept(Message message, byte[] raw) {
    if (!session.owns(message)) {
      bury(raw, "a message of session " + message.sessionId());
    } else if (message instanceof TaskMessage task) {
      held = Optional.of(new Held(task, raw));
    } else if (!(message instanceof ShutdownMessage order)) {
      bury(raw, "neither a task nor a shutdown");
    } else if (order.targetChildId().orElse(childId()) != childId()) {
      bury(raw, "a shutdown of child " + order.targetChildId().orElseThrow());
    } else {
      shutdown = raw;
      finish(End.SHUTDOWN);
    }
  }

  private void bury(byte[] raw, String reason) {
    session.bury(session.keys().taken(childId()), raw, reason);
  }

  /**
   * Reports on a task, in one round trip. Repeating the same report is safe.
   *
   * @throws RedisException if Redis cannot be reached; the task is still held
   */
  public Verdict report(ReportMessage report) {
    Objects.requireNonNull(report, "report");
    boolean ours = held.filter(it -> it.task.taskId().equals(report.taskId())).isPresent();
    var verdict = session.report(holding, ours ? held.orElseThrow().raw : NOTHING, report);
    if (ours) {
      held = Optional.empty();
    }
    if (verdict == Verdict.SESSION_GONE) {
      finish(End.SESSION_GONE);
    }
    // Somebody else may be this child now: ask before taking anything.
    unsure = unsure || verdict == Verdict.NOT_HELD;
    return verdict;
  }

  /** Lets it end after the task at hand. May be called from any thread, and again. */
  public void stop() {
    finish(End.STOPPED);
  }

  void finish(End reason) {
    end.compareAndSet(null, reason);
    var command = waiting;
    if (command != null) {
      command.cancel();
    }
  }

  /**
   * Leaves the session at once: what it holds goes to others. May be called again. Does not throw
   * when Redis is away; then its lease just ends.
   */
  @Override
  public void close() {
    finish(End.STOPPED);
    heartbeat.close();
    if (left.compareAndSet(false, true) && !isOut()) {
      // An interrupted thread may not call.
      boolean interrupted = Thread.interrupted();
      leave();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean isOut() {
    return end.get() == End.SESSION_GONE || end.get() == End.REPLACED;
  }

  private void leave() {
    try {
      session.leave(holding, shutdown);
    } catch (RedisException trouble) {
      LOG.log(System.Logger.Level.INFO, "left without a word: {0}", trouble.getMessage());
    }
  }
}
