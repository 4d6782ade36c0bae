package dev.redstart.redis;

/** What a scan looks for, and how much of it at once. Immutable. */
public final class Scan {
  private static final Scan ALL = new Scan("", 0, "");

  private final String pattern;
  private final long count;
  private final String type;

  private Scan(String pattern, long count, String type) {
    this.pattern = pattern;
    this.count = count;
    this.type = type;
  }

  /** Everything, about ten a page. */
  public static Scan all() {
    return ALL;
  }

  /**
   * Only names that match a glob pattern such as {@code run:*:events}. The server looks at every
   * name all the same: pages of a rare one are mostly empty.
   */
  public static Scan matching(String pattern) {
    return new Scan(Words.notEmpty(pattern, "pattern"), 0, "");
  }

  /**
   * The same scan, with about {@code count} names looked at for one page.
   *
   * @throws IllegalArgumentException if {@code count} is not positive
   */
  public Scan withCount(long count) {
    return new Scan(pattern, Words.positive(count, "count"), type);
  }

  /** The same scan, of one Redis type ({@code zset}); of {@link Keys#scan} only. */
  public Scan withType(String type) {
    return new Scan(pattern, count, Words.notEmpty(type, "type"));
  }

  Words after(Words words, String cursor) {
    words.add(Words.notEmpty(cursor, "cursor"));
    if (!pattern.isEmpty()) {
      words.add("MATCH").add(pattern);
    }
    if (count > 0) {
      words.add("COUNT").add(count);
    }
    return type.isEmpty() ? words : words.add("TYPE").add(type);
  }

  /** For scans within one key. */
  Words within(Words words, String cursor) {
    if (!type.isEmpty()) {
      throw new IllegalArgumentException("scan: a type is for scans of the keys, was " + type);
    }
    return after(words, cursor);
  }

  @Override
  public String toString() {
    return "Scan[pattern=%s, count=%d, type=%s]".formatted(pattern, count, type);
  }
}
