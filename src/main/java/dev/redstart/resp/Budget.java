package dev.redstart.resp;

/**
 * What the unfinished reply costs in heap, and the most it may. Costs are those of a 64-bit JVM,
 * rounded up, and are charged when a length is claimed: before anything is allocated for it.
 */
final class Budget {
  /** One element: its object and its slot in a list that doubles. */
  static final int ELEMENT_BYTES = 48;

  /** One aggregate: its record, its list, the first few slots. */
  static final int AGGREGATE_BYTES = 160;

  /** A text or an array beyond the object that {@link #ELEMENT_BYTES} covers. */
  static final int STRING_BYTES = 32;

  private final long limit;
  private long used;

  Budget(long limit) {
    this.limit = limit;
  }

  boolean allows(long bytes) {
    return bytes <= limit - used;
  }

  void charge(long bytes) {
    if (!allows(bytes)) {
      throw new RespException(
          "the reply would take more than the limit of "
              + limit
              + " bytes of heap: raise RespLimits.withReplyBytes, or ask for less at once");
    }
    used += bytes;
  }

  long used() {
    return used;
  }

  /** Goes back to what {@link #used} said before. */
  void reset(long before) {
    used = before;
  }
}
