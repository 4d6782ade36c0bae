package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Commands on strings: texts, bytes and numbers under one key each.
 *
 * <p>Like all families, this one only makes {@link Command} values; nothing is sent before one is
 * given to a client. Null and empty keys are refused at once. A key of another type is refused by
 * the server ({@code WRONGTYPE}).
 */
public final class Strings {
  private Strings() {}

  /** The value, empty if there is no such key. <code>GET</code> */
  public static Command<Optional<String>> get(String key) {
    return Words.of("GET").key(key).reads(Reading.OPTIONAL_TEXT);
  }

  /** The value as bytes, empty if there is no such key. <code>GET</code> */
  public static Command<Optional<byte[]>> getBytes(String key) {
    return Words.of("GET").key(key).reads(Reading::optionalBytes);
  }

  /**
   * Sets the value, whatever type the key was before. False if an option kept it from being set.
   * <code>SET</code>
   */
  public static Command<Boolean> set(String key, String value, SetOption... options) {
    return with(Words.of("SET").key(key).value(value), options).reads(Reading::notNull);
  }

  /** The same with bytes, which are not copied. <code>SET</code> */
  public static Command<Boolean> set(String key, byte[] value, SetOption... options) {
    return with(Words.of("SET").key(key).value(value), options).reads(Reading::notNull);
  }

  /**
   * Sets the value and says what it was before; empty if there was none. With {@link
   * SetOption#ifAbsent} (which Redis takes here from 7.0 on) it was set if the result is empty.
   * <code>SET</code> with <code>GET</code>
   */
  public static Command<Optional<String>> getSet(String key, String value, SetOption... options) {
    return with(Words.of("SET").key(key).value(value), options)
        .add("GET")
        .reads(Reading.OPTIONAL_TEXT);
  }

  /** The value, which is deleted; empty if there was none. <code>GETDEL</code> */
  public static Command<Optional<String>> getDel(String key) {
    return Words.of("GETDEL").key(key).reads(Reading.OPTIONAL_TEXT);
  }

  /** The value, which then has {@code life} to live; empty if there is none. <code>GETEX</code> */
  public static Command<Optional<String>> getEx(String key, Duration life) {
    return Words.of("GETEX")
        .key(key)
        .all(SetOption.expiringIn(life).words())
        .reads(Reading.OPTIONAL_TEXT);
  }

  /** The value, which then does not expire; empty if there is none. <code>GETEX</code> */
  public static Command<Optional<String>> getPersist(String key) {
    return Words.of("GETEX").key(key).add("PERSIST").reads(Reading.OPTIONAL_TEXT);
  }

  /** The values in the order of the keys, empty where there is none. <code>MGET</code> */
  public static Command<List<Optional<String>>> mget(String... keys) {
    return Words.of("MGET").keys(keys).reads(Reading::optionalTexts);
  }

  /** Sets several values in one step: "OK". <code>MSET</code> */
  public static Command<String> mset(Map<String, String> values) {
    return keysAndValues("MSET", values).reads(Reply::text);
  }

  /** Sets several values if none of the keys is there; false otherwise. <code>MSETNX</code> */
  public static Command<Boolean> msetIfAbsent(Map<String, String> values) {
    return keysAndValues("MSETNX", values).reads(Reply::bool);
  }

  /** Appends to the value: its length in bytes afterwards. <code>APPEND</code> */
  public static Command<Long> append(String key, String value) {
    return Words.of("APPEND").key(key).value(value).reads(Reply::integer);
  }

  /** The same with bytes, which are not copied. <code>APPEND</code> */
  public static Command<Long> append(String key, byte[] value) {
    return Words.of("APPEND").key(key).value(value).reads(Reply::integer);
  }

  /** The length in bytes, 0 if there is no such key. <code>STRLEN</code> */
  public static Command<Long> strlen(String key) {
    return Words.of("STRLEN").key(key).reads(Reply::integer);
  }

  /**
   * The bytes from {@code start} to {@code end}, both included; negative numbers count from the end
   * (-1 is the last byte). Bytes, since a range may cut a character in two. <code>GETRANGE</code>
   */
  public static Command<byte[]> getRange(String key, long start, long end) {
    return Words.of("GETRANGE").key(key).add(start).add(end).reads(Reply::bytes);
  }

  /**
   * Overwrites the value from the byte at {@code offset} on, filled up with zeros where it was
   * shorter: its length in bytes afterwards. <code>SETRANGE</code>
   */
  public static Command<Long> setRange(String key, long offset, String value) {
    return Words.of("SETRANGE").key(key).add(offset).value(value).reads(Reply::integer);
  }

  /** Adds 1 to the number (0 if there is none): the sum. <code>INCR</code> */
  public static Command<Long> incr(String key) {
    return Words.of("INCR").key(key).reads(Reply::integer);
  }

  /** Adds to the number (0 if there is none): the sum. <code>INCRBY</code> */
  public static Command<Long> incrBy(String key, long amount) {
    return Words.of("INCRBY").key(key).add(amount).reads(Reply::integer);
  }

  /** Adds to the number (0 if there is none): the sum. <code>INCRBYFLOAT</code> */
  public static Command<Double> incrByFloat(String key, double amount) {
    return Words.of("INCRBYFLOAT").key(key).add(amount).reads(Reply::real);
  }

  /** Takes 1 from the number (0 if there is none): the difference. <code>DECR</code> */
  public static Command<Long> decr(String key) {
    return Words.of("DECR").key(key).reads(Reply::integer);
  }

  /** Takes from the number (0 if there is none): the difference. <code>DECRBY</code> */
  public static Command<Long> decrBy(String key, long amount) {
    return Words.of("DECRBY").key(key).add(amount).reads(Reply::integer);
  }

  private static Words with(Words words, SetOption[] options) {
    for (SetOption option : Objects.requireNonNull(options, "options")) {
      words.all(Objects.requireNonNull(option, "options").words());
    }
    return words;
  }

  private static Words keysAndValues(String name, Map<String, String> values) {
    var words = Words.of(name);
    Words.notEmpty(Objects.requireNonNull(values, "values").keySet(), "values");
    values.forEach((key, value) -> words.key(key).value(value));
    return words;
  }
}
