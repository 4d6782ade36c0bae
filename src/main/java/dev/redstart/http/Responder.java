package dev.redstart.http;

import dev.redstart.message.Message;
import dev.redstart.message.MessageSnapshot;

/** Who answers the messages of users: an agent, or whatever hands them to one. */
@FunctionalInterface
public interface Responder {
  /**
   * Takes over an answer. Called on the thread of the user's request, by several at a time, and
   * must return soon: hand it to a queue, or to a thread of its own. Called again for an answer
   * that has not ended when its client repeats the request (with an {@code Idempotency-Key}): what
   * was handed over already should stay as it is.
   *
   * @param question the user's message, complete
   * @param answer empty and open; whatever happens to it, readers see it end only when it is ended.
   *     An exception ends it as failed
   */
  void respond(MessageSnapshot question, Message answer);
}
