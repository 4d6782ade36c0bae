package dev.redstart.redis;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a {@link Subscription} tells: a message, or that some may have been missed. */
public sealed interface Notice {
  /**
   * A published message.
   *
   * @param channel where it was published
   * @param pattern the pattern that matched, for pattern subscriptions
   * @param payload its bytes; not to be modified
   */
  record Message(String channel, Optional<String> pattern, byte[] payload) implements Notice {
    /** The payload as UTF-8. */
    public String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return "Message[" + channel + ": " + text() + "]";
    }
  }

  /**
   * Messages may have been missed just before this: the connection had broken (the subscription is
   * in force again by now), or the reader was slower than its queue is long. Read what the messages
   * announce from where it is stored.
   */
  record Gap() implements Notice {}
}
