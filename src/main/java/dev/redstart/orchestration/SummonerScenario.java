package dev.redstart.orchestration;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.redis.Connections;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.Optional;

/**
 * Opens a session and says what its parent and its children have to know: the summoner scenario of
 * the Redis Orchestration App. For one thread.
 */
public final class SummonerScenario {
  /**
   * What became of the opening.
   *
   * @param config of the session, if there is one
   * @param error why there is none
   * @param time how long it took
   */
  public record Result(Optional<SessionConfig> config, Optional<String> error, Duration time) {
    /** Whether the session is open. */
    public boolean success() {
      return config.isPresent();
    }

    /** With the fields of the original; the configuration is a text, itself JSON. */
    public JsonObject toJson() {
      return Json.object(
          "success", success(),
          "session_id", config.map(SessionConfig::sessionId).orElse(""),
          "config_json", config.map(it -> it.toJson().toString()).orElse(""),
          "error", error.orElse(null),
          "duration_ms", time.toMillis());
    }
  }

  private final Redis redis;
  private final Orchestration sessions;
  private final SessionOptions options;
  private final boolean normal;
  private Optional<SessionConfig> opened = Optional.empty();

  private SummonerScenario(Redis redis, SessionOptions options, boolean normal) {
    this.redis = redis;
    this.sessions = Orchestration.of(redis);
    this.options = Objects.requireNonNull(options, "options");
    this.normal = normal;
  }

  /** For a session in summoner mode. */
  public static SummonerScenario of(Redis redis, SessionOptions options) {
    return new SummonerScenario(redis, options, false);
  }

  /** For a session in normal mode. */
  public static SummonerScenario ofNormalMode(Redis redis, SessionOptions options) {
    return new SummonerScenario(redis, options, true);
  }

  /** Opens the session. What goes wrong with it is in the result; nothing is thrown. */
  public Result initialize() {
    long start = System.nanoTime();
    var error = Optional.<String>empty();
    try {
      opened =
          Optional.of(normal ? sessions.initialize(options) : sessions.initializeSummoner(options));
    } catch (RedisException | SessionException | IllegalArgumentException failed) {
      error = Optional.of(failed.getMessage());
    }
    var config = error.isPresent() ? Optional.<SessionConfig>empty() : opened;
    return new Result(config, error, Duration.ofNanos(System.nanoTime() - start));
  }

  /**
   * What the parent has to know. In normal mode, {@code report_queues} has the lists of all
   * children, {@code report_queue} is the first.
   *
   * @throws IllegalStateException if there is no session yet
   */
  public JsonObject parentInfo() {
    var config = config();
    var members = new LinkedHashMap<String, Object>();
    members.put("session_id", config.sessionId());
    members.put("mode", "moogle");
    members.put("task_queues", config.parentToChildLists());
    members.put("report_queue", config.childToParentLists().get(0));
    if (normal) {
      members.put("report_queues", config.childToParentLists());
    }
    members.put("monitor_channel", config.monitorChannel());
    members.put("max_children", config.maxChildren());
    return located(members);
  }

  /**
   * What a child has to know.
   *
   * @throws IllegalArgumentException if there is no such child
   * @throws IllegalStateException if there is no session yet
   */
  public JsonObject childInfo(int childId) {
    var config = config();
    if (childId < 1 || childId > config.maxChildren()) {
      throw new IllegalArgumentException(
          "child_id must be 1-" + config.maxChildren() + ", got " + childId);
    }
    var members = new LinkedHashMap<String, Object>();
    members.put("session_id", config.sessionId());
    members.put("mode", "chocobo");
    members.put("child_id", childId);
    members.put("task_queue", config.parentToChildLists().get(childId - 1));
    members.put("report_queue", config.childToParentLists().get(normal ? childId - 1 : 0));
    members.put("monitor_channel", config.monitorChannel());
    return located(members);
  }

  private JsonObject located(LinkedHashMap<String, Object> members) {
    var address = address();
    int colon = address.startsWith("/") ? -1 : address.lastIndexOf(':');
    members.put("redis_host", colon < 0 ? address : address.substring(0, colon));
    members.put("redis_port", colon < 0 ? 0 : Integer.parseInt(address.substring(colon + 1)));
    return (JsonObject) Json.of(members);
  }

  /** Of a cluster, one node to begin with; of Sentinels, the master that they name now. */
  private String address() {
    var address = redis.options().address();
    return address.contains(" of the Sentinels ")
        ? redis.call(Connections.info()).get("laddr")
        : address.split(",")[0];
  }

  private SessionConfig config() {
    return opened.orElseThrow(
        () -> new IllegalStateException("Session not initialized. Call initialize() first."));
  }

  /** Whether the session is there; false, too, if Redis cannot be asked. */
  public boolean verify() {
    try {
      return opened.isPresent() && sessions.config(config().sessionId()).equals(opened);
    } catch (RedisException | SessionException unknown) {
      return false;
    }
  }

  /** Ends the session; false if there was none, or Redis cannot be reached. */
  public boolean cleanup() {
    try {
      boolean done = opened.isPresent() && sessions.cleanup(config().sessionId());
      opened = done ? Optional.empty() : opened;
      return done;
    } catch (RedisException | SessionException unknown) {
      return false;
    }
  }
}
