package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Commands on lists. Only {@link Command} values are made here, see {@link Strings}.
 *
 * <p>Of the blocking ones: {@code block} is for how long to wait in whole milliseconds, zero is for
 * ever, negative is refused at once. Cancelled or interrupted, they have taken nothing; if the
 * connection breaks meanwhile, what they took may be lost, and the exception says that they may
 * have run.
 */
public final class Lists {
  private Lists() {}

  /**
   * Puts values before the first, one after the other: the length afterwards. <code>LPUSH</code>
   */
  public static Command<Long> pushLeft(String key, String... values) {
    return Words.of("LPUSH").key(key).texts(values, "values").reads(Reply::integer);
  }

  /** The same with bytes, which are not copied. <code>LPUSH</code> */
  public static Command<Long> pushLeft(String key, byte[]... values) {
    return Words.of("LPUSH").key(key).values(values).reads(Reply::integer);
  }

  /** Puts values behind the last, one after the other: the length afterwards. <code>RPUSH</code> */
  public static Command<Long> pushRight(String key, String... values) {
    return Words.of("RPUSH").key(key).texts(values, "values").reads(Reply::integer);
  }

  /** The same with bytes, which are not copied. <code>RPUSH</code> */
  public static Command<Long> pushRight(String key, byte[]... values) {
    return Words.of("RPUSH").key(key).values(values).reads(Reply::integer);
  }

  /** Like {@link #pushLeft} if there is such a list; 0 if there is none. <code>LPUSHX</code> */
  public static Command<Long> pushLeftIfExists(String key, String... values) {
    return Words.of("LPUSHX").key(key).texts(values, "values").reads(Reply::integer);
  }

  /** Like {@link #pushRight} if there is such a list; 0 if there is none. <code>RPUSHX</code> */
  public static Command<Long> pushRightIfExists(String key, String... values) {
    return Words.of("RPUSHX").key(key).texts(values, "values").reads(Reply::integer);
  }

  /** Takes the first value, empty if there is none. <code>LPOP</code> */
  public static Command<Optional<String>> popLeft(String key) {
    return Words.of("LPOP").key(key).reads(Reading.OPTIONAL_TEXT);
  }

  /** Takes the first value as bytes, empty if there is none. <code>LPOP</code> */
  public static Command<Optional<byte[]>> popLeftBytes(String key) {
    return Words.of("LPOP").key(key).reads(Reading::optionalBytes);
  }

  /** Takes the first values, at most {@code count}, from the left. <code>LPOP</code> */
  public static Command<List<String>> popLeft(String key, long count) {
    return Words.of("LPOP").key(key).count(count).reads(Reading::texts);
  }

  /** Takes the last value, empty if there is none. <code>RPOP</code> */
  public static Command<Optional<String>> popRight(String key) {
    return Words.of("RPOP").key(key).reads(Reading.OPTIONAL_TEXT);
  }

  /** Takes the last value as bytes, empty if there is none. <code>RPOP</code> */
  public static Command<Optional<byte[]>> popRightBytes(String key) {
    return Words.of("RPOP").key(key).reads(Reading::optionalBytes);
  }

  /** Takes the last values, at most {@code count}, from the right. <code>RPOP</code> */
  public static Command<List<String>> popRight(String key, long count) {
    return Words.of("RPOP").key(key).count(count).reads(Reading::texts);
  }

  /**
   * Takes the first value of the first list that has one, and waits for one if none has; empty
   * after {@code block}. <code>BLPOP</code>
   */
  public static Command<Optional<Popped<String>>> blockingPopLeft(Duration block, String... keys) {
    return Words.of("BLPOP")
        .keys(keys)
        .seconds(block)
        .reads(reply -> Reading.popped(reply, Reply::text));
  }

  /** The same, the value as bytes. <code>BLPOP</code> */
  public static Command<Optional<Popped<byte[]>>> blockingPopLeftBytes(
      Duration block, String... keys) {
    return Words.of("BLPOP")
        .keys(keys)
        .seconds(block)
        .reads(reply -> Reading.popped(reply, Reply::bytes));
  }

  /**
   * Takes the last value of the first list that has one, and waits for one if none has; empty after
   * {@code block}. <code>BRPOP</code>
   */
  public static Command<Optional<Popped<String>>> blockingPopRight(Duration block, String... keys) {
    return Words.of("BRPOP")
        .keys(keys)
        .seconds(block)
        .reads(reply -> Reading.popped(reply, Reply::text));
  }

