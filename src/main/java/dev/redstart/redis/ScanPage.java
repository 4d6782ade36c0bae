package dev.redstart.redis;

import java.util.List;
import java.util.Objects;

/**
 * One page of a scan. What was there from the first page to the last is in one of them, perhaps in
 * several; a page may be empty although more follow.
 *
 * @param cursor where the next page begins
 */
public record ScanPage<T>(String cursor, List<T> items) {
  /** The cursor to begin with. */
  public static final String START = "0";

  public ScanPage {
    Words.notEmpty(cursor, "cursor");
    items = List.copyOf(Objects.requireNonNull(items, "items"));
  }

  /** Whether this page was the last one. */
  public boolean isLast() {
    return cursor.equals(START);
  }
}
