package dev.redstart.cli;

import dev.redstart.cli.Arguments.Kind;
import dev.redstart.orchestration.Orchestration;
import dev.redstart.orchestration.SessionConfig;
import dev.redstart.orchestration.SessionOptions;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.Map;

/** Opens a session. */
final class Summoner implements Verb {
  private static final int CHILDREN_MAX = 500;

  private static final String HELP =
      """
      Usage: scenario summoner [FLAG...]

      Opens a session and says what a parent (moogle) and its children (chocobo) have to know. The
      session stays until it is cleaned up, or nobody has used it for its time to live.

        --session-id ID  default: a new UUID
        --max-children N default: 5
        --ttl SECONDS    default: REDIS_TTL, or 3600
        --json           the configuration as one line of JSON
      """;

  @Override
  public String help() {
    return HELP;
  }

  @Override
  public Map<String, Kind> flags() {
    return Map.of(
        "--session-id", Kind.ONE_WORD,
        "--max-children", Kind.ONE_WORD,
        "--ttl", Kind.ONE_WORD,
        "--json", Kind.NOTHING);
  }

  @Override
  public int run(Arguments arguments, Out out) {
    arguments.noWords();
    var options = options(arguments);
    try (var redis = Redis.connect(Target.options(arguments))) {
      var config = Orchestration.of(redis).initializeSummoner(options);
      out.result(arguments.has("--json") ? config.toJson().toString() : text(config));
      return 0;
    }
  }

  private static SessionOptions options(Arguments arguments) {
    var options = SessionOptions.defaults();
    var children = arguments.number("--max-children", 1, CHILDREN_MAX);
    options = children.isPresent() ? options.withChildren(children.get()) : options;
    var ttl = arguments.number("--ttl", 1, Integer.MAX_VALUE);
    options = ttl.isPresent() ? options.withTtl(Duration.ofSeconds(ttl.get())) : options;
    var id = arguments.value("--session-id");
    return id.isPresent() ? options.withSessionId(id.get()) : options;
  }

  private static String text(SessionConfig config) {
    return String.join(
        "\n",
        "session    " + config.sessionId(),
        "children   1 to " + config.maxChildren(),
        "tasks      " + String.join(" ", config.parentToChildLists()),
        "reports    " + String.join(" ", config.childToParentLists()),
        "monitor    " + config.monitorChannel(),
        "status     " + config.statusStream());
  }
}
