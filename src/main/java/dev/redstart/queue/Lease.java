package dev.redstart.queue;

import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.RedisException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to work on a task. It is renewed by itself for as long as this process lives, until it
 * is ended; whoever takes a lease from {@link TaskQueue#claim} has to end it. Once it is lost,
 * nothing that is done with it changes anything. Thread-safe.
 */
public final class Lease implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Lease.class.getName());

  private final StoredQueue queue;
  private final Heartbeat heartbeat;
  private final Grant grant;
  private final Task task;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile boolean lost;
  private volatile boolean cancelled;
  private volatile Optional<byte[]> checkpoint;

  /** Guards the two below: an interrupt must hit the handler, and nothing that runs after it. */
  private final ReentrantLock handling = new ReentrantLock();

  private Thread handler;
  private boolean interrupted;

  Lease(StoredQueue queue, Heartbeat heartbeat, Grant grant, Task task) {
    this.queue = queue;
    this.heartbeat = heartbeat;
    this.grant = grant;
    this.task = task;
    this.checkpoint = grant.checkpoint();
  }

  /** What is to be done. */
  public Task task() {
    return task;
  }

  /** How often the task was handed out, this time included, since it was pushed. */
  public int deliveries() {
    return grant.deliveries();
  }

  /** How often it was tried before, and failed. */
  public int attempts() {
    return grant.attempts();
  }

  /** What fences this holder's writes. */
  String token() {
    return grant.token();
  }

  /** The checkpoint that was saved last, by this holder or one before. */
  public Optional<JsonValue> checkpoint() {
    return checkpoint.map(Json::parse);
  }

  /**
   * Saves how far the work has come: whoever gets the task after this process died finds it. Renews
   * the lease; one round trip.
   *
   * @throws LeaseLostException if the lease is lost; nothing was saved
   * @throws IllegalArgumentException if it is larger than a payload may be
   * @throws RedisException if Redis cannot be reached; it may have been saved, and may be saved
   *     again
   */
  public void checkpoint(JsonValue value) {
    byte[] json = Json.toBytes(value);
    note("checkpoint", json);
    checkpoint = Optional.of(json);
  }

  /**
   * Tells others how the work goes ({@link QueuedTask#progress}). Renews the lease; one round trip.
   *
   * @throws LeaseLostException if the lease is lost; nothing was changed
   * @throws IllegalArgumentException if it is larger than a payload may be
   * @throws RedisException if Redis cannot be reached; it may be repeated
   */
  public void progress(JsonValue value) {
    note("progress", Json.toBytes(value));
  }

  private void note(String kind, byte[] json) {
    hear(queue.note(this, kind, json));
    if (lost) {
      throw new LeaseLostException(queue.keys().ready(), task);
    }
  }

  /** Whether Redis has said that the lease is lost. The handler's thread is interrupted then. */
  public boolean isLost() {
    return lost;
  }

  /**
   * Whether somebody cancelled the task; known a third of a lease later at most. The handler's
   * thread is interrupted then. If it completes the task all the same, it is completed.
   */
  public boolean isCancelled() {
    return cancelled;
  }

  /** As {@link #settle} with {@link Outcome#done()}. */
  public Settlement complete() {
    return settle(Outcome.done());
  }

  /**
   * Ends the lease, in one round trip.
   *
   * @throws IllegalStateException if it was ended before
   * @throws IllegalArgumentException if a result or a following task is too large, or two of them
   *     have one id; the lease is not ended
   * @throws RedisException if Redis cannot be reached. The lease is still renewed, and may be
   *     settled again: that says LOST if the first time did arrive
   */
  public Settlement settle(Outcome outcome) {
    Objects.requireNonNull(outcome, "outcome");
    var ending = Ending.of(this, outcome, queue.options());
    if (!ended.compareAndSet(false, true)) {
      throw endedBefore();
    }
    try {
      var round = new StoredQueue.Round("", List.of(ending), 0, false);
      var settlement = queue.settle(round, Insistence.none()).settlements().get(0);
      heartbeat.drop(this);
      return settlement;
    } catch (RuntimeException trouble) {
      ended.set(false);
      throw trouble;
    }
  }

  void checkHeld() {
    if (ended.get()) {
      throw endedBefore();
    }
  }

  private IllegalStateException endedBefore() {
    return new IllegalStateException("the lease on task " + task.id() + " was ended before");
  }

  /** Hands the task back if the lease was not ended: others may take it at once. */
  @Override
  public void close() {
    if (!ended.get() && !lost) {
      try {
        settle(Outcome.released());
      } catch (RedisException | IllegalStateException trouble) {
        // Nobody renews it any more: it runs out.
        markEnded();
        LOG.log(System.Logger.Level.DEBUG, "not handed back: {0}", trouble.getMessage());
      }
    }
  }

  /** The worker has ended it, together with others. */
  void markEnded() {
    ended.set(true);
    heartbeat.drop(this);
  }

  /** What Redis says of it: see beat.lua. */
  void hear(char letter) {
    if (letter == 'l') {
      lost = true;
      heartbeat.drop(this);
    }
    if (letter == 'x') {
      cancelled = true;
    }
    if (letter != 'k') {
      interrupt();
    }
  }

  /** Tells the handler to stop, if it runs. */
  void interrupt() {
    handling.lock();
    try {
      if (handler != null && !interrupted) {
        interrupted = true;
        handler.interrupt();
      }
    } finally {
      handling.unlock();
    }
  }

  /** The handler runs on this thread from now on. */
  void begin() {
    handling.lock();
    try {
      handler = Thread.currentThread();
      if (lost || cancelled) {
        interrupt();
      }
    } finally {
      handling.unlock();
    }
  }

  /**
   * The handler runs no more, and this thread is not interrupted on its account any more.
   *
   * @return whether it was interrupted because the worker wants to end
   */
  boolean end() {
    handling.lock();
    try {
      handler = null;
      if (interrupted) {
        Thread.interrupted();
      }
      return interrupted && !lost && !cancelled;
    } finally {
      handling.unlock();
    }
  }
}
