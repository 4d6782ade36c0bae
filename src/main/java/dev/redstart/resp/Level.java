package dev.redstart.resp;

import java.util.Arrays;
import java.util.List;

/** One aggregate while its elements arrive. Used again for the next one. */
final class Level {
  /** Slots that a claimed number of elements gets in advance. */
  private static final int BELIEVED_ITEMS = 64;

  /** Slots that an aggregate of unknown size starts with. */
  private static final int FIRST_ITEMS = 8;

  private static final int STREAMED = -1;

  private byte type;
  private Reply[] items;
  private int size;
  private int expected;
  private Reply.Map attributes;
  private long costBefore;

  void open(byte type, int expected, long costBefore) {
    this.type = type;
    this.costBefore = costBefore;
    expect(expected);
  }

  void openStream(byte type, long costBefore) {
    open(type, STREAMED, costBefore);
  }

  private void expect(int count) {
    expected = count;
    size = 0;
    items = new Reply[count == STREAMED ? FIRST_ITEMS : Math.min(count, BELIEVED_ITEMS)];
  }

  /** Whether a dot ends it, and not a number of elements. */
  boolean isStreamed() {
    return expected == STREAMED;
  }

  boolean isFull() {
    return size == expected;
  }

  int size() {
    return size;
  }

  byte type() {
    return type;
  }

  long costBefore() {
    return costBefore;
  }

  void add(Reply item) {
    if (size == items.length) {
      long next = isStreamed() ? 2L * size : Math.min(2L * size, expected);
      items = Arrays.copyOf(items, (int) next);
    }
    items[size++] = item;
  }

  /** Whether these were attributes, which now wait for the value that they belong to. */
  boolean turnsToValue() {
    if (type != '|' || attributes != null) {
      return false;
    }
    attributes = new Reply.Map(list());
    expect(1);
    return true;
  }

  /** The aggregate that is complete now. */
  Reply take() {
    Reply value = value();
    items = null;
    attributes = null;
    return value;
  }

  private Reply value() {
    return switch (type) {
      case '*' -> new Reply.Array(list());
      case '~' -> new Reply.Set(list());
      case '%' -> new Reply.Map(list());
      case '>' -> new Reply.Push(list());
      default -> new Reply.Attributed(attributes, items[0]);
    };
  }

  private List<Reply> list() {
    Reply[] exact = size == items.length ? items : Arrays.copyOf(items, size);
    return size == 0 ? List.of() : new Items(exact);
  }
}
