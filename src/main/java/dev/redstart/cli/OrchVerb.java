package dev.redstart.cli;

import dev.redstart.cli.Arguments.Kind;
import dev.redstart.orchestration.Orchestration;
import dev.redstart.orchestration.SessionConfig;
import dev.redstart.redis.Redis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Opens, shows, watches and ends sessions. */
final class OrchVerb implements Verb {
  private static final int CHILDREN = 9;

  private static final String HELP =
      """
      Usage: orch [init] [FLAG...]
             orch get|cleanup|watch --session-id ID [FLAG...]

      init opens a session, of which this prints the names of all keys. It stays until it is cleaned
      up, or nobody has used it for its time to live. In normal mode each child has a list of
      reports; in summoner mode there is one for all, and a channel that tells what goes on.

        --max-children N default: 9
        --ttl SECONDS    default: REDIS_TTL, or 3600
        --prefix BASE    normal mode; default: PROJECT_NAME-HOSTNAME; a number is put behind it
        --sequence N     normal mode: that number; default: the first that is free
        --summoner-mode  in summoner mode
        --session-id ID  summoner mode; default: a new UUID

      get prints what a session is, cleanup ends it at once and deletes its keys. watch shows it as
      it goes on, until it is gone: its children, queues and events, on a terminal as a picture, and
      otherwise as lines of JSON, {"kind": "session"} when something is new and {"kind": "event"}.

      """
          + SessionChoice.HELP
          + """
            --interval S     watch: how often to look; default: 1
            --json           init and get: as one line of JSON; watch: lines on a terminal, too
          """;

  private final String name;

  /** Without a name, it opens. */
  OrchVerb(String name) {
    this.name = name.isEmpty() ? "init" : name;
  }

  @Override
  public String help() {
    return HELP;
  }

  @Override
  public Map<String, Kind> flags() {
    return Arguments.kinds(
        switch (name) {
          case "init" ->
              "--max-children= --ttl= --prefix= --sequence= --summoner-mode --session-id= --json";
          case "get" -> "--session-id= --prefix= --json";
          case "cleanup" -> "--session-id= --prefix=";
          case "watch" -> "--session-id= --prefix= --interval= --json";
          default -> throw new UsageException("There is no verb \"orch " + name + "\".");
        });
  }

  @Override
  public int run(Arguments arguments, Out out) {
    arguments.noWords();
    if (name.equals("init")) {
      return init(arguments, out);
    } else if (!SessionChoice.isMade(arguments)) {
      out.talk("✗ Error: Either --prefix or --session-id must be provided");
      return 2;
    }
    var interval = arguments.seconds("--interval", OrchWatch.INTERVAL_SECONDS_MIN);
    try (var redis = Redis.connect(Target.options(arguments))) {
      var found = SessionChoice.find(redis, arguments);
      if (found.isEmpty()) {
        return notFound(out);
      }
      return switch (name) {
        case "get" -> get(found.get(), arguments, out);
        case "cleanup" -> cleanup(redis, found.get(), out);
        default -> new OrchWatch(redis, found.get(), interval, arguments.has("--json"), out).run();
      };
    }
  }

  private static int init(Arguments arguments, Out out) {
    boolean summoner = arguments.has("--summoner-mode");
    var options = Summoner.options(arguments, !summoner, CHILDREN);
    try (var redis = Redis.connect(Target.options(arguments))) {
      var sessions = Orchestration.of(redis);
      var config = summoner ? sessions.initializeSummoner(options) : sessions.initialize(options);
      boolean json = arguments.has("--json");
      out.result(json ? config.toJson().toString() : opened(config, summoner));
      return 0;
    }
  }

  private int notFound(Out out) {
    out.talk(
        name.equals("cleanup")
            ? "✗ Error: Session not found or already cleaned up"
            : "✗ Error: Configuration not found");
    return 1;
  }

  private static int get(SessionConfig config, Arguments arguments, Out out) {
    boolean json = arguments.has("--json");
    out.result(
        json ? config.toJson().toString() : "✓ Orchestration configuration found" + text(config));
    return 0;
  }

  private int cleanup(Redis redis, SessionConfig config, Out out) {
    if (!Orchestration.of(redis).cleanup(config)) {
      return notFound(out);
    }
    out.result("✓ Session cleaned up");
    return 0;
  }

  private static String opened(SessionConfig config, boolean summoner) {
    return (summoner ? "✓ Summoner orchestration initialized" : "✓ Orchestration initialized")
        + text(config)
        + "\n\n  Export to the environment:\n    export "
        + (summoner
            ? "SUMMONER_SESSION="
                + quoted(config.sessionId())
                + "\n    export SUMMONER_PREFIX="
                + quoted(config.prefix())
            : "ORCH_SESSION=" + quoted(config.prefix()));
  }

  /** An id may hold what a shell takes for more than a word. */
  private static String quoted(String word) {
    return word.matches("[\\w.:/@%+,-]*") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private static String text(SessionConfig config) {
    var rows = new ArrayList<String>();
    rows.add("\n\n  Session ID:   " + config.sessionId());
    rows.add("  Prefix:       " + config.prefix());
    rows.add("  Max children: " + config.maxChildren());
    rows.add("  Created at:   " + config.createdAt());
    rows.add("  Mode:         " + config.mode());
    rows.add("\n  Lists, streams and channels:");
    rows.add("    parent to child (BLPOP): " + range(config.parentToChildLists()));
    rows.add("    child to parent (BLPOP): " + range(config.childToParentLists()));
    rows.add("    status:                  " + config.statusStream());
    rows.add("    results:                 " + config.resultStream());
    rows.add("    control (BLPOP):         " + config.controlList());
    if (!config.monitorChannel().isEmpty()) {
      rows.add("    monitor (Pub/Sub):       " + config.monitorChannel());
    }
    rows.add("    configuration:           " + config.prefix() + ":config");
    return String.join("\n", rows);
  }

  private static String range(List<String> lists) {
    var first = lists.get(0);
    return lists.size() == 1
        ? first
        : first.substring(0, first.length() - 1) + "{1-" + lists.size() + "}";
  }
}
