package dev.redstart.stream;

import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * What became of a delivery, to be told to Redis.
 *
 * @param detail what belongs to the verb: see settle.lua
 * @param done completed with false if the delivery was lost before
 */
record Settlement(Delivery delivery, Verb verb, String detail, CompletableFuture<Boolean> done) {
  enum Verb {
    /** Handled. */
    ACK,
    /** Failed, and to be tried again in place. */
    AGAIN,
    /** Failed, and to be delivered again. */
    WAIT,
    /** Not handled, through no fault of its own. */
    BACK,
    /** Given up. */
    DEAD;

    /** As the script knows it. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
