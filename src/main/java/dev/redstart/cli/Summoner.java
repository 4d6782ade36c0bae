package dev.redstart.cli;

import dev.redstart.cli.Arguments.Kind;
import dev.redstart.orchestration.SessionConfig;
import dev.redstart.orchestration.SessionOptions;
import dev.redstart.orchestration.SummonerScenario;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.Map;

/** Opens a session. */
final class Summoner implements Verb {
  private static final int CHILDREN = 5;
  private static final int CHILDREN_MAX = 500;

  private static final String HELP =
      """
      Usage: scenario summoner [FLAG...]

      Opens a session and says what a parent (moogle) and its children (chocobo) have to know. The
      session stays until it is cleaned up, or nobody has used it for its time to live.

        --session-id ID  default: a new UUID
        --max-children N default: 5
        --ttl SECONDS    default: REDIS_TTL, or 3600
        --normal-mode    a list of reports for each child, no monitor channel, an id of its own
        --prefix BASE    in normal mode: what its prefix begins with
        --json           the result as one line of JSON
      """;

  @Override
  public String help() {
    return HELP;
  }

  @Override
  public Map<String, Kind> flags() {
    return Arguments.kinds("--session-id= --max-children= --ttl= --normal-mode --prefix= --json");
  }

  @Override
  public int run(Arguments arguments, Out out) {
    arguments.noWords();
    boolean normal = arguments.has("--normal-mode");
    var options = options(arguments, normal, CHILDREN);
    try (var redis = Redis.connect(Target.options(arguments))) {
      var scenario =
          normal
              ? SummonerScenario.ofNormalMode(redis, options)
              : SummonerScenario.of(redis, options);
      var result = scenario.initialize();
      if (arguments.has("--json")) {
        out.result(result.toJson().toString());
      } else {
        result.config().ifPresent(config -> out.result(text(config)));
        result.error().ifPresent(out::talk);
      }
      return result.success() ? 0 : 1;
    }
  }

  /** Also for the verb that does the same under another name. */
  static SessionOptions options(Arguments arguments, boolean normal, int children) {
    for (var flag :
        normal ? new String[] {"--session-id"} : new String[] {"--prefix", "--sequence"}) {
      if (arguments.has(flag)) {
        throw new UsageException(
            "In " + (normal ? "normal" : "summoner") + " mode there is no " + flag + ".");
      }
    }
    try {
      var max = arguments.number("--max-children", 1, CHILDREN_MAX).orElse(children);
      var options = SessionOptions.defaults().withChildren(max);
      var ttl = arguments.number("--ttl", 1, Integer.MAX_VALUE);
      options = ttl.isPresent() ? options.withTtl(Duration.ofSeconds(ttl.get())) : options;
      var prefix = arguments.value("--prefix");
      options = prefix.isPresent() ? options.withPrefix(prefix.get()) : options;
      var sequence = arguments.number("--sequence", 0, Integer.MAX_VALUE);
      options = sequence.isPresent() ? options.withSequence(sequence.get()) : options;
      var id = arguments.value("--session-id");
      return id.isPresent() ? options.withSessionId(id.get()) : options;
    } catch (IllegalArgumentException wrong) {
      throw new UsageException(wrong.getMessage() + ".");
    }
  }

  private static String text(SessionConfig config) {
    return String.join(
        "\n",
        "session    " + config.sessionId(),
        "prefix     " + config.prefix(),
        "children   1 to " + config.maxChildren(),
        "tasks      " + String.join(" ", config.parentToChildLists()),
        "reports    " + String.join(" ", config.childToParentLists()),
        "monitor    " + (config.monitorChannel().isEmpty() ? "none" : config.monitorChannel()),
        "status     " + config.statusStream());
  }
}
