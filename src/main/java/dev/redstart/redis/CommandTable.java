package dev.redstart.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is known of every command, read once from {@code commands.txt}, whose header explains its
 * lines. Asked for each command that is made: a look-up costs one or two short strings.
 */
final class CommandTable {
  /** Longer than any command's name: what is longer is cut before it gets into a message. */
  private static final int NAME_MAX = 40;

  private static final Map<String, Row> ROWS = read();

  private static final CommandTraits XREAD = ROWS.get("XREAD").traits;

  /**
   * XREAD from {@code $}, "what is new from now on", only reads, but must not be sent again by
   * itself: the second one's "now" is later, so that what came in between would be missed silently.
   */
  private static final CommandTraits XREAD_FROM_NOW =
      new CommandTraits(XREAD.name(), true, false, XREAD.blocking(), XREAD.keySpecs());

  private CommandTable() {}

  /**
   * One line of the table.
   *
   * @param word the first word of such a command
   * @param compared whether every server of our time knows this command and agrees with the line
   */
  record Row(CommandTraits traits, byte[] word, boolean container, boolean compared) {
    static Row parse(String line) {
      var columns = List.of(line.trim().split(" +"));
      var flags = List.of(columns.get(1).split(","));
      var specs = columns.stream().skip(2).filter(c -> !isSince(c)).map(KeySpec::parse).toList();
      boolean container = flags.contains("container");
      boolean ours = flags.contains("blocking*");
      var traits =
          new CommandTraits(
              columns.get(0).replace('|', ' ').toUpperCase(Locale.ROOT),
              true,
              flags.contains("readonly"),
              ours || flags.contains("blocking"),
              specs);
      boolean old = columns.stream().noneMatch(Row::isSince);
      return new Row(traits, word(traits.name()), container, old && !container && !ours);
    }

    private static byte[] word(String name) {
      return name.split(" ")[0].getBytes(StandardCharsets.US_ASCII);
    }

    /** What is known of the command that has these words. */
    CommandTraits traits(List<byte[]> words) {
      if (container && words.size() > 1) {
        return subcommand(traits.name() + ' ' + name(words.get(1)));
      }
      return traits == XREAD && asksFromNow(words) ? XREAD_FROM_NOW : traits;
    }

    /** An @ elsewhere belongs to a keyword. */
    private static boolean isSince(String column) {
      return column.charAt(0) == '@';
    }
  }

  static CommandTraits find(List<byte[]> words) {
    String name = name(words.get(0));
    Row row = ROWS.get(name);
    return row == null ? unknown(name) : row.traits(words);
  }

  /** Of a command that is in the table. */
  static Row row(String name) {
    return ROWS.get(name);
  }

  private static CommandTraits subcommand(String name) {
    Row row = ROWS.get(name);
    return row == null ? unknown(name) : row.traits;
  }

  /** Nothing promised: not sent twice, no key to route by. */
  private static CommandTraits unknown(String name) {
    return new CommandTraits(name, false, false, false, List.of());
  }

  /** ASCII on purpose: other letters would turn into these when put in capitals. */
  private static String name(byte[] word) {
    int length = Math.min(word.length, NAME_MAX);
    return new String(word, 0, length, StandardCharsets.US_ASCII).toUpperCase(Locale.ROOT);
  }

  private static boolean asksFromNow(List<byte[]> words) {
    return words.stream().anyMatch(word -> word.length == 1 && word[0] == '$');
  }

  static Collection<Row> rows() {
    return ROWS.values();
  }

  private static Map<String, Row> read() {
    var in = CommandTable.class.getResourceAsStream("commands.txt");
    if (in == null) {
      throw new IllegalStateException("commands.txt is not in the jar, beside CommandTable.class");
    }
    try (var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      return lines
          .lines()
          .filter(line -> line.charAt(0) != '#')
          .map(Row::parse)
          .collect(Collectors.toMap(row -> row.traits.name(), Function.identity()));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
