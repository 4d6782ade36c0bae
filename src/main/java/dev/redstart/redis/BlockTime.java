package dev.redstart.redis;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * For how long a command's own words let it block, and how to cut that in slices, so that no read
 * is without an end: a server that dies during a block "for ever" is noticed after one slice.
 *
 * @param index of the word that holds the time
 * @param seconds whether that word counts seconds (with fractions) or whole milliseconds
 * @param total how long in all; zero is for ever
 */
record BlockTime(int index, boolean seconds, Duration total) {
  /** Long enough to cost nothing, short enough that a dead server is noticed. */
  static final Duration SLICE_MAX = Duration.ofSeconds(10);

  /** No exponents: a number of a billion digits would be computed before it is refused. */
  private static final Pattern SECONDS = Pattern.compile("-?[0-9]{1,16}(\\.[0-9]{0,16})?");

  private static final Pattern MILLIS = Pattern.compile("-?[0-9]{1,19}");

  private static final Set<String> TIME_LAST =
      Set.of("BLPOP", "BRPOP", "BLMOVE", "BRPOPLPUSH", "BZPOPMIN", "BZPOPMAX");
  private static final Set<String> TIME_FIRST = Set.of("BLMPOP", "BZMPOP");
  private static final Set<String> STREAM_READS = Set.of("XREAD", "XREADGROUP");

  static Optional<BlockTime> of(Command<?> command) {
    return command.mayBlock() ? ofWords(command) : Optional.empty();
  }

  private static Optional<BlockTime> ofWords(Command<?> command) {
    String name = command.name();
    int words = command.words().size();
    if (TIME_LAST.contains(name) && words > 1) {
      return seconds(command, words - 1);
    }
    if (TIME_FIRST.contains(name) && words > 1) {
      return seconds(command, 1);
    }
    if (STREAM_READS.contains(name)) {
      return streamRead(command);
    }
    return (name.equals("WAIT") && words == 3) || (name.equals("WAITAOF") && words == 4)
        ? millis(command, words - 1)
        : Optional.empty();
  }

  private static Optional<BlockTime> seconds(Command<?> command, int index) {
    if (!SECONDS.matcher(command.word(index)).matches()) {
      throw wrong(command, "its timeout is no number of seconds");
    }
    var time = new BigDecimal(command.word(index)).movePointRight(3);
    return Optional.of(new BlockTime(index, true, Duration.ofMillis(bounded(time, command))));
  }

  private static Optional<BlockTime> streamRead(Command<?> command) {
    for (int i = 1; i < command.words().size() - 1; i++) {
      switch (command.word(i).toUpperCase(Locale.ROOT)) {
        case "STREAMS" -> {
          return Optional.empty();
        }
        case "BLOCK" -> {
          return millis(command, i + 1);
        }
        case "GROUP" -> i += 2;
        default -> {
          // COUNT and its number, NOACK
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<BlockTime> millis(Command<?> command, int index) {
    if (!MILLIS.matcher(command.word(index)).matches()) {
      throw wrong(command, "its timeout is no whole number of milliseconds");
    }
    var time = new BigDecimal(command.word(index));
    return Optional.of(new BlockTime(index, false, Duration.ofMillis(bounded(time, command))));
  }

  private static long bounded(BigDecimal millis, Command<?> command) {
    if (millis.signum() < 0) {
      throw wrong(command, "its timeout is negative");
    }
    if (millis.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE * 1000L)) > 0) {
      throw wrong(command, "its timeout is out of range");
    }
    // Redis too takes a fraction of a millisecond for one: zero would mean for ever.
    return millis.setScale(0, RoundingMode.CEILING).longValueExact();
  }

  private static IllegalArgumentException wrong(Command<?> command, String why) {
    return new IllegalArgumentException(command.name() + " was not sent: " + why);
  }

  boolean forEver() {
    return total.isZero();
  }

  /**
   * {@code $} means "new from now on": asking again for each slice would miss what came in between,
   * and a session waits for what its own writes did, which a second WAIT may repeat freely.
   */
  boolean divisible(Command<?> command) {
    var words = command.words();
    for (int i = index + 1; command.name().equals("XREAD") && i < words.size(); i++) {
      if (words.get(i).length == 1 && words.get(i)[0] == '$') {
        return false;
      }
    }
    return true;
  }

  <R> Command<R> slice(Command<R> command, Duration slice) {
    long millis = Math.max(1, slice.toMillis());
    String word = seconds ? BigDecimal.valueOf(millis, 3).toPlainString() : Long.toString(millis);
    return command.withWord(index, word);
  }
}
