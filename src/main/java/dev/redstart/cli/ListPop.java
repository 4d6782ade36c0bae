package dev.redstart.cli;

import dev.redstart.cli.Arguments.Kind;
import dev.redstart.redis.Redis;
import java.util.Map;

/** Takes messages from a list and prints them. */
final class ListPop implements Verb {
  private static final String HELP =
      """
      Usage: blpop LIST [FLAG...]

      Waits for messages on a list, takes them and prints each as a line of JSON:
      {"index", "list", "message", "timestamp"}. A message that is no UTF-8 is {"base64": ...}. One
      that could not be printed goes back to the head of the list; one that was printed is gone.

        --timeout S      how long to wait for each, in seconds; default: 0, for ever
        --count N        at most so many; default: 1
        --parse          adds "parsed", {"type", "data"}, to messages of a session
        --continuous, -c takes all that come, until none came in time or Ctrl-C
        --quiet, -q      does not say that it waits

      Exit status 1 if none came; 0 after Ctrl-C with --continuous.
      """;

  @Override
  public String help() {
    return HELP;
  }

  @Override
  public Map<String, Kind> flags() {
    return Arguments.kinds("--timeout= --count= --parse --continuous --quiet");
  }

  @Override
  public int run(Arguments arguments, Out out) {
    var list = arguments.word(0, "Which list? Its name is missing.");
    arguments.noWordsFrom(1);
    var pops = new ListPops(list, arguments, out);
    try (var redis = Redis.connect(Target.options(arguments))) {
      return pops.run(redis);
    } catch (IllegalArgumentException wrong) {
      throw new UsageException(wrong.getMessage() + ".");
    }
  }
}
