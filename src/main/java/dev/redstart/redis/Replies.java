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

/**
 * The replies that come on a wire: each is passed to the oldest command that has none. For the
 * reader, whoever it is: {@link Inbox} says that there is one at a time.
 */
final class Replies {
  private final Wire wire;
  private final Transport transport;
  private final Outbox outbox;
  private final RespParser parser;
  private final Letters letters = new Letters();

  /** The last command that has been answered; the oldest in flight comes after it. */
  private Outbox.Slot head;

  private long answerable;
  private Reply reply;

  private volatile long readNanos = System.nanoTime();

  Replies(Wire wire, Transport transport, Outbox outbox, RespLimits limits) {
    this.wire = wire;
    this.transport = transport;
    this.outbox = outbox;
    this.parser = new RespParser(limits);
    this.head = outbox.start();
  }

  /** Reads what there is, and passes on what is complete. Whatever goes wrong breaks the wire. */
  void readAll(ByteBuffer in) {
    try {
      do {
        read(in.clear());
      } while (transport.holdsMore() && !wire.isBroken());
    } catch (Throwable problem) {
      // OutOfMemoryError in the middle of a frame included: the next byte would be misread.
      wire.fail(problem);
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
    while (!wire.isBroken() && advance(in)) {
      dispatch(reply);
    }
    reply = null;
    if (bytes > 0) {
      // Not otherwise: what is held for a reply must not go out because somebody gave up.
      outbox.answered(head.number(), readNanos);
    }
  }

  private boolean advance(ByteBuffer in) {
    if (wantsText() && parser.advanceBulk(in)) {
      reply = new Reply.Simple(letters.text(in, parser.bulkStart(), parser.bulkLength()));
      return true;
    }
    boolean complete = parser.advance(in);
    reply = complete ? bare(parser.reply()) : null;
    return complete;
  }

  private boolean wantsText() {
    Outbox.Slot slot = oldest();
    return slot != null && slot.pending.order.reading() == Reading.OPTIONAL_TEXT;
  }

  /** An error with attributes is an error first of all. */
  private static Reply bare(Reply reply) {
    boolean error =
        reply instanceof Reply.Attributed attributed && attributed.value() instanceof Reply.Error;
    return error ? ((Reply.Attributed) reply).value() : reply;
  }

  private void dispatch(Reply reply) throws IOException {
    if (wire.owner().takes(reply)) {
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
    wire.owner().answered(pending, answer);
  }

  /** The command that the server has to answer next, null if none is in flight. */
  Pending<?> awaited() {
    Outbox.Slot slot = oldest();
    return slot == null ? null : slot.pending;
  }

  /** Whether all that was appended has been answered. */
  boolean areAllHere() {
    return outbox.lastAppended() == head.number();
  }

  /** Since when nothing has been read, as {@code System.nanoTime()} has it. */
  long readNanos() {
    return readNanos;
  }

  /** Takes what has no answer, in order: nothing more will come. */
  List<Pending<?>> takeInFlight() {
    var pending = new ArrayList<Pending<?>>();
    for (Outbox.Slot slot = head.next; slot != null; slot = slot.next) {
      pending.add(slot.pending);
      slot.pending = null;
    }
    return pending;
  }
}
