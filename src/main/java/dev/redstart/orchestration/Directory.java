package dev.redstart.orchestration;

import dev.redstart.json.Json;
import dev.redstart.json.JsonParseException;
import dev.redstart.json.JsonValueException;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.SetOption;
import dev.redstart.redis.Strings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** Opens sessions under names that are free, finds them, and ends them. */
final class Directory {
  /** As many as three digits can say. */
  private static final int SEQUENCE_MAX = 999;

  private final Redis redis;

  Directory(Redis redis) {
    this.redis = redis;
  }

  /**
   * @throws SessionException.Exists if there is one of this id
   */
  SessionConfig openSummoner(SessionOptions options) {
    var id = options.sessionId();
    var prefix = SessionKeys.summonerPrefix(redis.tag(id));
    var config = SessionConfig.of(id, new SessionKeys(prefix, options.children(), Mode.SUMMONER));
    if (!open(config, options)) {
      throw SessionException.Exists.of("session " + id, redis);
    }
    return config;
  }

  /**
   * @throws SessionException.Exists if its sequence number is taken, or all of them are
   */
  SessionConfig openNormal(SessionOptions options) {
    var id = reserveId(ttl(options));
    try {
      return openNormal(id, options);
    } catch (RuntimeException failed) {
      release(id, failed);
      throw failed;
    }
  }

  /** The caller is to hear what went wrong first. */
  private void release(String id, RuntimeException failed) {
    try {
      redis.send(Keys.del(name(id)));
    } catch (RedisException away) {
      failed.addSuppressed(away);
    }
  }

  private SessionConfig openNormal(String id, SessionOptions options) {
    for (int sequence : sequences(options)) {
      var prefix = redis.tag(name(options, sequence));
      var config = SessionConfig.of(id, new SessionKeys(prefix, options.children(), Mode.NORMAL));
      if (open(config, options)) {
        var expiring = SetOption.expiringIn(ttl(options));
        redis.call(Strings.set(name(id), prefix, expiring).idempotent());
        return config;
      }
    }
    var tried =
        options.sequence().isPresent()
            ? "session " + name(options, options.sequence().getAsInt())
            : "session of each name from " + options.prefix() + "-001 to " + SEQUENCE_MAX;
    throw SessionException.Exists.of(tried, redis);
  }

  /** Those that look free; whether they are is decided when a session is opened. */
  private List<Integer> sequences(SessionOptions options) {
    if (options.sequence().isPresent()) {
      return List.of(options.sequence().getAsInt());
    }
    var there = new ArrayList<Pending<Long>>();
    for (int sequence = 1; sequence <= SEQUENCE_MAX; sequence++) {
      var prefix = redis.tag(name(options, sequence));
      there.add(redis.send(Keys.exists(SessionKeys.config(prefix))));
    }
    return IntStream.rangeClosed(1, SEQUENCE_MAX)
        .filter(sequence -> there.get(sequence - 1).await() == 0)
        .boxed()
        .toList();
  }

  private static String name(SessionOptions options, int sequence) {
    return String.format(Locale.ROOT, "%s-%03d", options.prefix(), sequence);
  }

  /** {@code {milliseconds}-{process}}, as the original has it, but nobody else's. */
  private String reserveId(Duration ttl) {
    long millis = System.currentTimeMillis();
    while (true) {
      var id = millis++ + "-" + ProcessHandle.current().pid();
      var options = new SetOption[] {SetOption.ifAbsent(), SetOption.expiringIn(ttl)};
      if (redis.call(Strings.set(name(id), "", options))) {
        return id;
      }
    }
  }

  private String name(String id) {
    return SessionKeys.name(redis.tag(id));
  }

  private Duration ttl(SessionOptions options) {
    return options.ttl().orElse(redis.options().ttl());
  }

  private boolean open(SessionConfig config, SessionOptions options) {
    var arguments = new ArrayList<String>();
    arguments.add(config.monitorChannel());
    arguments.add(
        Json.object(
                "event", "initialized",
                "session_id", config.sessionId(),
                "max_children", config.maxChildren(),
                "created_at", config.createdAt())
            .toString());
    arguments.add(config.toJson().toString());
    arguments.add(Long.toString(ttl(options).toMillis()));
    arguments.add(Long.toString(options.lease().toMillis()));
    arguments.add(Integer.toString(options.deliveriesMax()));
    arguments.add(config.sessionId());
    arguments.addAll(firstEntry(config));
    var call = Scripts.OPEN.call(config.keys().all(), arguments.toArray(String[]::new));
    return redis.call(call).integer() == 1;
  }

  private static List<String> firstEntry(SessionConfig config) {
    return List.of(
        "event", "initialized",
        "mode", config.mode(),
        "session_id", config.sessionId(),
        "max_children", Integer.toString(config.maxChildren()),
        "created_at", config.createdAt());
  }

  /** In either mode, in one round trip for summoner sessions and two for others. */
  Optional<SessionConfig> find(String sessionId) {
    var tag = redis.tag(SessionOptions.check(sessionId, "sessionId"));
    var key = SessionKeys.config(SessionKeys.summonerPrefix(tag));
    var summoner = redis.send(Strings.get(key));
    var prefix = redis.send(Strings.get(SessionKeys.name(tag)));
    var found = summoner.await().map(json -> parse(key, json));
    var name = prefix.await().filter(it -> !it.isEmpty());
    // The name of a session that is gone may be another's by now.
    return found
        .or(() -> name.flatMap(this::findByPrefix))
        .filter(config -> config.sessionId().equals(sessionId));
  }

  Optional<SessionConfig> findByPrefix(String prefix) {
    var key = SessionKeys.config(SessionOptions.checkPrefix(prefix));
    return redis.call(Strings.get(key)).map(json -> parse(key, json));
  }

  private static SessionConfig parse(String key, String json) {
    try {
      return SessionConfig.parse(json).checked();
    } catch (JsonParseException | JsonValueException | IllegalArgumentException wrong) {
      throw new SessionException.Unreadable(key, wrong);
    }
  }

  Session session(String sessionId) {
    return find(sessionId)
        .map(config -> new Session(redis, config))
        .orElseThrow(() -> SessionException.Unknown.of(sessionId, redis));
  }

  /** Whether it was there. */
  boolean close(SessionConfig config) {
    var message =
        Json.object(
            "event", "cleanup", "session_id", config.sessionId(), "timestamp", Timestamps.now());
    var keys = config.keys().all();
    var close = Scripts.CLOSE.call(keys, config.monitorChannel(), message.toString());
    boolean there = redis.call(close).integer() == 1;
    if (config.keys().mode() == Mode.NORMAL) {
      redis.call(Keys.del(name(config.sessionId())));
    }
    return there;
  }
}
