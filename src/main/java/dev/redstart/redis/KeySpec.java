package dev.redstart.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where the keys of a command are, in the terms of the key specifications of COMMAND INFO; the
 * notation is explained in {@code commands.txt}. A line that the server would refuse (too short, a
 * wrong number of keys) is not our business: it has the keys that can be found, or none.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/key-specs/">Command key
 *     specifications</a>
 */
interface KeySpec {
  /** The keys in the words of one command line, its name included. */
  List<byte[]> keys(List<byte[]> words);

  static KeySpec parse(String text) {
    if (text.charAt(0) == '~') {
      return OddKeys.valueOf(text.substring(1).toUpperCase(Locale.ROOT));
    }
    var start = Start.parse(text);
    int step = number(text, "/", 1);
    return text.indexOf('#') >= 0
        ? new Counted(start, step)
        : new Range(start, number(text, "..", 0), step, number(text, "%", 1));
  }

  /** The number that follows {@code mark}, or {@code otherwise} where there is no such mark. */
  private static int number(String text, String mark, int otherwise) {
    int at = text.indexOf(mark);
    if (at < 0) {
      return otherwise;
    }
    int from = at + mark.length();
    int end = from + 1;
    while (end < text.length() && Character.isDigit(text.charAt(end))) {
      end++;
    }
    return Integer.parseInt(text.substring(from, end));
  }

  /**
   * The word where the keys, or their number, begin: by its index, or if there is a keyword, the
   * one after that keyword, which is looked for from {@code index} on.
   */
  record Start(String keyword, int index) {
    static Start parse(String text) {
      int at = text.indexOf('@');
      return new Start(text.substring(0, Math.max(at, 0)), number(text, at < 0 ? "" : "@", 0));
    }

    /** Past the last word if the keyword is not there. */
    int in(List<byte[]> words) {
      if (keyword.isEmpty()) {
        return index;
      }
      for (int i = index; i < words.size() - 1; i++) {
        if (isWord(words.get(i), keyword)) {
          return i + 1;
        }
      }
      return words.size();
    }
  }

  /**
   * Every {@code step}-th word up to {@code last}, which counts from the start, or from the end of
   * the line if negative; of these only the first {@code part}-th part.
   */
  record Range(Start start, int last, int step, int part) implements KeySpec {
    @Override
    public List<byte[]> keys(List<byte[]> words) {
      int first = start.in(words);
      int end = last < 0 ? first + (words.size() + last + 1 - first) / part : first + last + 1;
      var keys = new ArrayList<byte[]>(1);
      for (int i = first; i < Math.min(end, words.size()); i += step) {
        keys.add(words.get(i));
      }
      return keys;
    }
  }

  /** The number of keys, and then the keys; none if there are fewer than it says. */
  record Counted(Start start, int step) implements KeySpec {
    @Override
    public List<byte[]> keys(List<byte[]> words) {
      int at = start.in(words);
      int count = at < words.size() ? count(words.get(at)) : 0;
      var keys = new ArrayList<byte[]>();
      for (int i = at + 1; i < words.size() && keys.size() < count; i += step) {
        keys.add(words.get(i));
      }
      return keys.size() == count ? keys : List.of();
    }

    private static int count(byte[] word) {
      try {
        return Integer.parseInt(new String(word, StandardCharsets.US_ASCII));
      } catch (NumberFormatException noNumber) {
        return 0; // the server will say so
      }
    }
  }

  static boolean isWord(byte[] word, String expected) {
    return word.length == expected.length()
        && new String(word, StandardCharsets.US_ASCII).equalsIgnoreCase(expected);
  }
}
