package dev.redstart.cli;

/** The words on the command line make no sense; the message says why, in one sentence. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
