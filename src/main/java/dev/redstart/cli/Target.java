package dev.redstart.cli;

import dev.redstart.cli.Arguments.Kind;
import dev.redstart.redis.RedisOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which Redis is meant: by flags, or else by the environment. */
final class Target {
  static final Map<String, Kind> FLAGS =
      Map.of("--redis", Kind.ONE_WORD, "--host", Kind.ONE_WORD, "--port", Kind.ONE_WORD);

  static final String HELP =
      """
        --redis URL      redis://, rediss://, unix://, redis+cluster:// or redis+sentinel://;
                         default: the environment (see --help)
        --host HOST      instead of the environment's
        --port PORT      instead of the environment's
      """;

  private static final int PORT_MAX = 65_535;

  private final Arguments arguments;

  Target(Arguments arguments) {
    this.arguments = arguments;
  }

  static RedisOptions options(Arguments arguments) {
    return new Target(arguments).options();
  }

  /** Whether it was said where Redis is. */
  boolean isNamed() {
    return FLAGS.keySet().stream().anyMatch(arguments::has)
        || !System.getenv().getOrDefault("REDIS_URL", "").isBlank();
  }

  RedisOptions options() {
    try {
      var url = arguments.value("--redis");
      if (url.isPresent()) {
        return RedisOptions.of(url.get());
      }
      var options = RedisOptions.fromEnvironment();
      var host = arguments.value("--host");
      options = host.isPresent() ? options.withHost(host.get()) : options;
      var port = arguments.number("--port", 1, PORT_MAX);
      return port.isPresent() ? options.withPort(port.get()) : options;
    } catch (IllegalArgumentException wrong) {
      throw new UsageException(wrong.getMessage() + ".");
    }
  }

  /** The same for a child process. */
  Place place() {
    if (arguments.has("--redis")) {
      return Place.of(arguments.required("--redis"));
    }
    var words = new ArrayList<String>();
    for (var flag : List.of("--host", "--port")) {
      arguments.value(flag).ifPresent(value -> words.addAll(List.of(flag, value)));
    }
    return new Place(Map.of(), words);
  }
}
