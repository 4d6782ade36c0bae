package dev.redstart.redis;

/** One attempt to connect failed. The message is a whole sentence, fit for users. */
final class NoConnection extends Exception {
  private static final long serialVersionUID = 1L;
  private final boolean worthRetrying;

  NoConnection(String sentence, boolean worthRetrying, Throwable cause) {
    super(sentence, cause);
    this.worthRetrying = worthRetrying;
  }

  /** False when the same attempt would fail in the same way: a wrong password, a wrong protocol. */
  boolean worthRetrying() {
    return worthRetrying;
  }

  RedisException.Unavailable toUnavailable() {
    return new RedisException.Unavailable(getMessage(), this);
  }
}
