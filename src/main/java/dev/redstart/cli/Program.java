package dev.redstart.cli;

import dev.redstart.event.EventException;
import dev.redstart.orchestration.SessionException;
import dev.redstart.redis.RedisException;
import dev.redstart.stream.StreamException;
import java.util.ArrayList;
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
        | EventException
        | SessionException
        | StreamException
        | NoServerException
        | IllegalArgumentException
        | IllegalStateException failed) {
      out.talk(failed.getMessage());
      return 1;
    }
  }

  private static int dispatch(List<String> words, Out out) {
    // Where Redis is may be said before the verb, too.
    int at = 0;
    while (at < words.size() && Target.FLAGS.containsKey(flag(words.get(at)))) {
      at += words.get(at).contains("=") ? 1 : 2;
    }
    at = Math.min(at, words.size());
    return dispatch(words.subList(0, at), words.subList(at, words.size()), out);
  }

  private static String flag(String word) {
    return word.split("=", 2)[0];
  }

  private static int dispatch(List<String> target, List<String> words, Out out) {
    var first = word(words, 0, "What shall I do?");
    // A family has no second word when it is asked for its help.
    int names = words.size() < 2 || words.get(1).startsWith("-") ? 1 : 2;
    var second = names == 1 ? "" : words.get(1);
    return switch (first) {
      case "demo" -> run(new Demo(), target, words, 1, out);
      case "serve" -> run(new Serve(), target, words, 1, out);
      case "call" -> run(new Call(), target, words, 1, out);
      case "scenario" -> run(scenario(word(words, 1, "Which scenario?")), target, words, 2, out);
      case "queue" -> run(new QueueVerb(second), target, words, names, out);
      case "stream" -> run(new StreamVerb(second), target, words, names, out);
      case "events" -> run(new EventsVerb(second), target, words, names, out);
      case "orch" -> run(new OrchVerb(second), target, words, names, out);
      case "rpush" -> run(new ListPush(), target, words, 1, out);
      case "blpop" -> run(new ListPop(), target, words, 1, out);
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

  private static int run(Verb verb, List<String> target, List<String> words, int names, Out out) {
    var flags = new HashMap<>(verb.flags());
    flags.putAll(Target.FLAGS);
    flags.put("--help", Arguments.Kind.NOTHING);
    var rest = new ArrayList<>(target);
    rest.addAll(words.subList(names, words.size()));
    var arguments = Arguments.parse(rest, flags, verb.endsFlags());
    if (arguments.has("--help")) {
      out.result((verb.help() + verb.place()).stripTrailing());
      return 0;
    }
    return verb.run(arguments, out);
  }
}
