package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * A reply that has been asked for. Send many and then await them: that is pipelining. The reply is
 * read on the thread that awaits it, never on the thread that serves the socket.
 *
 * <p>Thread-safe. A reply that nobody awaits costs its memory until this object is dropped.
 *
 * @param <R> what the reply is read as
 */
public final class Pending<R> {
  /** Where the command is. SENT is set before its first byte goes to the kernel, never after. */
  enum Stage {
    QUEUED,
    SENT,
    DROPPED
  }

  /** What brings commands to the server and their replies back, as a waiting caller needs it. */
  interface Carrier {
    /** Somebody waits now: write it if nobody is about to, and read its reply if nobody will. */
    void hurry(Pending<?> pending);

    /** Somebody wants the reply, but does not wait here: see to it that it is read soon. */
    default void expect() {
      // Where the loop always reads.
    }

    /** Ask the server to end a blocking command early. Its reply comes the usual way. */
    void unblock(Pending<?> pending);

    /** Whether this thread serves connections: nothing of the users' may run on it. */
    boolean isServing();

    /** Why a command was not sent within {@code limit}. */
    RedisException unsent(Order<?> order, Duration limit);
  }

  private static final VarHandle STAGE = handle("stage", Stage.class);
  private static final VarHandle OUTCOME = handle("outcome", Object.class);
  private static final VarHandle WAITING = handle("waiting", Object.class);

  /** Where it belongs. Set before it is sent. */
  Route route = Route.FIXED;

  final long startNanos = System.nanoTime();
  final long deadlineNanos;

  // These three change together, when the command goes to another node.
  volatile Order<R> order;
  private volatile Carrier carrier;
  private boolean asking;

  private final int length;
  private byte[] frame;
  private Supplier<byte[]> spare;
  private volatile boolean mayHaveRun;
  private List<Reply> gathered;
  private volatile Stage stage = Stage.QUEUED;
  private volatile Object outcome;
  private volatile Object waiting;

  /** {@code spare}: makes the frame to send if the server does not know the script. */
  Pending(Order<R> order, Carrier carrier, byte[] frame, Supplier<byte[]> spare, Duration limit) {
    this.order = order;
    this.carrier = carrier;
    this.frame = frame;
    this.spare = spare;
    this.length = frame.length;
    this.deadlineNanos = startNanos + limit.toNanos();
  }

