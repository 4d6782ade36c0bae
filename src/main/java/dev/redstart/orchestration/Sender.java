package dev.redstart.orchestration;

import dev.redstart.json.Json;
import dev.redstart.redis.Channels;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Appends messages to plain lists, any text to any list, and knows nothing of sessions. What Redis
 * refuses, or what goes wrong on the way, is a {@link SendResult}, never an exception; nulls, blank
 * names and texts with unpaired surrogates are refused at once.
 *
 * <p>Nothing is ever sent twice. Thread-safe.
 */
public final class Sender {
  private static final Script ANNOUNCE = Script.resource(Sender.class, "announce.lua");

  private final Redis redis;

  private Sender(Redis redis) {
    this.redis = redis;
  }

  /** A sender on this client, which stays the caller's to close. */
  public static Sender of(Redis redis) {
    return new Sender(Objects.requireNonNull(redis, "redis"));
  }

  /** Appends the messages, all in one step. None at all is a success, too. */
  public SendResult send(String list, String... messages) {
    requireName(list, "list");
    requireAll(messages);
    return messages.length == 0
        ? SendResult.pushed(0, 0)
        : attempt(
            () -> SendResult.pushed(redis.call(Lists.pushRight(list, messages)), messages.length));
  }

  /** Appends the JSON of a message. */
  public SendResult send(String list, Message message) {
    return send(list, Objects.requireNonNull(message, "message").toJson().toString());
  }

  /**
   * Appends the messages and tells the channel of each, with {@code {"queue","message",
   * "timestamp"}}, all in one step: what the channel is told is in the list. A channel that may not
   * be told is no failure; the result says so.
   */
  public SendResult sendWithPublish(String list, String channel, String... messages) {
    requireName(list, "list");
    requireName(channel, "channel");
    requireAll(messages);
    if (messages.length == 0) {
      return SendResult.pushed(0, 0);
    }
    var words = new ArrayList<String>(1 + messages.length * 2);
    words.add(channel);
    for (var message : messages) {
      words.add(message);
      words.add(notice(list, message));
    }
    var command = ANNOUNCE.call(List.of(list), words.toArray(String[]::new));
    return attempt(
        () -> {
          var answer = redis.call(command).items();
          var error = Optional.of(answer.get(2).text()).filter(text -> !text.isEmpty());
          return new SendResult(
              true,
              answer.get(0).integer(),
              messages.length,
              error.isEmpty(),
              answer.get(1).integer(),
              error.map(text -> "sent, but the channel was not told: " + text));
        });
  }

  /** Tells the channel of a message, as if it had just been put into this list. */
  public SendResult publish(String channel, String list, String message) {
    requireName(channel, "channel");
    requireName(list, "list");
    var notice = notice(list, Objects.requireNonNull(message, "message"));
    return attempt(
        () -> {
          long heard = redis.call(Channels.publish(channel, notice));
          return new SendResult(true, 0, 0, true, heard, Optional.empty());
        });
  }

  /** What a channel is told of a message in a list. */
  static String notice(String list, String message) {
    return Json.object("queue", list, "message", message, "timestamp", Timestamps.now()).toString();
  }

  private static SendResult attempt(Supplier<SendResult> work) {
    try {
      return work.get();
    } catch (RedisException trouble) {
      // Our script writes nothing before an error, which the client cannot know.
      boolean unknown = trouble.mayHaveRun() && !(trouble instanceof RedisException.Rejected);
      String fate = unknown ? "perhaps sent, the outcome is unknown: " : "not sent: ";
      return SendResult.failed(fate + trouble.getMessage());
    }
  }

  private static void requireName(String name, String what) {
    if (Objects.requireNonNull(name, what).isBlank()) {
      throw new IllegalArgumentException(what + ": must not be blank");
    }
  }

  private static void requireAll(String[] messages) {
    for (var message : Objects.requireNonNull(messages, "messages")) {
      Objects.requireNonNull(message, "messages");
    }
  }
}
