package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/** Something that can be subscribed to. */
record Topic(Kind kind, String name) {
  /** The words of the protocol for each kind. */
  enum Kind {
    CHANNEL("SUBSCRIBE", "UNSUBSCRIBE", "message"),
    /** Belongs to a slot of a cluster, as a key does. */
    SHARD("SSUBSCRIBE", "SUNSUBSCRIBE", "smessage"),
    PATTERN("PSUBSCRIBE", "PUNSUBSCRIBE", "pmessage");

    final String subscribe;
    final String unsubscribe;
    final String message;

    Kind(String subscribe, String unsubscribe, String message) {
      this.subscribe = subscribe;
      this.unsubscribe = unsubscribe;
      this.message = message;
    }

    RedisException refused(Reply.Error error, Order<?> order) {
      if (this == SHARD && error.text().startsWith("ERR unknown command")) {
        String text = order.sentence("the server has no sharded channels; Redis 7.0 or later has");
        return new RedisException.Rejected(error.code(), text, false);
      }
      return ServerErrors.rejected(error, order, false);
    }

    static Optional<Kind> ofMessage(String word) {
      return Arrays.stream(values()).filter(kind -> kind.message.equals(word)).findAny();
    }

    static Optional<Kind> ofConfirmation(String word) {
      return Arrays.stream(values())
          .filter(kind -> kind.subscribe.equalsIgnoreCase(word))
          .findAny();
    }

    static boolean isFarewell(String word) {
      return Arrays.stream(values()).anyMatch(kind -> kind.unsubscribe.equalsIgnoreCase(word));
    }
  }

  Topic {
    Objects.requireNonNull(name, kind == Kind.PATTERN ? "pattern" : "channel");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a channel or pattern must not be empty");
    }
  }
}
