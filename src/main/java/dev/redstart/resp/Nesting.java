package dev.redstart.resp;

import java.util.Arrays;

/** The aggregates that have begun and not ended, the innermost last. */
final class Nesting {
  private final RespLimits limits;
  private final Budget budget;
  private Level[] levels = new Level[8];
  private int depth;

  Nesting(RespLimits limits, Budget budget) {
    this.limits = limits;
    this.budget = budget;
  }

  /** Whether no aggregate is open. */
  boolean isEmpty() {
    return depth == 0;
  }

  /** A value has come. Returns the frame that it completes, or null. */
  Reply add(Reply value) {
    Reply rising = value;
    while (depth > 0) {
      put(levels[depth - 1], rising);
      rising = closedIfFull();
      if (rising == null || rising instanceof Reply.Push) {
        return rising;
      }
    }
    budget.reset(0);
    return rising;
  }

  private void put(Level top, Reply value) {
    if (top.isStreamed()) {
      checkCount(top.type(), top.size() + 1L, limits.elements());
      budget.charge(Budget.ELEMENT_BYTES);
    }
    top.add(value);
  }

  /**
   * An aggregate begins, of so many elements or pairs. Returns the frame that it completes, having
   * none, or null.
   */
  Reply open(byte type, long count) {
    int each = isOfPairs(type) ? 2 : 1;
    checkCount(type, count, limits.elements() / each);
    int items = (int) count * each;
    long costBefore = budget.used();
    budget.charge(Budget.AGGREGATE_BYTES + (long) Budget.ELEMENT_BYTES * items);
    next().open(type, items, costBefore);
    return risen(closedIfFull());
  }

  /** An aggregate begins that says at its end that it ends. */
  void openStream(byte type) {
    long costBefore = budget.used();
    budget.charge(Budget.AGGREGATE_BYTES);
    next().openStream(type, costBefore);
  }

  /** That end. Returns the frame that it completes, or null. */
  Reply endStream() {
    if (depth == 0 || !levels[depth - 1].isStreamed()) {
      throw new RespException(
          "expected a value but found '.', the end of an aggregate that is not open");
    }
    Level top = levels[depth - 1];
    if (isOfPairs(top.type()) && top.size() % 2 != 0) {
      throw new RespException("expected the value to a key of a map but found its end, '.'");
    }
    return risen(closed(top));
  }

  private Reply risen(Reply closed) {
    return closed == null || closed instanceof Reply.Push ? closed : add(closed);
  }

  private Reply closedIfFull() {
    Level top = levels[depth - 1];
    return top.isFull() && !top.turnsToValue() ? closed(top) : null;
  }

  // What a push has cost is given back at once: it is delivered now, in the midst of the others.
  private Reply closed(Level top) {
    depth--;
    Reply value = top.take();
    if (value instanceof Reply.Push) {
      budget.reset(top.costBefore());
    }
    return value;
  }

  private Level next() {
    if (depth == limits.depth()) {
      throw new RespException(
          "aggregates are nested deeper than the limit of "
              + limits.depth()
              + " (RespLimits.withDepth)");
    }
    if (depth == levels.length) {
      levels = Arrays.copyOf(levels, 2 * depth);
    }
    if (levels[depth] == null) {
      levels[depth] = new Level();
    }
    return levels[depth++];
  }

  private static void checkCount(byte type, long count, int most) {
    if (count > most) {
      throw new RespException(
          "'"
              + (char) type
              + "' brings "
              + count
              + " elements, more than the limit of "
              + most
              + " (RespLimits.withElements)");
    }
  }

  private static boolean isOfPairs(byte type) {
    return type == '%' || type == '|';
  }
}
