package dev.redstart.orchestration;

import dev.redstart.redis.ListEnd;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Pending;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Subscription;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

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

  /** How long a handler that was interrupted has to come to its end before its task goes back. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private static final byte[] NOTHING = {};

  private static final System.Logger LOG = System.getLogger(Child.class.getName());

  /** A task as it is in the taken list, byte for byte. */
  private record Held(TaskMessage task, byte[] raw) {}

  private final ChildSession session;
  private final Heartbeat heartbeat;

  /** When the next sign of life is due. */
  private final Rhythm beats;

  /** When it is time to look for stray tasks, between two takes. */
  private final Rhythm looks;

  private final AtomicReference<End> end = new AtomicReference<>();
  private volatile boolean isEndingAtOnce;

  /** The command that waits for a task, to be cut short by another thread. */
  private volatile Pending<?> waiting;

  /** The task at hand, if a handler has it. */
  private volatile Job job;

  private volatile byte[] shutdown = NOTHING;
  private volatile Optional<Held> held = Optional.empty();

  /** What came with the answer to a report. */
  private Optional<byte[]> gift = Optional.empty();

  /** Redis may have moved a task of which we know nothing. */
  private boolean unsure;

  /** Held while leaving; guards what is below. */
  private final ReentrantLock leaving = new ReentrantLock();

  private boolean left;

  private Child(ChildSession session, Subscription words) {
    this.session = session;
    var life = Rhythm.least(session.session().lease(), session.session().ttl());
    this.beats = new Rhythm(life.dividedBy(3));
    // More often, so that an idle child needs no heartbeat beside it.
    this.looks = new Rhythm(life.dividedBy(4));
    this.heartbeat = Heartbeat.start(this, words);
  }

  static Child join(Session session, int childId) {
    // First, so that no word is missed.
    var words = session.redis().subscribe(session.keys().control());
    try {
      return new Child(ChildSession.join(session, childId), words);
    } catch (RuntimeException failed) {
      words.close();
      throw failed;
    }
  }

  /** The session. */
  public SessionConfig config() {
    return session.session().config();
  }

  /** Its number in the session. */
  public int childId() {
    return session.child();
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
   * <p>The handler runs on this thread. It is interrupted when its task's time is over (the report
   * says so, and the next task waits until it has returned), and when this child has to stop at
   * once: an immediate shutdown, {@link #close} from another thread, or the number or the session
   * is lost. Then there is no report, and the task goes back.
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
      return new Shift(this, handler, tasksMax).work();
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
    long left = Rhythm.nanos(wait);
    long deadline = System.nanoTime() + left;
    // Between two blocks there is a sign of life, and stray tasks are found.
    long blockMax = Math.min(BLOCK_MAX.toNanos(), looks.period().toNanos());
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

  /** Gives a sign of life if one is due, and finds what may lie in our list unknown to us. */
  private void reassure() {
    if (gift.isEmpty() && (unsure || looks.isOver())) {
      looks.start();
      beat(true);
      unsure = false;
    }
  }

  /**
   * @param idle whether no task is held, or on its way
   */
  void beat(boolean idle) {
    beats.start();
    var pulse = session.beat(idle);
    pulse.end().ifPresent(this::finishAtOnce);
    pulse.first().ifPresent(this::obey);
    if (pulse.isRecoveryDue()) {
      session.session().recover();
    }
  }

  /** When the heartbeat is due: only if nobody else gives signs of life. */
  Duration untilBeat() {
    return beats.left();
  }

  /** Whether it is due; a handler that does not end when it has to is none of a living child. */
  boolean isQuiet() {
    var current = job;
    if (current != null && current.isStuck(session.session().lease())) {
      beats.start();
    }
    return beats.isOver();
  }

  private Incoming judge(byte[] raw) {
    return Incoming.of(raw, session.session(), childId());
  }

  private void obey(byte[] first) {
    if (judge(first) instanceof Incoming.Order order && !order.shutdown().graceful()) {
      shutdown = first;
      finishAtOnce(End.SHUTDOWN);
    }
  }

  private Optional<byte[]> next(Duration block) {
    if (gift.isPresent()) {
      var given = gift;
      gift = Optional.empty();
      return given;
    }
    var move =
        Lists.blockingMoveBytes(
            session.tasks(), session.taken(), ListEnd.LEFT, ListEnd.RIGHT, block.plusMillis(1));
    unsure = true;
    var raw = await(session.session().redis().send(move));
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
    var incoming = judge(raw);
    if (incoming instanceof Incoming.Work work) {
      held = Optional.of(new Held(work.task(), raw));
    } else if (incoming instanceof Incoming.Refuse refusal) {
      session.bury(raw, refusal.reason());
    } else {
      shutdown = raw;
      finish(End.SHUTDOWN);
    }
  }

  /**
   * Reports on a task, in one round trip. Repeating the same report is safe.
   *
   * @throws RedisException if Redis cannot be reached; the task is still held
   */
  public Verdict report(ReportMessage report) {
    return report(report, false);
  }

  /** The same, and takes the next task as well, if there is one: see {@link #take}. */
  Verdict report(ReportMessage report, boolean andTake) {
    Objects.requireNonNull(report, "report");
    byte[] task = raw(report.taskId());
    var answer = session.report(task, report, andTake);
    if (task.length > 0) {
      held = Optional.empty();
    }
    if (andTake && answer.next().isEmpty()) {
      tell("ready");
    }
    gift = answer.next();
    settle(answer.verdict());
    return answer.verdict();
  }

  private void settle(Verdict verdict) {
    if (verdict == Verdict.SESSION_GONE) {
      finishAtOnce(End.SESSION_GONE);
    }
    // Somebody else may be this child now: ask before taking anything.
    unsure = unsure || verdict == Verdict.NOT_HELD;
  }

  private byte[] raw(String taskId) {
    var current = held;
    return current.isPresent() && current.get().task.taskId().equals(taskId)
        ? current.get().raw
        : NOTHING;
  }

  /** From any thread: says what became of the task, which its handler may still have in hand. */
  Verdict reportOnly(ReportMessage report) {
    return session.report(raw(report.taskId()), report, false).verdict();
  }

  /** The task at hand was reported on by another thread. */
  void drop() {
    held = Optional.empty();
    unsure = true;
  }

  /** A handler begins; or, with null, none is at work. */
  void begin(Job current) {
    job = current;
    if (current != null && isEndingAtOnce) {
      current.cut();
    }
  }

  /** For how long to go on trying while Redis is away. */
  Duration patience() {
    return session.session().ttl();
  }

  void tell(String event) {
    session.tell(event);
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

  private void finishAtOnce(End reason) {
    finish(reason);
    isEndingAtOnce = true;
    var current = job;
    if (current != null) {
      current.cut();
    }
  }

  boolean isEndingAtOnce() {
    return isEndingAtOnce;
  }

  /**
   * Leaves the session at once: its handler is interrupted, and what it holds goes to others. May
   * be called again. Does not throw when Redis is away; then its lease just ends.
   */
  @Override
  public void close() {
    finishAtOnce(End.STOPPED);
    var current = job;
    if (current != null) {
      current.awaitReturn(GRACE);
    }
    heartbeat.close();
    leaving.lock();
    try {
      if (!left && !isOut()) {
        // An interrupted thread may not call.
        boolean interrupted = Thread.interrupted();
        leave();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
      left = true;
    } finally {
      leaving.unlock();
    }
  }

  private boolean isOut() {
    return end.get() == End.SESSION_GONE || end.get() == End.REPLACED;
  }

  private void leave() {
    try {
      session.leave(shutdown);
    } catch (RedisException trouble) {
      LOG.log(System.Logger.Level.INFO, "left without a word: {0}", trouble.getMessage());
    }
  }
}
