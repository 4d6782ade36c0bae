package dev.redstart.cli;

import java.util.Objects;

/**
 * A private server could not be had: none is installed, or it did not start. No server process is
 * left behind. The message is meant for people and is complete without the stack trace.
 */
public final class NoServerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean portTaken;

  /**
   * @throws NullPointerException if the message is null
   */
  public NoServerException(String message) {
    this(Objects.requireNonNull(message, "message"), false);
  }

  NoServerException(String message, boolean portTaken) {
    super(message);
    this.portTaken = portTaken;
  }

  NoServerException(String message, Throwable cause) {
    super(message, cause);
    this.portTaken = false;
  }

  static NoServerException notInstalled() {
    return new NoServerException(
        "Found neither "
            + String.join(" nor ", PrivateServer.PROGRAMS)
            + " on the PATH; get one with 'apt install redis-server', 'dnf install redis',"
            + " 'apk add redis' or 'brew install redis', or run 'make', which installs it.");
  }

  /** Another process took the port between our choice and the server's bind. */
  boolean portTaken() {
    return portTaken;
  }
}
