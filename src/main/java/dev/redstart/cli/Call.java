package dev.redstart.cli;

import dev.redstart.cli.Arguments.Kind;
import dev.redstart.redis.Redis;
import java.util.Map;

/** Sends any command and prints the reply. */
final class Call implements Verb {
  private static final String HELP =
      """
      Usage: call [FLAG...] CMD ARG...

      Sends any command to Redis and prints the reply: a list one element a line, counted. Flags
      come before CMD; all after it belongs to the command. Commands that block may be ended with
      Ctrl-C, and have taken nothing then.

        --json           the reply as one line of JSON; bytes that are no UTF-8 as {"base64": ...}
      """;

  @Override
  public String help() {
    return HELP;
  }

  @Override
  public Map<String, Kind> flags() {
    return Map.of("--json", Kind.NOTHING);
  }

  @Override
  public boolean endsFlags() {
    return true;
  }

  @Override
  public int run(Arguments arguments, Out out) {
    var words = arguments.words();
    if (words.isEmpty() || words.get(0).isBlank()) {
      throw new UsageException("Which command shall I send?");
    }
    try (var redis = Redis.connect(Target.options(arguments))) {
      return CtrlC.during(out, redis::close, () -> call(redis, arguments, out));
    }
  }

  private static int call(Redis redis, Arguments arguments, Out out) {
    var reply = redis.call(arguments.words().toArray(String[]::new));
    out.result(arguments.has("--json") ? ReplyJson.of(reply).toString() : ReplyLines.of(reply));
    return 0;
  }
}
