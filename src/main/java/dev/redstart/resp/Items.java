package dev.redstart.resp;

import java.util.AbstractList;
import java.util.RandomAccess;

/** The elements of a reply. Cannot be changed; one object less than the JDK takes for that. */
final class Items extends AbstractList<Reply> implements RandomAccess {
  private final Reply[] items;

  /** The array is handed over. */
  Items(Reply[] items) {
    this.items = items;
  }

  @Override
  public Reply get(int index) {
    return items[index];
  }

  @Override
  public int size() {
    return items.length;
  }
}
