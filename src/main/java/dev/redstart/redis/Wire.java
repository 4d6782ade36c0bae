package dev.redstart.redis;

import dev.redstart.resp.Reply;
import dev.redstart.resp.RespLimits;
import dev.redstart.resp.RespParser;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One established connection: commands go out in order, replies come back in the same order, and
 * that order is all that matches them. Callers append to the {@link Outbox}; the loop's thread
 * reads, and takes from its head.
 *
 * <p>When anything goes wrong the wire is broken before anything else happens; a broken wire takes
 * nothing, matches nothing and is never mended. The loop hands back what was in flight, once the
 * writer has left.
 */
final class Wire {
  /** Told of what happens to a wire, always on the loop's thread. Nothing in it may wait. */
  interface Owner {
    /** A frame that may answer nothing: a pub/sub message. True if the owner takes it. */
    boolean takes(Reply reply);

    /** {@code pending} is off the wire with its answer, or with null when its caller had left. */
    void answered(Pending<?> pending, Reply answer);

    /** Nothing more will come. {@code inFlight} are the commands without an answer, in order. */
    void lost(Wire wire, Throwable cause, List<Pending<?>> inFlight);
  }

  private final Transport transport;
  private final Loop loop;
  private final RespParser parser;
  private final Outbox outbox;

  // The loop's: a slot whose command has been answered; the oldest in flight comes after it.
  private Outbox.Slot head;
  private Owner owner;
  private long answerable;
  private volatile boolean handedBack;

  private volatile boolean broken;
  private volatile Throwable cause;
  private volatile long readNanos = System.nanoTime();

  Wire(Transport transport, Loop loop, RespLimits limits, Owner owner) {
    this.transport = transport;
    this.loop = loop;
    this.owner = owner;
    this.parser = new RespParser(limits);
    this.outbox = new Outbox(this, transport, loop);
    this.head = outbox.start();
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
   * Appends a command. With {@code hurry} it is written at once, by this thread if nobody else
   * writes; without, the loop is asked to, so that more can be appended meanwhile.
   *
   * @return false if the wire is broken: nothing was sent, nothing will be
   */
  boolean offer(Pending<?> pending, boolean hurry) {
    return outbox.offer(pending, hurry);
  }

  /** Writes what has been appended, if nobody is about to. */
  void hurry() {
    outbox.hurry();
  }

  /** On the loop: the socket takes bytes again. */
  void writable() {
    outbox.writable();
  }

  // ---- reading: the loop's thread

  void readable(ByteBuffer in) {
    try {
      do {
        read(in.clear());
      } while (transport.holdsMore() && !broken);
    } catch (Throwable problem) {
      // OutOfMemoryError in the middle of a frame included: the next byte would be misread.
      fail(problem);
    }
  }

  private void read(ByteBuffer in) throws IOException {
    int bytes = transport.read(in);
    if (bytes < 0) {
      throw new EOFException("the server closed the connection");
    }
    if (bytes > 0) {
      readNanos = System.nanoTime();
      // What has been read now cannot answer a command that is sent while it is being parsed.
      answerable = outbox.lastTaken();
    }
    in.flip();
    while (!broken && parser.advance(in)) {
      dispatch(bare(parser.reply()));
    }
  }

  /** An error with attributes is an error first of all. */
  private static Reply bare(Reply reply) {
    boolean error =
        reply instanceof Reply.Attributed attributed && attributed.value() instanceof Reply.Error;
    return error ? ((Reply.Attributed) reply).value() : reply;
  }

  private void dispatch(Reply reply) throws IOException {
    if (owner.takes(reply)) {
      return;
    }
    Outbox.Slot slot = oldest();
    if (slot == null || slot.number() > answerable) {
      throw new ProtocolException("the server sent a reply that nobody had asked for");
    }
    Reply answer = slot.pending.gather(reply);
    if (answer != null) {
      passTo(slot, answer);
    }
  }

  /** The oldest command that was sent and has an answer to come, null if there is none. */
  private Outbox.Slot oldest() {
    while (head.next != null && head.next.pending.getsNoReply()) {
      passTo(head.next, null);
    }
    Outbox.Slot slot = head.next;
    return slot == null || slot.pending.stage() != Pending.Stage.SENT ? null : slot;
  }

  private void passTo(Outbox.Slot slot, Reply answer) {
    Pending<?> pending = slot.pending;
    slot.pending = null;
    head = slot;
    owner.answered(pending, answer);
  }

  /** The command that the server has to answer next, null if none is in flight. */
  Pending<?> awaited() {
    Outbox.Slot slot = oldest();
    return slot == null ? null : slot.pending;
  }

  /** Since when nothing has been read, as {@code System.nanoTime()} has it. */
  long readNanos() {
    return readNanos;
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
    loop.wake();
  }

  /** On the loop: breaks the wire if its writer has gone. */
  void failIfStuck(long nowNanos) {
    if (outbox.isStuck(nowNanos)) {
      fail(new Outbox.WriterGone());
    }
  }

  /** On the loop: hands back what was in flight. False while a caller is still writing. */
  boolean handBack() {
    if (outbox.isStuck(System.nanoTime())) {
      // Whatever broke the wire: with the writer it is unknown what was sent.
      cause = new Outbox.WriterGone();
    } else if (outbox.isCallerWriting()) {
      return false;
    }
    if (!handedBack) {
      try {
        owner.lost(this, cause, inFlight());
      } finally {
        // Even if memory ran out on the way: the owner must be able to go on without this wire.
        handedBack = true;
      }
    }
    return true;
  }

  private List<Pending<?>> inFlight() {
    var pending = new ArrayList<Pending<?>>();
    for (Outbox.Slot slot = head.next; slot != null; slot = slot.next) {
      pending.add(slot.pending);
      slot.pending = null;
    }
    return pending;
  }
}
