package dev.redstart.cli;

import dev.redstart.orchestration.Orchestration;
import dev.redstart.orchestration.SessionConfig;
import dev.redstart.redis.Redis;
import java.util.Optional;

/** Which session is meant: {@code --session-id}, or {@code --prefix} with the whole prefix. */
final class SessionChoice {
  static final String HELP =
      """
        --session-id ID  which session
        --prefix P       the same by what all its keys begin with
      """;

  private SessionChoice() {}

  static boolean isMade(Arguments arguments) {
    return arguments.has("--session-id") || arguments.has("--prefix");
  }

  /** The session, if it is there. */
  static Optional<SessionConfig> find(Redis redis, Arguments arguments) {
    var sessions = Orchestration.of(redis);
    var id = arguments.value("--session-id");
    return id.isPresent()
        ? sessions.config(id.get())
        : sessions.configByPrefix(arguments.required("--prefix"));
  }

  /** What a scenario calls it; of an id, it sees for itself whether there is one. */
  static String id(Redis redis, Arguments arguments) {
    return arguments
        .value("--session-id")
        .or(() -> find(redis, arguments).map(SessionConfig::sessionId))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "there is no session of this prefix at " + redis.options().address()));
  }

  /** Before there is a connection: some session must be named. */
  static void require(Arguments arguments) {
    if (!isMade(arguments)) {
      throw new UsageException("The flag --session-id is missing.");
    }
  }
}
