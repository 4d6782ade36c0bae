package dev.redstart.stream;

/** Handles the entries of a stream. It may be called by several threads at once. */
@FunctionalInterface
public interface MessageHandler {
  /**
   * Handles one entry; it is acknowledged when this returns. It may come again, after a crash or a
   * failure, so that handling it should be idempotent.
   *
   * @throws Exception when it failed: the entry is delivered again later, or goes to the dead
   *     letters
   */
  void handle(StreamMessage message) throws Exception;
}
