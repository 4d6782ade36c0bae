package dev.redstart.resp;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Finds the next line: where it lies, if it lies there whole; otherwise what came is held until the
 * rest comes.
 */
final class Lines {
  private static final String TYPES = "+-:$*_#,(!=~%>|;.";

  private final int limit;
  private ByteBuffer held = ByteBuffer.allocate(64);

  Lines(int limit) {
    this.limit = limit;
  }

  /** Takes one line out of {@code in}, which is not empty; false if it does not end there. */
  boolean read(ByteBuffer in, Line line) {
    return isEmpty() && readWhole(in, line) || readOn(in, line);
  }

  /** Whether nothing is held. */
  boolean isEmpty() {
    return held.position() == 0;
  }

  /** Finds the next line without taking it, if it lies there whole and is a good one. */
  boolean find(ByteBuffer in, Line line) {
    int start = in.position() + 1;
    return line.find(in, start, (int) Math.min(in.limit() - 1L, 1L + start + limit));
  }

  // Knows good lines only: for all others, the slow way below finds the words.
  private boolean readWhole(ByteBuffer in, Line line) {
    if (!find(in, line)) {
      return false;
    }
    in.position(line.end());
    return true;
  }

  private boolean readOn(ByteBuffer in, Line line) {
    if (isEmpty()) {
      checkType(in);
      held.put(in.get());
    }
    while (in.hasRemaining()) {
      if (endsWith(in.get())) {
        int lf = held.position() - 1;
        held.position(0);
        return line.find(held, 1, lf);
      }
    }
    return false;
  }

  private static void checkType(ByteBuffer in) {
    if (TYPES.indexOf(in.get(in.position())) < 0) {
      throw Line.misplaced("the start of a value", in, in.position(), in.limit());
    }
  }

  private boolean endsWith(byte last) {
    boolean afterCr = held.get(held.position() - 1) == '\r';
    if (afterCr != (last == '\n')) {
      throw brokenEnd(last);
    }
    if (held.position() > limit && !afterCr && last != '\r') {
      throw tooLong();
    }
    keep(last);
    return afterCr;
  }

  private void keep(byte last) {
    if (!held.hasRemaining()) {
      held = ByteBuffer.wrap(Arrays.copyOf(held.array(), 2 * held.capacity()));
      held.position(held.capacity() / 2);
    }
    held.put(last);
  }

  private RespException brokenEnd(byte last) {
    return new RespException(
        "expected CR LF at the end of the line "
            + Shown.bytes(held, 0, held.position())
            + " but found "
            + Shown.of(last));
  }

  private RespException tooLong() {
    return new RespException(
        "the line "
            + Shown.bytes(held, 0, held.position())
            + " is longer than the limit of "
            + limit
            + " bytes (RespLimits.withLineBytes)");
  }
}
