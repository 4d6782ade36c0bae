package dev.redstart.resp;

/**
 * How much a peer may send before it is taken for broken or hostile. Immutable; every {@code
 * with...} gives new limits, or an IllegalArgumentException that names the range.
 *
 * <p>A reply beyond a limit ends in a {@link RespException}, as early as the limit is known to be
 * crossed: a length that is too large is refused before its bytes arrive. Limits are those of one
 * parser: many connections to peers that are not trusted want a smaller {@link #withReplyBytes}.
 */
public final class RespLimits {
  /** Deeper than any reply of Redis; shallow enough to compare and print on a small stack. */
  public static final int DEPTH = 128;

  /** What Redis itself accepts for one string, {@code proto-max-bulk-len}. */
  public static final int BULK_BYTES = 512 * 1024 * 1024;

  /** More than a reply that anybody waits for: its list alone takes 64 MiB before any element. */
  public static final int ELEMENTS = 1 << 24;

  /** What Redis itself accepts for one line, {@code PROTO_INLINE_MAX_SIZE}. */
  public static final int LINE_BYTES = 64 * 1024;

  /** Room for the longest string while it grows; more does not belong into one reply. */
  public static final long REPLY_BYTES = 1L << 30;

  /** The part of the heap that one reply may fill: two of them, and what they leave, still fit. */
  public static final int HEAP_SHARE = 4;

  /** Replies are compared and printed by recursion: deeper ones could overflow any stack. */
  private static final int DEPTH_MAX = 1000;

  /** Beyond, the next doubling would exceed the longest array. */
  private static final int ARRAY_MAX = 1 << 30;

  private final int depth;
  private final int bulkBytes;
  private final int elements;
  private final int lineBytes;
  private final long replyBytes;

  private RespLimits(int depth, int bulkBytes, int elements, int lineBytes, long replyBytes) {
    this.depth = depth;
    this.bulkBytes = bulkBytes;
    this.elements = elements;
    this.lineBytes = lineBytes;
    this.replyBytes = replyBytes;
  }

  /**
   * The constants of this class; of {@link #REPLY_BYTES} and the heap's {@link #HEAP_SHARE} the
   * smaller one.
   */
  public static RespLimits defaults() {
    long share = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
    return new RespLimits(DEPTH, BULK_BYTES, ELEMENTS, LINE_BYTES, Math.min(REPLY_BYTES, share));
  }

  /** The same limits with another nesting of aggregates and attributes, at most 1000. */
  public RespLimits withDepth(int depth) {
    return new RespLimits(
        (int) checked("depth", depth, DEPTH_MAX), bulkBytes, elements, lineBytes, replyBytes);
  }

  /** The same limits with another length of one string, at most 1 GiB. */
  public RespLimits withBulkBytes(int bulkBytes) {
    return new RespLimits(
        depth, (int) checked("bulkBytes", bulkBytes, ARRAY_MAX), elements, lineBytes, replyBytes);
  }

  /**
   * The same limits with another number of elements of one aggregate; a pair of a map counts two.
   */
  public RespLimits withElements(int elements) {
    return new RespLimits(
        depth, bulkBytes, (int) checked("elements", elements, ARRAY_MAX), lineBytes, replyBytes);
  }

  /** The same limits with another length of one line. */
  public RespLimits withLineBytes(int lineBytes) {
    return new RespLimits(
        depth, bulkBytes, elements, (int) checked("lineBytes", lineBytes, ARRAY_MAX), replyBytes);
  }

  /**
   * The same limits with another size of one whole reply, counted in the heap that it costs here
   * and not in bytes on the wire: an element such as {@code :1} takes four bytes there and about 48
   * here.
   */
  public RespLimits withReplyBytes(long replyBytes) {
    return new RespLimits(
        depth,
        bulkBytes,
        elements,
        lineBytes,
        checked("replyBytes", replyBytes, Long.MAX_VALUE / 4));
  }

  private static long checked(String name, long value, long max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(name + " must be from 1 to " + max + " but is " + value);
    }
    return value;
  }

  int depth() {
    return depth;
  }

  int bulkBytes() {
    return bulkBytes;
  }

  int elements() {
    return elements;
  }

  int lineBytes() {
    return lineBytes;
  }

  long replyBytes() {
    return replyBytes;
  }
}
