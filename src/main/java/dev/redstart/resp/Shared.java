package dev.redstart.resp;

/** Values that come so often that there is only one of each. */
final class Shared {
  static final Reply.Bool TRUE = new Reply.Bool(true);
  static final Reply.Bool FALSE = new Reply.Bool(false);

  private static final Reply.Simple OK = new Reply.Simple("OK");
  private static final Reply.Simple PONG = new Reply.Simple("PONG");
  private static final Reply.Simple QUEUED = new Reply.Simple("QUEUED");
  private static final Reply.Int[] INTS = ints(128);

  private Shared() {}

  private static Reply.Int[] ints(int count) {
    Reply.Int[] ints = new Reply.Int[count];
    for (int i = 0; i < count; i++) {
      ints[i] = new Reply.Int(i);
    }
    return ints;
  }

  static Reply.Int integer(long value) {
    return value >= 0 && value < INTS.length ? INTS[(int) value] : new Reply.Int(value);
  }

  /** The shared one, or a new one with the text of the line. */
  static Reply.Simple simple(Line line) {
    return switch (line.size()) {
      case 2 -> simple(line, OK);
      case 4 -> simple(line, PONG);
      case 6 -> simple(line, QUEUED);
      default -> new Reply.Simple(line.text());
    };
  }

  private static Reply.Simple simple(Line line, Reply.Simple likely) {
    return line.is(likely.text()) ? likely : new Reply.Simple(line.text());
  }
}
