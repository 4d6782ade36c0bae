package dev.redstart.json;

/** The text is not JSON, or JSON beyond the limits that {@link Json} names. */
public final class JsonParseException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int line;
  private final int column;

  private JsonParseException(String problem, int line, int column) {
    super(problem + " at line " + line + ", column " + column);
    this.line = line;
    this.column = column;
  }

  /** A problem at this place of a document in UTF-8, which must be sound before that place. */
  static JsonParseException at(byte[] utf8, int where, String problem) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < where; i++) {
      if (utf8[i] == '\n') {
        line++;
        column = 1;
      } else if ((utf8[i] & 0xC0) != 0x80) {
        column++;
      }
    }
    return new JsonParseException(problem, line, column);
  }

  /** The line of the problem. The first is 1; a line ends with a line feed (U+000A). */
  public int line() {
    return line;
  }

  /**
   * The place of the problem in its line, in characters (Unicode code points, so an emoji is one).
   * The first is 1; if the document ended too early, it is one more than the last.
   */
  public int column() {
    return column;
  }
}
