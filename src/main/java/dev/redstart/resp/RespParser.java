package dev.redstart.resp;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Makes replies out of bytes, whatever pieces they come in. Knows no socket.
 *
 * <pre>{@code
 * while (parser.advance(in)) {
 *   handle(parser.reply());
 * }
 * }</pre>
 *
 * <p>A push is a frame of its own wherever it comes: also between the elements of an array, which
 * then goes on. Attributes are no frame: they wait for their value. An attribute before a push
 * belongs to the value after the push.
 *
 * <p>No length is believed: what is allocated stays in proportion to what has come, and below
 * {@link RespLimits}. Not thread-safe.
 */
public final class RespParser {
  private final Budget budget;
  private final Lines lines;
  private final Line line = new Line();
  private final Scalars scalars;
  private final Body body;
  private final Nesting nesting;
  private Reply reply;
  private boolean broken;

  /** A parser at the beginning of a stream. */
  public RespParser(RespLimits limits) {
    Objects.requireNonNull(limits, "limits");
    budget = new Budget(limits.replyBytes());
    lines = new Lines(limits.lineBytes());
    scalars = new Scalars(budget);
    body = new Body(limits, budget);
    nesting = new Nesting(limits, budget);
  }

  /**
   * Consumes bytes until a frame is complete, or none are left.
   *
   * @param in a heap or a direct buffer, read from its position, which moves behind the frame or to
   *     the limit; not looked at again after the call
   * @return whether there is a {@link #reply()}
   * @throws RespException if these bytes are not RESP or exceed the limits. Nothing that follows
   *     has a meaning: from then on every call ends like this, and so it does after any other
   *     failure in mid-frame, such as an OutOfMemoryError
   */
  public boolean advance(ByteBuffer in) {
    Objects.requireNonNull(in, "in");
    if (broken) {
      throw new RespException(
          "the parser has stopped at an earlier failure: the connection must be closed");
    }
    // Set before anything can fail: what fails may be the heap or the stack.
    broken = true;
    reply = null;
    while (reply == null && step(in)) {}
    broken = false;
    return reply != null;
  }

  /**
   * The frame that the last call of {@link #advance} completed.
   *
   * @throws IllegalStateException if it completed none
   */
  public Reply reply() {
    if (reply == null) {
      throw new IllegalStateException("no frame is complete: advance must have said true");
    }
    return reply;
  }

  /**
   * Takes the next frame without making a reply of it, if it is a bulk string of at most 64 KiB and
   * all of it is in {@code in}: for who needs no more than a look at its bytes, where they lie.
   *
   * <pre>{@code
   * String text = parser.advanceBulk(in)
   *     ? new String(in.array(), in.arrayOffset() + parser.bulkStart(), parser.bulkLength(), UTF_8)
   *     : null;
   * }</pre>
   *
   * @param in as in {@link #advance}; its position moves behind the frame, or not at all
   * @return whether {@link #bulkStart} and {@link #bulkLength} say where the content lies. False,
   *     whatever the reason, means nothing but that the frame is left to {@link #advance}
   */
  public boolean advanceBulk(ByteBuffer in) {
    Objects.requireNonNull(in, "in");
    if (!isBulkAhead(in)) {
      return false;
    }
    reply = null;
    in.position(bulkStart() + bulkLength() + 2);
    return true;
  }

  private boolean isBulkAhead(ByteBuffer in) {
    return isBetweenFrames()
        && in.hasRemaining()
        && in.get(in.position()) == '$'
        && lines.find(in, line)
        && body.isWhole(in, line.end(), line.plain())
        && budget.allows(Budget.STRING_BYTES + line.plain());
  }

  private boolean isBetweenFrames() {
    return !broken && lines.isEmpty() && body.isEmpty() && nesting.isEmpty();
  }

  /** The index in the buffer, after {@link #advanceBulk} has said true and until the next call. */
  public int bulkStart() {
    return line.end();
  }

  /** The number of bytes, after {@link #advanceBulk} has said true and until the next call. */
  public int bulkLength() {
    return (int) line.plain();
  }

  private boolean step(ByteBuffer in) {
    if (body.isOpen()) {
      return readBody(in);
    }
    if (!in.hasRemaining() || !lines.read(in, line)) {
      return false;
    }
    if (body.isStreamed()) {
      piece();
    } else {
      value(in);
    }
    return true;
  }

  private boolean readBody(ByteBuffer in) {
    boolean complete = body.read(in);
    if (complete && !body.isStreamed()) {
      add(body.take());
    }
    return complete;
  }

  private void add(Reply value) {
    reply = nesting.add(value);
  }

  private void piece() {
    if (line.type() != ';') {
      throw line.misplaced("a piece of a streamed string");
    }
    long length = line.count();
    if (length == 0) {
      add(body.take());
    } else {
      body.expect(length);
    }
  }

  private void value(ByteBuffer in) {
    switch (line.type()) {
      case '$' -> string(in);
      case ':' -> add(Shared.integer(line.integer()));
      case '*', '~', '%' -> aggregate();
      case '>', '|' -> reply = nesting.open(line.type(), line.count());
      case '=', '!' -> body.open(line.type(), line.count());
      case '.' -> endStream();
      default -> add(scalars.read(line));
    }
  }

  private void string(ByteBuffer in) {
    long length = line.length();
    if (length == Line.NULL) {
      add(Reply.NULL);
    } else if (length == Line.STREAMED) {
      body.openStream();
    } else {
      bulk(in, length);
    }
  }

  private void bulk(ByteBuffer in, long length) {
    Reply whole = body.whole(in, length);
    if (whole == null) {
      body.open(line.type(), length);
    } else {
      add(whole);
    }
  }

  private void aggregate() {
    long length = line.length();
    if (length == Line.NULL && line.type() == '*') {
      add(Reply.NULL);
    } else if (length == Line.STREAMED) {
      nesting.openStream(line.type());
    } else {
      reply = nesting.open(line.type(), line.count());
    }
  }

  private void endStream() {
    line.expectEmpty();
    reply = nesting.endStream();
  }
}