  /**
   * Takes a value from one end of a list and puts it to one end of another (or the same) in one
   * step; empty if there is none. <code>LMOVE</code>
   */
  public static Command<Optional<String>> move(
      String source, String target, ListEnd from, ListEnd to) {
    return moving("LMOVE", source, target, from, to).reads(Reading.OPTIONAL_TEXT);
  }

  /** Like {@link #move}, and waits for a value; empty after {@code block}. <code>BLMOVE</code> */
  public static Command<Optional<String>> blockingMove(
      String source, String target, ListEnd from, ListEnd to, Duration block) {
    return moving("BLMOVE", source, target, from, to).seconds(block).reads(Reading.OPTIONAL_TEXT);
  }

  /** Like {@link #blockingMove}, the value as bytes. <code>BLMOVE</code> */
  public static Command<Optional<byte[]>> blockingMoveBytes(
      String source, String target, ListEnd from, ListEnd to, Duration block) {
    return moving("BLMOVE", source, target, from, to).seconds(block).reads(Reading::optionalBytes);
  }

  private static Words moving(String name, String source, String target, ListEnd from, ListEnd to) {
    return Words.of(name)
        .key(source, "source")
        .key(target, "target")
        .add(Objects.requireNonNull(from, "from").name())
        .add(Objects.requireNonNull(to, "to").name());
  }

  /**
   * The values from {@code start} to {@code stop}, both included; negative indices count from the
   * right (-1 is the last). <code>LRANGE</code>
   */
  public static Command<List<String>> range(String key, long start, long stop) {
    return Words.of("LRANGE").key(key).add(start).add(stop).reads(Reading::texts);
  }

  /** Like {@link #range}, the values as bytes. <code>LRANGE</code> */
  public static Command<List<byte[]>> rangeBytes(String key, long start, long stop) {
    return Words.of("LRANGE").key(key).add(start).add(stop).reads(Reading::manyBytes);
  }

  /** How many values there are, 0 if there is no such key. <code>LLEN</code> */
  public static Command<Long> len(String key) {
    return Words.of("LLEN").key(key).reads(Reply::integer);
  }

  /** The value at an index as in {@link #range}, empty if there is none. <code>LINDEX</code> */
  public static Command<Optional<String>> index(String key, long index) {
    return Words.of("LINDEX").key(key).add(index).reads(Reading.OPTIONAL_TEXT);
  }

  /** The index of the first such value, empty if there is none. <code>LPOS</code> */
  public static Command<Optional<Long>> position(String key, String value) {
    return Words.of("LPOS").key(key).value(value).reads(Reading::optionalNumber);
  }

  /**
   * Replaces the value at an index: "OK". The server refuses it if there is none. <code>LSET</code>
   */
  public static Command<String> set(String key, long index, String value) {
    return Words.of("LSET").key(key).add(index).value(value).reads(Reply::text);
  }

  /**
   * Inserts a value to the left of the first {@code pivot}: the length afterwards, -1 if there is
   * no such pivot, 0 if there is no such list. <code>LINSERT</code>
   */
  public static Command<Long> insertBefore(String key, String pivot, String value) {
    return inserting("BEFORE", key, pivot).value(value).reads(Reply::integer);
  }

  /** Like {@link #insertBefore}, but to the right of the pivot. <code>LINSERT</code> */
  public static Command<Long> insertAfter(String key, String pivot, String value) {
    return inserting("AFTER", key, pivot).value(value).reads(Reply::integer);
  }

  private static Words inserting(String where, String key, String pivot) {
    return Words.of("LINSERT").key(key).add(where).text(pivot, "pivot");
  }

  /**
   * Removes such values: how many. A positive {@code count} is for the first so many from the left,
   * a negative one from the right, 0 for all. <code>LREM</code>
   */
  public static Command<Long> rem(String key, long count, String value) {
    return Words.of("LREM").key(key).add(count).value(value).reads(Reply::integer);
  }

  /** The same with bytes, which are not copied. <code>LREM</code> */
  public static Command<Long> rem(String key, long count, byte[] value) {
    return Words.of("LREM").key(key).add(count).value(value).reads(Reply::integer);
  }

  /** Removes all values but those of {@link #range}: "OK". <code>LTRIM</code> */
  public static Command<String> trim(String key, long start, long stop) {
    return Words.of("LTRIM").key(key).add(start).add(stop).reads(Reply::text);
  }
}
