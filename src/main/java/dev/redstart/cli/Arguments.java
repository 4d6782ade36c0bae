package dev.redstart.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The words after a verb, sorted into flags and others. */
final class Arguments {
  /** What follows a flag. */
  enum Kind {
    NOTHING,
    ONE_WORD,
    WORDS
  }

  /** Where a verb knows the long flag. */
  private static final Map<String, String> SHORT =
      Map.of("-c", "--continuous", "-q", "--quiet", "-h", "--help");

  /** Thirty years: whoever says more means for ever. */
  private static final double SECONDS_MAX = 1e9;

  private final Map<String, Kind> known;
  private final Map<String, List<String>> given = new HashMap<>();
  private final List<String> words = new ArrayList<>();

  private Arguments(Map<String, Kind> known) {
    this.known = known;
  }

  /**
   * Flags in one string: {@code --json}, {@code --count=} with a word, {@code --tasks*} with words.
   */
  static Map<String, Kind> kinds(String flags) {
    var kinds = new HashMap<String, Kind>();
    for (var flag : flags.split(" ")) {
      var kind = flag.endsWith("=") ? Kind.ONE_WORD : Kind.NOTHING;
      kinds.put(flag.replaceAll("[=*]", ""), flag.endsWith("*") ? Kind.WORDS : kind);
    }
    return kinds;
  }

  /**
   * @throws UsageException if there is an unknown flag, or one without what has to follow it
   */
  static Arguments parse(List<String> all, Map<String, Kind> known, boolean endsFlags) {
    var arguments = new Arguments(known);
    var rest = all.iterator();
    List<String> target = arguments.words;
    while (rest.hasNext()) {
      var word = arguments.unabridged(rest.next());
      if (word.equals("--") || (endsFlags && !word.startsWith("--"))) {
        arguments.takeAll(word, rest);
      } else if (word.startsWith("--")) {
        target = arguments.flag(word, rest);
      } else {
        target.add(word);
      }
    }
    return arguments;
  }

  private String unabridged(String word) {
    var flag = SHORT.getOrDefault(word, word);
    return known.containsKey(flag) ? flag : word;
  }

  private void takeAll(String first, Iterator<String> rest) {
    if (!first.equals("--")) {
      words.add(first);
    }
    rest.forEachRemaining(words::add);
  }

  /** Where the words go that follow. */
  private List<String> flag(String word, Iterator<String> rest) {
    int equals = word.indexOf('=');
    var name = equals < 0 ? word : word.substring(0, equals);
    var kind = known.get(name);
    if (kind == null) {
      throw new UsageException("There is no flag " + name + " here.");
    }
    var values = given.computeIfAbsent(name, first -> new ArrayList<>());
    if (equals >= 0 && kind != Kind.NOTHING) {
      values.add(word.substring(equals + 1));
    } else if (equals >= 0) {
      throw new UsageException("Nothing can follow the flag " + name + ".");
    } else if (kind == Kind.ONE_WORD && !rest.hasNext()) {
      throw new UsageException("Something must follow the flag " + name + ".");
    } else if (kind == Kind.ONE_WORD) {
      values.add(rest.next());
    }
    return kind == Kind.WORDS ? values : words;
  }

  boolean has(String flag) {
    return given.containsKey(flag);
  }

  /** What follows the flag, if it is there. */
  Optional<String> value(String flag) {
    return Optional.ofNullable(given.get(flag)).map(values -> values.get(values.size() - 1));
  }

  String required(String flag) {
    return value(flag).orElseThrow(() -> new UsageException("The flag " + flag + " is missing."));
  }

  List<String> values(String flag) {
    return List.copyOf(given.getOrDefault(flag, List.of()));
  }

  /** The number after the flag, within a range. */
  Optional<Integer> number(String flag, int min, int max) {
    return value(flag).map(text -> number(flag, text, min, max));
  }

  private static int number(String flag, String text, int min, int max) {
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException noNumber) {
      // The sentence below is for both.
    }
    throw new UsageException(
        "After "
            + flag
            + " there must be a number from "
            + min
            + " to "
            + max
            + ", not "
            + text
            + ".");
  }

  /** The number after the flag, with or without decimals; {@code inf} and {@code -inf}, too. */
  Optional<Double> real(String flag) {
    return value(flag).map(text -> real(flag, text));
  }

  private static double real(String flag, String text) {
    try {
      return Score.parse(text);
    } catch (NumberFormatException noNumber) {
      throw new UsageException("After " + flag + " there must be a number, not " + text + ".");
    }
  }

  /** The seconds after the flag, with or without decimals; less than a millisecond is one. */
  Optional<Duration> seconds(String flag, double min) {
    return real(flag)
        .map(
            seconds -> {
              if (seconds < min || seconds > SECONDS_MAX) {
                throw new UsageException(
                    "After "
                        + flag
                        + " there must be seconds from "
                        + Score.text(min)
                        + " to 1000000000.");
              }
              return Duration.ofMillis((long) Math.ceil(seconds * 1000));
            });
  }

  /** The words that belong to no flag. */
  List<String> words() {
    return List.copyOf(words);
  }

  void noWords() {
    noWordsFrom(0);
  }

  /** So many words, counted from 0, are known to the verb. */
  void noWordsFrom(int index) {
    if (words.size() > index) {
      throw new UsageException("What is \"" + words.get(index) + "\" for?");
    }
  }

  /** The word at this place. */
  String word(int index, String question) {
    if (words.size() <= index) {
      throw new UsageException(question);
    }
    return words.get(index);
  }
}
