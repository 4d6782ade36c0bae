package dev.redstart.stream;

/** Handles the entries of a stream, and says whether it could. */
@FunctionalInterface
public interface MessagePredicate {
  /**
   * Like {@link MessageHandler#handle}, but the entry is acknowledged only when this returns true.
   * False is a failure, as an exception is.
   */
  boolean handle(StreamMessage message) throws Exception;
}
