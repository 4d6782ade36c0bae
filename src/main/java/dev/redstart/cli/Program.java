package dev.redstart.cli;

import dev.redstart.orchestration.SessionException;
import dev.redstart.redis.RedisException;
import java.util.HashMap;
import java.util.List;

/** Finds the verb, runs it, and says in a sentence what went wrong. */
final class Program {
  private Program() {}

  static int run(List<String> words, Out out) {
    try {
      return dispatch(words, out);
    } catch (UsageException wrong) {
      out.talk(wrong.getMessage() + " --help says what there is.");
      return 2;
    } catch (RedisException
        | SessionException
        | NoServerException
        | IllegalArgumentException failed) {
      out.talk(failed.getMessage());
      return 1;
    }
  }

  private static int dispatch(List<String> words, Out out) {
    var first = word(words, 0, "What shall I do?");
    return switch (first) {
      case "demo" -> run(new Demo(), words, 1, out);
      case "call" -> run(new Call(), words, 1, out);
      case "scenario" -> run(scenario(word(words, 1, "Which scenario?")), words, 2, out);
      default -> throw new UsageException("There is no verb \"" + first + "\".");
    };
  }

  private static Verb scenario(String name) {
    return switch (name) {
      case "summoner" -> new Summoner();
      case "moogle" -> new Moogle();
      case "chocobo" -> new Chocobo();
      default -> throw new UsageException("There is no scenario \"" + name + "\".");
    };
  }

  private static String word(List<String> words, int index, String question) {
    if (words.size() <= index) {
      throw new UsageException(question);
    }
    return words.get(index);
  }

  private static int run(Verb verb, List<String> words, int names, Out out) {
    var flags = new HashMap<>(verb.flags());
    flags.putAll(Target.FLAGS);
    flags.put("--help", Arguments.Kind.NOTHING);
    var rest = words.subList(names, words.size());
    var arguments = Arguments.parse(rest, flags, verb.endsFlags());
    if (arguments.has("--help")) {
      out.result((verb.help() + Target.HELP).stripTrailing());
      return 0;
    }
    return verb.run(arguments, out);
  }
}
