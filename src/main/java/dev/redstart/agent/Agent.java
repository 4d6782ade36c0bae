package dev.redstart.agent;

/**
 * Whoever can answer. Plain code that may block: it runs on a thread of its own. One agent answers
 * several messages at a time, so it must be thread-safe.
 */
@FunctionalInterface
public interface Agent {
  /**
   * Answers. The answer is complete when this returns.
   *
   * <p>The thread is interrupted when nobody wants the answer any more, or when this instance is to
   * stop; the agent should return soon then, by whatever exception.
   *
   * @param prompt what to answer
   * @param answer takes it, piece by piece
   * @throws AgentException if there is no answer, with a sentence for whoever reads the message
   * @throws Exception if there is no answer; readers are told no more than the exception's type,
   *     which is logged
   */
  void answer(Prompt prompt, Answer answer) throws Exception;
}
