package dev.redstart.a2a;

/** An agent: what it does with a message. */
@FunctionalInterface
public interface MessageProcessor {
  /**
   * Works on a message, on a thread of its own, for as long as it takes. What it says by the handle
   * is stored and told at once. It is interrupted if the task is canceled meanwhile, or lost to
   * this instance.
   *
   * <p>It must end with an answer, or with a task that is over or waits for its client: a task that
   * it leaves in another state, or by an exception, fails; the exception's message is logged, and
   * not told to clients.
   */
  void process(ProcessRequest request, TaskHandle handle) throws Exception;
}
