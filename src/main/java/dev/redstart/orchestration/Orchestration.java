package dev.redstart.orchestration;

import dev.redstart.json.Json;
import dev.redstart.redis.Redis;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The sessions on a Redis: opens, finds and ends them, and lets one take part. Thread-safe; the
 * client stays the caller's.
 *
 * <p>All methods throw a {@link dev.redstart.redis.RedisException} when Redis cannot be reached.
 */
public final class Orchestration {
  private final Redis redis;

  private Orchestration(Redis redis) {
    this.redis = redis;
  }

  /** The sessions on this Redis. */
  public static Orchestration of(Redis redis) {
    return new Orchestration(Objects.requireNonNull(redis, "redis"));
  }

  /**
   * Opens a session in summoner mode: a task list for each child, one list of reports for all, a
   * monitor channel. It lives until {@link #cleanup}, or until nobody has used it for its time to
   * live.
   *
   * @throws SessionException.Exists if there is one of this id
   */
  public SessionConfig initializeSummoner(SessionOptions options) {
    var config = summoner(Objects.requireNonNull(options, "options"));
    var keys = new SessionKeys(config.prefix(), config.maxChildren());
    var ttl = options.ttl().orElse(redis.options().ttl());
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
    arguments.add(Long.toString(ttl.toMillis()));
    arguments.add(Long.toString(options.lease().toMillis()));
    arguments.add(Integer.toString(options.deliveriesMax()));
    arguments.add(config.sessionId());
    arguments.addAll(firstEntry(config));
    var call = Scripts.OPEN.call(keys.all(), arguments.toArray(String[]::new));
    if (redis.call(call).integer() == 0) {
      throw new SessionException.Exists(config.sessionId(), redis.options().address());
    }
    return config;
  }

  private SessionConfig summoner(SessionOptions options) {
    var id = options.sessionId();
    var keys = new SessionKeys(SessionKeys.SUMMONER + redis.tag(id), options.children());
    return new SessionConfig(
        id,
        keys.prefix(),
        options.children(),
        Timestamps.now(),
        keys.each(keys::tasks),
        List.of(keys.reports()),
        keys.status(),
        keys.results(),
        keys.control(),
        keys.monitor(),
        "summoner");
  }

  private static List<String> firstEntry(SessionConfig config) {
    return List.of(
        "event", "initialized",
        "mode", config.mode(),
        "session_id", config.sessionId(),
        "max_children", Integer.toString(config.maxChildren()),
        "created_at", config.createdAt());
  }

  /** The session of this id, if there is one. */
  public Optional<SessionConfig> config(String sessionId) {
    return Session.find(redis, sessionId);
  }

  /**
   * Ends a session at once and deletes all its keys. Its children notice and stop; what they were
   * working on is reported to nobody.
   *
   * @return false if there was none
   */
  public boolean cleanup(String sessionId) {
    var found = config(sessionId);
    found.ifPresent(this::delete);
    return found.isPresent();
  }

  private void delete(SessionConfig config) {
    var message =
        Json.object(
            "event", "cleanup", "session_id", config.sessionId(), "timestamp", Timestamps.now());
    var keys = new SessionKeys(config.prefix(), config.maxChildren()).all();
    redis.call(Scripts.CLOSE.call(keys, config.monitorChannel(), message.toString()));
  }

  /**
   * Takes part as the parent: sends tasks and gathers reports. A session has one parent at a time.
   *
   * @throws SessionException.Unknown if there is no such session
   */
  public Parent parent(String sessionId) {
    return new Parent(Session.of(redis, sessionId));
  }

  /**
   * Takes part as a child, from now on: its lease begins. A process that was this child before is
   * so no more; what it held will be done again.
   *
   * @throws SessionException.Unknown if there is no such session
   * @throws IllegalArgumentException if the session has no such child; the message names the range
   */
  public Child child(String sessionId, int childId) {
    var session = Session.of(redis, sessionId);
    return Child.join(session, session.config().checkChild(childId));
  }
}
