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
import java.util.concurrent.locks.ReentrantLock;

/**
 * The replies on a wire, and the reading of them. At most one thread at a time is the
 * <em>reader</em>. For a crowd that is the loop, which wakes each caller when its reply has come. A
 * caller that has the wire to itself reads its own reply: handing it from thread to thread would
 * cost more than all the rest of the call. It reads for whoever comes meanwhile, too, and leaves to
 * the loop what is still to come once it has its own reply.
 *
 * <p>While a caller reads, the loop is not told of what arrives: both would wake up for each reply,
 * and the loop would be first now and then. It watches again with its next tick, so that an idle
 * connection is never without somebody who notices its end. For the same reason a caller whose
 * reply does not come soon leaves it to the loop, which has a look at how long things take.
 */
final class Inbox {
  private enum Reader {
    NOBODY,
    LOOP,
    CALLER
  }

  /** A thread that has awaited so many replies in a row, without others, has the wire to itself. */
  private static final int ALONE_IN_A_ROW = 8;

  /**
   * A caller that reads and has brought nothing for so many ticks, seconds, never will. Ticks, not
   * time: after a pause of the whole machine the caller has to have its turn, too.
   */
  private static final int STUCK_TICKS = 50;

  private final Wire wire;
  private final Transport transport;
  private final Loop loop;
  private final Outbox outbox;
  private final RespParser parser;

  // The reader's: a slot whose command has been answered; the oldest in flight comes after it.
  private Outbox.Slot head;
  private long answerable;
  private Reply reply;
  private final Letters letters = new Letters();

  private volatile long readNanos = System.nanoTime();

  // The loop's: what the last tick saw.
  private long seenNanos;
  private long seenLoans;
  private int silentTicks;

  /** Guards everything below, up to the next blank line. */
  private final ReentrantLock role = new ReentrantLock();

  private Reader reader = Reader.NOBODY;
  private long last;
  private int inARow;

  /** Whether the loop is told of what arrives. Written under the lock. */
  private volatile boolean watched = true;

  /** The thread that reads, 0 if it is no caller. */
  private volatile long lentTo;

  /** How often a caller has become the reader. */
  private volatile long loans;

  /** Made for the first caller that reads. Without one, for lack of files, none ever does. */
  private volatile Ear ear;

  private boolean deaf;

  Inbox(Wire wire, Transport transport, Loop loop, Outbox outbox, RespLimits limits) {
    this.wire = wire;
    this.transport = transport;
    this.loop = loop;
    this.outbox = outbox;
    this.parser = new RespParser(limits);
    this.head = outbox.start();
  }

  // ---- the loop as the reader

  /** On the loop: the socket has something. */
  void readable(ByteBuffer in) {
    if (enter()) {
      try {
        readAll(in);
      } finally {
        leave();
      }
    }
  }

  /** On the loop, with each tick: looks at what is in flight, unless a caller reads. */
  void tick(Runnable look) {
    if (enter()) {
      silentTicks = 0;
      try {
        look.run();
      } finally {
        leave();
      }
    } else {
      boolean silent = seenLoans == loans && seenNanos == readNanos;
      silentTicks = silent ? silentTicks + 1 : 0;
      seenLoans = loans;
      seenNanos = readNanos;
    }
  }

  /** On the loop: makes it the reader, and lets it watch, unless a caller reads. */
  private boolean enter() {
    role.lock();
    try {
      boolean free = reader != Reader.CALLER;
      watched = free;
      // Whatever was asked for before: this heals it.
      obey();
      reader = free ? Reader.LOOP : reader;
      return free;
    } finally {
      role.unlock();
    }
  }

  /** Lets the loop watch, since something is sent that nobody may be going to wait for. */
  void watch() {
    role.lock();
    try {
      if (reader != Reader.CALLER) {
        watch(true);
      }
    } finally {
      role.unlock();
    }
  }

  private void watch(boolean wanted) {
    if (watched != wanted) {
      loop.run(this::obey);
      watched = wanted;
    }
  }

