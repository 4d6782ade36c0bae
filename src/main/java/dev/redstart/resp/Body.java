package dev.redstart.resp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One string while its bytes arrive, in one piece or, streamed, in many. */
final class Body {
  /** Claimed lengths up to here are believed; beyond, the array grows with what has come. */
  static final int BELIEVED_BYTES = 64 * 1024;

  /** How many times what has come may be allocated for what is claimed. */
  private static final int TRUST = 8;

  /** Three letters and a colon before a verbatim string. */
  private static final int FORMAT_BYTES = 4;

  /** A streamed string costs this many times itself: an array that doubles, and the last copy. */
  private static final int STREAM_COST = 3;

  private static final int ARRAY_MAX = Integer.MAX_VALUE - 8;
  private static final byte[] NONE = {};

  private final RespLimits limits;
  private final Budget budget;
  private final int wholeMax;

  private byte type;
  private boolean streamed;
  private boolean open;
  private byte[] bytes = NONE;
  private int length;
  private int wanted;
  private int endSeen;
  private long costBefore;

  Body(RespLimits limits, Budget budget) {
    this.limits = limits;
    this.budget = budget;
    wholeMax = Math.min(BELIEVED_BYTES, limits.bulkBytes());
  }

  /**
   * The bulk string of so many bytes that comes next, if all of it is there and it is not large;
   * otherwise null: {@link #open} then takes what there is, or says what is wrong.
   */
  Reply whole(ByteBuffer in, long claimed) {
    if (!isWhole(in, in.position(), claimed)) {
      return null;
    }
    budget.charge(Budget.STRING_BYTES + claimed);
    byte[] content = new byte[(int) claimed];
    in.get(content).position(in.position() + 2);
    return new Reply.Bulk(content);
  }

  /** Whether so many bytes lie there from that index on, with CR LF, and may be taken at once. */
  boolean isWhole(ByteBuffer in, int from, long claimed) {
    if (claimed < 0 || claimed > wholeMax || claimed > in.limit() - from - 2) {
      return false;
    }
    int end = from + (int) claimed;
    return in.get(end) == '\r' && in.get(end + 1) == '\n';
  }

  /** Starts a string of so many bytes, of the type {@code $}, {@code =} or {@code !}. */
  void open(byte type, long claimed) {
    start(type, false);
    expect(claimed);
  }

  /** Starts a bulk string that comes in pieces. */
  void openStream() {
    start((byte) '$', true);
    budget.charge(Budget.AGGREGATE_BYTES);
  }

  private void start(byte type, boolean streamed) {
    this.type = type;
    this.streamed = streamed;
    bytes = NONE;
    length = 0;
    wanted = 0;
    costBefore = budget.used();
  }

  /** So many bytes come next, and CR LF. */
  void expect(long more) {
    if (more > limits.bulkBytes() - wanted) {
      throw tooLong(wanted + Math.min(more, Long.MAX_VALUE - wanted));
    }
    if (type == '=' && more < FORMAT_BYTES) {
      throw new RespException("expected a verbatim string of 4 bytes or more but found " + more);
    }
    budget.charge(peakCost((int) more));
    wanted += (int) more;
    endSeen = 0;
    open = true;
  }

  private RespException tooLong(long claimed) {
    return new RespException(
        "a string claims "
            + claimed
            + " bytes, more than the limit of "
            + limits.bulkBytes()
            + " (RespLimits.withBulkBytes)");
  }

  /** Whether bytes have been announced and not all been read. */
  boolean isOpen() {
    return open;
  }

  /** Whether there is no string that has begun and not ended. */
  boolean isEmpty() {
    return !open && !streamed;
  }

  /** Whether pieces may follow. */
  boolean isStreamed() {
    return streamed;
  }

  /** Takes what {@code in} has; true if everything announced is there. */
  boolean read(ByteBuffer in) {
    while (length < wanted && in.hasRemaining()) {
      reserve(in.remaining());
      int count = Math.min(Math.min(bytes.length, wanted) - length, in.remaining());
      in.get(bytes, length, count);
      length += count;
    }
    open = length < wanted || !readEnd(in);
    return !open;
  }

  private void reserve(int coming) {
    if (length == bytes.length) {
      long sure = (long) length + Math.min(coming, wanted - length);
      long next = streamed ? Math.max(64, 2 * sure) : capacity(sure);
      bytes = Arrays.copyOf(bytes, (int) Math.min(next, ARRAY_MAX));
    }
  }

  // The last step starts from less than half of the length, so that the old array and the new one
  // together take at most one and a half times the length: this is what peakCost counts.
  private long capacity(long sure) {
    boolean near = wanted <= BELIEVED_BYTES || sure * TRUST >= wanted;
    return near ? wanted : Math.max(BELIEVED_BYTES, sure * (TRUST / 2));
  }

  private boolean readEnd(ByteBuffer in) {
    while (endSeen < 2 && in.hasRemaining()) {
      byte next = in.get();
      if (next != (endSeen == 0 ? '\r' : '\n')) {
        throw new RespException(
            "expected CR LF after a string of " + wanted + " bytes but found " + Shown.of(next));
      }
      endSeen++;
    }
    return endSeen == 2;
  }

  /** The string that is complete now. */
  Reply take() {
    Reply value = value();
    budget.reset(costBefore);
    budget.charge(keptCost(length));
    bytes = NONE;
    streamed = false;
    return value;
  }

  private Reply value() {
    return switch (type) {
      case '=' -> verbatim();
      case '!' -> new Reply.Error(new String(bytes, StandardCharsets.UTF_8));
      default -> new Reply.Bulk(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
    };
  }

  private Reply verbatim() {
    String format = VerbatimFormat.of(bytes);
    if (bytes[FORMAT_BYTES - 1] != ':' || !VerbatimFormat.isValid(format)) {
      throw new RespException(
          "expected a format of three letters and a colon but found "
              + Shown.bytes(ByteBuffer.wrap(bytes), 0, FORMAT_BYTES));
    }
    return new Reply.Verbatim(format, Arrays.copyOfRange(bytes, FORMAT_BYTES, length));
  }

  private long peakCost(int more) {
    return streamed ? (long) STREAM_COST * more : keptCost(more) + copiesCost(more);
  }

  // Decoding the text of an error takes an array of bytes, one of chars, and their last copy.
  private long copiesCost(int bytes) {
    return switch (type) {
      case '!' -> 4L * bytes;
      case '=' -> bytes;
      default -> bytes > BELIEVED_BYTES ? bytes / 2 : 0;
    };
  }

  // The text of an error takes two bytes for each byte that is no ASCII; a verbatim string has a
  // second text, its format.
  private long keptCost(int bytes) {
    return switch (type) {
      case '!' -> Budget.STRING_BYTES + 2L * bytes;
      case '=' -> 2 * Budget.STRING_BYTES + bytes;
      default -> Budget.STRING_BYTES + bytes;
    };
  }
}
