package dev.redstart.orchestration;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.json.JsonParseException;
import dev.redstart.json.JsonValueException;
import dev.redstart.redis.Command;
import dev.redstart.redis.Hashes;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Script;
import dev.redstart.redis.Strings;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One session on one Redis: its scripts as methods. Thread-safe. */
final class Session {
  private static final String GONE = "gone";
  private static final int RECOVERY_ROUNDS = 10;

  /** Whoever leaves does not wait long for a Redis that is away: its lease ends by itself. */
  private static final Duration GOODBYE = Duration.ofSeconds(2);

  private final Redis redis;
  private final SessionConfig config;
  private final SessionKeys keys;
  private final Duration ttl;

  private Session(Redis redis, SessionConfig config) {
    this.redis = redis;
    this.config = config;
    this.keys = new SessionKeys(config.prefix(), config.maxChildren());
    this.ttl =
        redis
            .call(Hashes.get(keys.state(), "ttl_millis"))
            .map(millis -> Duration.ofMillis(Long.parseLong(millis)))
            .orElseThrow(this::unknown);
  }

  /** What this process is to the others of the session, once it holds a child's number. */
  record Holding(int child, String mark, Duration lease) {}

  static Optional<SessionConfig> find(Redis redis, String sessionId) {
    var prefix = SessionKeys.SUMMONER + redis.tag(SessionOptions.checkId(sessionId));
    var key = new SessionKeys(prefix, 0).config();
    return redis.call(Strings.get(key)).map(json -> parse(key, json));
  }

  private static SessionConfig parse(String key, String json) {
    try {
      return SessionConfig.parse(json);
    } catch (JsonParseException | JsonValueException wrong) {
      throw new SessionException.Unreadable(key, wrong);
    }
  }

  /**
   * @throws SessionException.Unknown if there is none
   */
  static Session of(Redis redis, String sessionId) {
    return find(redis, sessionId)
        .map(config -> new Session(redis, config))
        .orElseThrow(() -> new SessionException.Unknown(sessionId, redis.options().address()));
  }

  Redis redis() {
    return redis;
  }

  /** For how long the session lives without a sign of life. */
  Duration ttl() {
    return ttl;
  }

  SessionConfig config() {
    return config;
  }

  SessionKeys keys() {
    return keys;
  }

  /** A message that does not say where it belongs is taken as ours: it came on our list. */
  boolean owns(Message message) {
    return message.sessionId().isEmpty() || message.sessionId().equals(config.sessionId());
  }

  SessionException.Unknown unknown() {
    return new SessionException.Unknown(config.sessionId(), redis.options().address());
  }

  /** RPUSH, status stream and monitor channel; a task once only. The length of the list. */
  Command<Long> send(int child, Message message) {
    var task = message instanceof TaskMessage given ? given : null;
    var call =
        call(
            Scripts.SEND,
            keys.ownAnd(keys.tasks(child)),
            utf8(message.toJson().toString()),
            utf8(task == null ? "" : task.taskId()),
            utf8(child),
            utf8(task == null ? "shutdown_sent" : "task_sent"));
    return (task == null ? call : call.idempotent()).map(reply -> checked(reply).integer());
  }

  /**
   * @throws SessionException.Unknown if the session is gone
   */
  Holding join(int child) {
    var reply =
        checked(redis.call(callOf(Scripts.JOIN, child, utf8(child), event(child, "started"))));
    var parts = reply.items();
    return new Holding(child, parts.get(0).text(), Duration.ofMillis(parts.get(1).integer()));
  }

  /** Empty: all is well. Otherwise why this process is that child no more. */
  Optional<Child.End> beat(Holding holding, boolean idle) {
    var call =
        callOf(
            Scripts.BEAT,
            holding.child(),
            utf8(holding.child()),
            utf8(holding.mark()),
            utf8(idle ? "1" : "0"));
    return switch (redis.call(call).text()) {
      case GONE -> Optional.of(Child.End.SESSION_GONE);
      case "replaced" -> Optional.of(Child.End.REPLACED);
      default -> Optional.empty();
    };
  }

  Verdict report(Holding holding, byte[] task, ReportMessage report) {
    var call =
        callOf(
            Scripts.REPORT,
            holding.child(),
            utf8(holding.child()),
            utf8(holding.mark()),
            task,
            utf8(report.taskId()),
            utf8(report.toJson().toString()),
            utf8(report.status()),
            utf8(report.messageId()));
    return switch (redis.call(call).text()) {
      case "counted" -> Verdict.COUNTED;
      case "duplicate" -> Verdict.DUPLICATE;
      case "not_held" -> Verdict.NOT_HELD;
      default -> Verdict.SESSION_GONE;
    };
  }

  void leave(Holding holding, byte[] shutdown) {
    int child = holding.child();
    var call =
        callOf(
            Scripts.LEAVE,
            child,
            utf8(child),
            utf8(holding.mark()),
            shutdown,
            event(child, "stopped"));
    redis.call(call.within(GOODBYE));
  }

  /** Messages that the child has taken but not judged yet may be no tasks; they are left out. */
  List<TaskMessage> heldBy(int child) {
    var tasks = new ArrayList<TaskMessage>();
    for (byte[] raw : redis.call(Lists.rangeBytes(keys.taken(child), 1, -1))) {
      try {
        if (Message.parse(raw) instanceof TaskMessage task) {
          tasks.add(task);
        }
      } catch (JsonParseException | JsonValueException noMessage) {
        // The child that took it will find out, and see to it.
      }
    }
    return tasks;
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

  /** Moves a message that nobody can use from the list it is in to the dead letters. */
  void bury(String list, byte[] message, String reason) {
    byte[] letter = utf8(DeadLetter.of(list, message, reason).toString());
    redis.call(call(Scripts.BURY, keys.ownAnd(list), message, letter, utf8(reason)));
  }

  private static boolean isGone(Reply reply) {
    return reply instanceof Reply.Bulk && reply.text().equals(GONE);
  }

  private Reply checked(Reply reply) {
    if (isGone(reply)) {
      throw unknown();
    }
    return reply;
  }

  private Command<Reply> callOf(Script script, int child, byte[]... arguments) {
    return call(script, keys.ownAnd(keys.tasks(child), keys.taken(child)), arguments);
  }

  private Command<Reply> call(Script script, List<String> declared, byte[]... arguments) {
    var all = new ArrayList<byte[]>(arguments.length + 2);
    all.add(utf8(config.monitorChannel()));
    all.add(utf8(Timestamps.now()));
    all.addAll(List.of(arguments));
    return script.callBytes(declared, all);
  }

  private byte[] event(int child, String name) {
    return utf8(StatusMessage.of(config.sessionId(), child, name).toJson().toString());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] utf8(int number) {
    return utf8(Integer.toString(number));
  }
}
