package dev.redstart.redis;

import dev.redstart.resp.Reply;
import dev.redstart.resp.RespLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One established connection: commands go out in order, replies come back in the same order, and
 * that order is all that matches them. Callers append to the {@link Outbox}; {@link Replies} takes
 * from its head, and {@link Inbox} says who reads.
 *
 * <p>When anything goes wrong the wire is broken before anything else happens; a broken wire takes
 * nothing, matches nothing and is never mended. The loop hands back what was in flight, once the
 * writer has left.
 */
final class Wire {
  /** Told of what happens to a wire. Nothing in it may wait. */
  interface Owner {
    /**
     * On the reader's thread: a frame that may answer nothing: a pub/sub message. True if the owner
     * takes it.
     */
    boolean takes(Reply reply);

    /**
     * On the reader's thread: {@code pending} is off the wire with its answer, or with null when
     * its caller had left.
     */
    void answered(Pending<?> pending, Reply answer);

    /**
     * On the loop: nothing more will come. {@code inFlight} are the commands without an answer, in
     * order.
     */
    void lost(Wire wire, Throwable cause, List<Pending<?>> inFlight);
  }

  /**
   * A caller that wrote or read for all has not come back, and nobody knows where it was: it may
   * even wake up yet, and claim one more command. So none of the commands goes anywhere else.
   */
  static final class CallerGone extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    CallerGone() {
      super("the thread that was writing or reading has gone");
    }
  }

  /** A caller leaves a broken wire at once. One that has not by then never will. */
  private static final long GONE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Transport transport;
  private final Loop loop;
  private final Outbox outbox;
  private final Replies replies;
  private final Inbox inbox;

  /** When the loop first wanted to hand back, 0 before. */
  private long brokenNanos;

  private volatile Owner owner;
  private volatile boolean handedBack;

  private volatile boolean broken;
  private volatile Throwable cause;

  Wire(Transport transport, Loop loop, RespLimits limits, Owner owner) {
    this.transport = transport;
    this.loop = loop;
    this.owner = owner;
    this.outbox = new Outbox(this, transport, loop);
    this.replies = new Replies(this, transport, outbox, limits);
    this.inbox = new Inbox(this, transport, loop, replies);
  }

  /**
   * Gives the wire to its final owner, on the loop's thread, where its loss would be told, too.
   *
   * @param then done there for the new owner, before anything else can happen
   * @return false if the wire has been handed back already
   */
  CompletableFuture<Boolean> handTo(Owner other, Runnable then) {
    var adopted = new CompletableFuture<Boolean>();
    loop.run(
        () -> {
          if (!handedBack) {
            owner = other;
            then.run();
          }
          adopted.complete(!handedBack);
        });
    return adopted;
  }

  Transport transport() {
    return transport;
  }

  boolean isBroken() {
    return broken;
  }

  /** Whether the owner has been told of the loss. */
  boolean isHandedBack() {
    return handedBack;
  }

  /**
   * Appends a command.
   *
   * @return false if the wire is broken: nothing was sent, nothing will be
   */
  boolean offer(Pending<?> pending, Outbox.Haste haste) {
    return outbox.offer(pending, haste);
  }

  /** Writes what has been appended, if nobody is about to. */
  void hurry() {
    outbox.hurry();
  }

  /** Somebody waits for {@code pending}: as {@link Inbox#attend}. */
  void attend(Pending<?> pending, boolean mayRead) {
    inbox.attend(pending, mayRead);
  }

  /** Whether somebody reads what comes. */
  boolean isAttended() {
    return inbox.isAttended();
  }

  /** Whether this thread is a caller that reads. */
  boolean isReadByMe() {
    return inbox.isMine();
  }

  /** On the loop: the socket has something. */
  void readable(ByteBuffer in) {
    inbox.readable(in);
  }

  /** On the loop: the socket takes bytes again. */
  void writable() {
    outbox.writable();
  }

  /** On the loop, with each tick. Runs {@code look} as the reader, unless a caller reads. */
  void tick(long nowNanos, Runnable look) {
    outbox.tick();
    inbox.tick(look);
    if (isStuck(nowNanos)) {
      fail(new CallerGone());
    }
  }

  /** Watches what arrives, since nobody may be going to wait for it. */
  void watch() {
    inbox.watch();
  }

  /** The reader's: the command that the server has to answer next, null if none is in flight. */
  Pending<?> awaited() {
    return replies.awaited();
  }

  /** Since when nothing has been read, as {@code System.nanoTime()} has it. */
  long readNanos() {
    return replies.readNanos();
  }

  Owner owner() {
    return owner;
  }

  // ---- the end

  /** Breaks the wire. Any thread; the first cause stands. */
  void fail(Throwable why) {
    // First, and without allocating anything: from here on no reply reaches anybody.
    broken = true;
    cause = cause == null ? why : cause;
    try {
      transport.channel().close();
    } catch (IOException hardlyMatters) {
      cause.addSuppressed(hardlyMatters);
    }
    inbox.wake();
    loop.wake();
  }

  /** Whether a caller that was to write or to read has gone. */
  private boolean isStuck(long nowNanos) {
    return outbox.isStuck(nowNanos) || inbox.isStuck();
  }

  /** On the loop: hands back what was in flight. False while a caller still writes or reads. */
  boolean handBack() {
    long now = System.nanoTime();
    brokenNanos = brokenNanos == 0 ? now : brokenNanos;
    if (isStuck(now) || now - brokenNanos > GONE_NANOS) {
      // Whatever broke the wire: it is unknown how far that caller came.
      cause = new CallerGone();
    } else if (outbox.isCallerWriting() || inbox.isLent()) {
      return false;
    }
    if (!handedBack) {
      try {
        owner.lost(this, cause, replies.takeInFlight());
      } finally {
        // Even if memory ran out on the way: the owner must be able to go on without this wire.
        handedBack = true;
        inbox.close();
      }
    }
    return true;
  }
}