  private static VarHandle handle(String field, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(Pending.class, field, type);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  // ---- for whoever waits

  /**
   * Waits for the reply, at most until the deadline that was set when the command was sent.
   *
   * @return the reply as the command reads it
   * @throws RedisException what went wrong, and whether the command may have run
   */
  public R await() {
    if (outcome == null) {
      StackReserve.check();
    }
    return result();
  }

  /** As {@link #await}, for who has just sent it: there is stack enough. */
  R result() {
    if (outcome == null) {
      carrier.hurry(this);
      if (outcome == null) {
        enter(Thread.currentThread());
        park();
      }
    }
    return read();
  }

  /** Whether {@link #await()} would return, or throw, at once. */
  public boolean isDone() {
    if (outcome == null) {
      carrier.expect();
    }
    return outcome != null;
  }

  boolean isSettled() {
    return outcome != null;
  }

  /**
   * The result as a future, completed on {@code executor}, where the reply is read too. Handing the
   * task over ({@code executor.execute}) must not wait: it happens on the thread that serves the
   * connection. Cancelling the future does not cancel the command.
   */
  public CompletableFuture<R> on(Executor executor) {
    Objects.requireNonNull(executor, "executor");
    var future = PendingFuture.of(this, executor);
    carrier.expect();
    return future;
  }

  /**
   * Gives the call up and returns at once. A command that was not sent will not be; of one that
   * was, the reply is skipped. A blocking command is ended on the server first (CLIENT UNBLOCK),
   * and a reply that was already on its way is still delivered: no element is lost.
   */
  public void cancel() {
    leave("was cancelled");
  }

  private void leave(String why) {
    boolean dropped = drop();
    if (!dropped && order.blocks()) {
      carrier.unblock(this);
    } else {
      boolean unsent = dropped && !mayHaveRun;
      String text = order.sentence("the call " + why + fate(unsent));
      settle(new RedisException.Interrupted(text, !unsent));
    }
  }

  private void park() {
    boolean interrupted = false;
    while (outcome == null) {
      parkOnce(deadlineNanos - System.nanoTime());
      if (Thread.interrupted()) {
        interrupted = true;
        leave("was interrupted");
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      refuseNothing();
    }
  }

  /** Whether the answer is a plain nil: how a blocking command says that its time was over. */
  boolean broughtNothing() {
    return outcome instanceof Reply reply && reply.isNull();
  }

  /** A blocking command's end is the lane's business: the server has to be asked first. */
  private void parkOnce(long nanos) {
    if (order.blocks() && stage == Stage.SENT) {
      LockSupport.parkNanos(this, Math.max(nanos, TimeUnit.MILLISECONDS.toNanos(10)));
    } else if (nanos > 0) {
      LockSupport.parkNanos(this, nanos);
    } else {
      expire();
    }
  }

  /** An interrupted pop that brought an element returns it; one that did not says so. */
  private void refuseNothing() {
    if (order.blocks() && broughtNothing()) {
      String text = order.sentence("the call was interrupted; it took nothing");
      throw new RedisException.Interrupted(text, false);
    }
  }

  /** Ends the call because its time is over. */
  void expire() {
    if (outcome != null) {
      return;
    }
    boolean dropped = drop();
    if (dropped && !mayHaveRun) {
      settle(carrier.unsent(order, limit()));
    } else if (dropped || !order.blocks()) {
      settle(late());
    }
  }

  RedisException late() {
    String text = order.sentence("no answer within " + Order.seconds(limit()) + fate(false));
    return new RedisException.TimedOut(text, true);
  }

  /** How much longer than its block the whole may take. */
  long graceNanos() {
    return deadlineNanos - startNanos - order.block().toNanos();
  }

  private Duration limit() {
    return Duration.ofNanos(deadlineNanos - startNanos);
  }

  private String fate(boolean unsent) {
    return unsent ? "; it was not sent" : "; outcome unknown, it may have run";
  }

  boolean isServing() {
    return carrier.isServing();
  }

  R read() {
    if (outcome instanceof RedisException problem) {
      throw problem;
    }
    return order.read((Reply) outcome, mayHaveRun);
  }

  private void enter(Object waiter) {
    Object before = waiting;
    while (before != Waiting.WOKEN) {
      if (WAITING.compareAndSet(this, before, Waiting.join(waiter, before))) {
        return;
      }
      before = waiting;
    }
    Waiting.wake(waiter);
  }

  // ---- for the connection

  /** Claims the command for writing. Null: its caller has left, and nothing may be written. */
  byte[] send() {
    // Read first: the moment it counts as sent, a (hostile) reply may retire it.
    byte[] bytes = asking ? Transaction.asking(frame) : frame;
    return STAGE.compareAndSet(this, Stage.QUEUED, Stage.SENT) ? bytes : null;
  }

  private boolean drop() {
    return STAGE.compareAndSet(this, Stage.QUEUED, Stage.DROPPED);
  }

  Stage stage() {
    return stage;
  }

  /** Its caller has left before it was sent, or the server answers it with pushes only. */
  boolean getsNoReply() {
    return stage == Stage.DROPPED || (stage == Stage.SENT && order.replies() == 0);
  }

  int length() {
    return length;
  }

  /**
   * Makes it ready to be sent once more, on this or another connection. False when its caller has
   * left in the meantime: it must not be.
   */
  boolean requeue(boolean mayHaveRun) {
    gathered = null;
    this.mayHaveRun |= mayHaveRun && stage == Stage.SENT;
    return STAGE.compareAndSet(this, Stage.SENT, Stage.QUEUED) ? !isSettled() : canBeSent();
  }

  private boolean canBeSent() {
    return stage == Stage.QUEUED && !isSettled();
  }

  /** Changes to the script's source after NOSCRIPT. False when there is none, or it was used. */
  boolean useSpare() {
    byte[] other = spare == null ? null : spare.get();
    spare = null;
    frame = other == null ? frame : other;
    return other != null;
  }

  /** Takes one reply. Returns the whole answer when it was the last, null before that. */
  Reply gather(Reply reply) {
    int expected = order.replies() + (asking ? 1 : 0);
    if (expected == 1) {
      return reply;
    }
    if (gathered == null) {
      gathered = new ArrayList<>();
    }
    gathered.add(reply);
    return gathered.size() == expected ? whole(gathered) : null;
  }

  private Reply whole(List<Reply> replies) {
    List<Reply> own = asking ? replies.subList(1, replies.size()) : replies;
    return order.replies() == 1 ? own.get(0) : new Reply.Array(own);
  }

  /** It goes to another node; {@code asking}: after ASKING, in one piece with it. */
  void moveTo(Carrier other, String address, boolean asking) {
    this.asking = asking;
    order = order.at(address);
    carrier = other;
  }

  /** Whether an earlier attempt may have run. */
  boolean mayHaveRun() {
    return mayHaveRun;
  }

  /** Ends the call with a reply or an exception, exactly once. Wakes whoever waits. */
  boolean settle(Object result) {
    boolean first = OUTCOME.compareAndSet(this, null, result);
    if (first) {
      Waiting.wakeAll(WAITING.getAndSet(this, Waiting.WOKEN));
    }
    return first;
  }

  /** Runs on whichever thread settles this, or on this one if that has happened. */
  void whenSettled(Runnable action) {
    enter(action);
  }

  /** Ends a call that was not sent, this time. */
  void refuse(String why, Throwable cause) {
    String text = order.sentence("not sent: " + why);
    settle(
        mayHaveRun
            ? new RedisException.Disconnected(text + "; an earlier attempt may have run", cause)
            : new RedisException.Unavailable(text, cause));
  }

  /** Forgets what only the sending needed. */
  void retire() {
    frame = null;
    spare = null;
    gathered = null;
  }
}
