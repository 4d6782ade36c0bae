package dev.redstart.orchestration;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.json.JsonObject;
import dev.redstart.redis.Channels;
import dev.redstart.redis.Command;
import dev.redstart.redis.Hashes;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Script;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One session on one Redis: what its parent and its children have in common. Thread-safe. */
final class Session {
  private static final int RECOVERY_ROUNDS = 10;

  private final Redis redis;
  private final SessionConfig config;
  private final SessionKeys keys;
  private final Duration ttl;
  private final Duration lease;

  /**
   * @throws SessionException.Unknown if the session is gone
   */
  Session(Redis redis, SessionConfig config) {
    this.redis = redis;
    this.config = config;
    this.keys = config.keys();
    var times = redis.call(Hashes.mget(keys.state(), "ttl_millis", "lease_millis"));
    this.ttl = millis(times.get(0));
    this.lease = millis(times.get(1));
  }

  private Duration millis(Optional<String> text) {
    return Duration.ofMillis(Long.parseLong(text.orElseThrow(this::unknown)));
  }

  Redis redis() {
    return redis;
  }

  SessionConfig config() {
    return config;
  }

  SessionKeys keys() {
    return keys;
  }

  /** For how long the session lives without a sign of life. */
  Duration ttl() {
    return ttl;
  }

  /** After what time without a sign of life a child counts as dead. */
  Duration lease() {
    return lease;
  }

  /** A message that does not say where it belongs is taken as ours: it came on our list. */
  boolean owns(Message message) {
    return message.sessionId().isEmpty() || message.sessionId().equals(config.sessionId());
  }

  SessionException.Unknown unknown() {
    return SessionException.Unknown.of(config.sessionId(), redis);
  }

  /** As {@link #recover(Duration)}, within the client's timeout. */
  boolean recover() {
    return recover(redis.options().timeout());
  }

  /**
   * Gives the work of dead children to living ones, as long as there is some.
   *
   * @param limit how long each call may take
   * @return false if the session is gone
   */
  boolean recover(Duration limit) {
    renewName();
    var call = call(Scripts.RECOVER, keys.all(), utf8(config.maxChildren())).within(limit);
    // Each round moves a hundred messages: whoever calls has other things to do, too.
    for (int round = 0; round < RECOVERY_ROUNDS; round++) {
      var reply = redis.call(call);
      if (isGone(reply)) {
        return false;
      } else if (reply.items().get(1).integer() == 0) {
        return true;
      }
    }
    return true;
  }

  /** The one key that scripts do not renew, since it may live elsewhere. */
  private void renewName() {
    if (keys.mode() == Mode.NORMAL) {
      redis.send(Keys.expire(SessionKeys.name(redis.tag(config.sessionId())), ttl));
    }
  }

  /** Moves a message that nobody can use from the list it is in to the dead letters. */
  void bury(String list, byte[] message, String reason) {
    bury(keys.ownAnd(list), message, DeadLetter.of(list, message, reason), reason, "");
  }

  /**
   * The same from a field of {@code P:read}.
   *
   * @param taskId what the parent goes on waiting for; or empty
   */
  void buryRead(String field, byte[] message, String reason, String taskId) {
    var letter = DeadLetter.of(keys.read(), message, reason);
    bury(keys.ownAnd(), utf8(field), letter, reason, taskId);
  }

  private void bury(
      List<String> declared, byte[] what, JsonObject letter, String reason, String taskId) {
    redis.call(
        call(Scripts.BURY, declared, what, utf8(letter.toString()), utf8(reason), utf8(taskId)));
  }

  static boolean isGone(Reply reply) {
    return reply instanceof Reply.Bulk && reply.text().equals("gone");
  }

  /**
   * @throws SessionException.Unknown if the session is gone
   */
  Reply checked(Reply reply) {
    if (isGone(reply)) {
      throw unknown();
    }
    return reply;
  }

  Command<Reply> call(Script script, List<String> declared, byte[]... arguments) {
    return call(script, declared, List.of(arguments));
  }

  Command<Reply> call(Script script, List<String> declared, List<byte[]> arguments) {
    var all = new ArrayList<byte[]>(arguments.size() + 4);
    all.add(utf8(config.monitorChannel()));
    all.add(utf8(Timestamps.now()));
    all.add(utf8(Long.toString(ttl.toMillis())));
    all.add(utf8(Long.toString(lease.toMillis())));
    all.addAll(arguments);
    return script.callBytes(declared, all);
  }

  /** Shows whoever watches how a child is. Nothing depends on it, so nobody waits for it. */
  void tell(int child, String event) {
    if (!config.monitorChannel().isEmpty()) {
      try {
        var notice = Sender.notice("status:" + child, status(child, event));
        redis.send(Channels.publish(config.monitorChannel(), notice));
      } catch (RedisException away) {
        // Whoever reports next will find that out, and deal with it.
      }
    }
  }

  /** The message that tells how a child is. */
  String status(int child, String event) {
    return StatusMessage.of(config.sessionId(), child, event).toJson().toString();
  }

  static byte[] utf8(Message message) {
    return utf8(message.toJson().toString());
  }

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  static byte[] utf8(int number) {
    return utf8(Integer.toString(number));
  }
}
