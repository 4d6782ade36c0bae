package dev.redstart.harness;

/** A server has answered a test's own command with an error. */
final class RefusedCommand extends AssertionError {

  private static final long serialVersionUID = 1L;

  private final String line;

  RefusedCommand(String command, String line) {
    super("the server's reply to " + command + " was " + line);
    this.line = line;
  }

  /** As it came, such as {@code -MOVED 7 127.0.0.1:12345}. */
  String line() {
    return line;
  }
}
