package dev.redstart.redis;

import dev.redstart.resp.Reply;
import dev.redstart.resp.RespEncoder;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Collects the words of one command; refuses nulls, and what must not be empty, by name. Not
 * thread-safe, used once.
 */
final class Words {
  private static final int COUNT = 4;

  private final CommandTable.Row row;
  private byte[][] words = new byte[COUNT][];
  private int count;

  private Words(CommandTable.Row row) {
    this.row = row;
  }

  /** The command's name, as the table has it, and the words that always follow it. */
  static Words of(String... head) {
    CommandTable.Row row = CommandTable.row(head[0]);
    Words words = new Words(row).add(row.word());
    for (int i = 1; i < head.length; i++) {
      words.add(head[i]);
    }
    return words;
  }

  Words add(String word) {
    return add(RespEncoder.word(word));
  }

  Words add(byte[] word) {
    if (count == words.length) {
      words = Arrays.copyOf(words, 2 * count);
    }
    words[count++] = word;
    return this;
  }

  Words add(long number) {
    return add(Long.toString(number));
  }

  /** Scores: Redis writes infinities as words; NaN is no score. */
  Words add(double number) {
    return add(number(number));
  }

  static String number(double number) {
    if (Double.isNaN(number)) {
      throw new IllegalArgumentException("NaN is no number that Redis can order");
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "+inf" : "-inf";
    }
    return Double.toString(number);
  }

  Words all(Collection<String> more) {
    more.forEach(this::add);
    return this;
  }

  Words key(String key) {
    return key(key, "key");
  }

  Words key(String key, String name) {
    return add(notEmpty(key, name));
  }

  Words keys(String... keys) {
    for (String key : notEmpty(keys, "keys")) {
      key(key);
    }
    return this;
  }

  Words keys(Collection<String> keys) {
    notEmpty(keys, "keys");
    keys.forEach(this::key);
    return this;
  }

  Words value(String value) {
    return text(value, "value");
  }

  Words value(byte[] value) {
    return bytes(value, "value");
  }

  Words bytes(byte[] bytes, String name) {
    return add(Objects.requireNonNull(bytes, name));
  }

  Words text(String text, String name) {
    return add(Objects.requireNonNull(text, name));
  }

  Words texts(String[] texts, String name) {
    for (String text : notEmpty(texts, name)) {
      text(text, name);
    }
    return this;
  }

  Words values(byte[][] values) {
    for (byte[] value : notEmpty(values, "values")) {
      bytes(value, "values");
    }
    return this;
  }

  /** Name, value, name, value, and so on. */
  Words pairs(Map<String, String> pairs, String name) {
    notEmpty(Objects.requireNonNull(pairs, name).keySet(), name);
    pairs.forEach((key, value) -> text(key, name).text(value, name));
    return this;
  }

  /** A number of things: at least one. */
  Words count(long count) {
    return add(positive(count, "count"));
  }

  static long positive(long number, String name) {
    if (number <= 0) {
      throw new IllegalArgumentException(name + ": must be positive, was " + number);
    }
    return number;
  }

  /** Whole milliseconds, rounded up so that a short positive time never becomes zero. */
  Words millis(Duration time) {
    return add(toMillis(time, "time"));
  }

  /** For how long to block, in seconds and their fractions; zero is for ever. */
  Words seconds(Duration block) {
    var seconds = BigDecimal.valueOf(toMillis(block, "block"), 3);
    return add(seconds.stripTrailingZeros().toPlainString());
  }

  static long toMillis(Duration time, String name) {
    Objects.requireNonNull(time, name);
    if (time.isNegative()) {
      throw new IllegalArgumentException(name + ": must not be negative, was " + time);
    }
    try {
      return time.plusNanos(999_999).toMillis();
    } catch (ArithmeticException tooLong) {
      throw new IllegalArgumentException(name + ": too long, was " + time, tooLong);
    }
  }

  /** A life time: Redis would delete at once what lives for no time at all. */
  static long lifeMillis(Duration time, String name) {
    return positive(toMillis(time, name), name);
  }

  static long epochMillis(Instant time, String name) {
    return Objects.requireNonNull(time, name).toEpochMilli();
  }

  Words flag(boolean wanted, String word) {
    return wanted ? add(word) : this;
  }

  <R> Command<R> reads(Function<? super Reply, ? extends R> reading) {
    List<byte[]> all = List.of(Arrays.copyOf(words, count));
    return new Command<>(all, row.traits(all), reading, Command.Terms.NONE);
  }

  static String notEmpty(String text, String name) {
    Objects.requireNonNull(text, name);
    if (text.isEmpty()) {
      throw new IllegalArgumentException(name + ": must not be empty");
    }
    return text;
  }

  static <T> T[] notEmpty(T[] values, String name) {
    Objects.requireNonNull(values, name);
    if (values.length == 0) {
      throw new IllegalArgumentException(name + ": must not be empty");
    }
    return values;
  }

  static void notEmpty(Collection<?> values, String name) {
    Objects.requireNonNull(values, name);
    if (values.isEmpty()) {
      throw new IllegalArgumentException(name + ": must not be empty");
    }
  }
}