  /** On the loop: watches or not, as it is wanted by now, and not as it was when this was asked. */
  private void obey() {
    role.lock();
    try {
      loop.watchReads(wire, watched);
    } finally {
      role.unlock();
    }
  }

  private void leave() {
    role.lock();
    try {
      reader = Reader.NOBODY;
    } finally {
      role.unlock();
    }
  }

  // ---- a caller as the reader

  /**
   * Somebody waits for {@code pending}. Returns when it is done, if this thread was made the
   * reader; at once if not: somebody else will read.
   *
   * @param mayRead whether this thread may be the reader at all
   */
  void attend(Pending<?> pending, boolean mayRead) {
    StackReserve.check();
    if (borrow(pending, mayRead)) {
      try {
        readFor(pending);
      } catch (Throwable problem) {
        // Errors too: the next reader could not know where this one stopped.
        wire.fail(problem);
      } finally {
        ear.leave();
        giveBack();
      }
    }
  }

  private boolean borrow(Pending<?> pending, boolean mayRead) {
    role.lock();
    try {
      boolean free = reader == Reader.NOBODY && !wire.isBroken();
      if (isAlone() && free && mayRead && hasEar()) {
        // At once, not when the loop has woken up in vain: it might be first again and again.
        watch(false);
        lentTo = last;
        loans++;
        reader = Reader.CALLER;
        return true;
      }
      if (free) {
        watch(true);
      }
      return false;
    } finally {
      role.unlock();
    }
  }

  private boolean isAlone() {
    long me = Thread.currentThread().getId();
    inARow = me == last ? inARow + 1 : 0;
    last = me;
    return inARow >= ALONE_IN_A_ROW;
  }

  private boolean hasEar() {
    try {
      ear = ear == null && !deaf ? Ear.open(transport.channel()) : ear;
    } catch (IOException | OutOfMemoryError noneLeft) {
      // The loop reads as well, only with a hand-over.
      deaf = true;
    }
    return ear != null;
  }

  private void readFor(Pending<?> pending) throws IOException {
    ear.listenFor(pending);
    while (!pending.isSettled() && !wire.isBroken() && ear.hears(pending.deadlineNanos)) {
      readAll(ear.buffer());
    }
  }

  private void giveBack() {
    role.lock();
    try {
      lentTo = 0;
      reader = Reader.NOBODY;
      if (outbox.lastAppended() != head.number()) {
        watch(true);
      }
    } finally {
      role.unlock();
    }
    if (wire.isBroken()) {
      loop.wake();
    }
  }

  /** Whether somebody reads what comes: the loop, or a caller. */
  boolean isAttended() {
    return watched || lentTo != 0;
  }

  /** Whether this thread is a caller that reads: nothing of the users' may run on it. */
  boolean isMine() {
    return lentTo == Thread.currentThread().getId();
  }

  /** Wakes the caller that reads, if there is one: the wire is broken. */
  void wake() {
    Ear present = ear;
    if (present != null) {
      present.wake();
    }
  }

  /** On the loop: whether a caller reads. Until it has left, nothing here is to be touched. */
  boolean isLent() {
    role.lock();
    try {
      return reader == Reader.CALLER;
    } finally {
      role.unlock();
    }
  }

  /** On the loop: whether a caller became the reader and never came back. */
  boolean isStuck() {
    return silentTicks > STUCK_TICKS;
  }

  // ---- reading: the reader

  private void readAll(ByteBuffer in) {
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

  /** Since when nothing has been read, as {@code System.nanoTime()} has it. */
  long readNanos() {
    return readNanos;
  }

  // ---- the end: the loop

  List<Pending<?>> takeInFlight() {
    var pending = new ArrayList<Pending<?>>();
    for (Outbox.Slot slot = head.next; slot != null; slot = slot.next) {
      pending.add(slot.pending);
      slot.pending = null;
    }
    return pending;
  }

  void close() {
    Ear present = ear;
    if (present != null) {
      present.close();
    }
  }
}
