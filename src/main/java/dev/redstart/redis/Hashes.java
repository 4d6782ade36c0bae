package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Commands on hashes: fields with values under one key. Only {@link Command} values are made here,
 * see {@link Strings}.
 */
public final class Hashes {
  private Hashes() {}

  /** The value, empty if there is no such field. <code>HGET</code> */
  public static Command<Optional<String>> get(String key, String field) {
    return one("HGET", key, field).reads(Reading.OPTIONAL_TEXT);
  }

  /** The value as bytes, empty if there is no such field. <code>HGET</code> */
  public static Command<Optional<byte[]>> getBytes(String key, String field) {
    return one("HGET", key, field).reads(Reading::optionalBytes);
  }

  /** Sets a field: true if it is new, false if it had a value. <code>HSET</code> */
  public static Command<Boolean> set(String key, String field, String value) {
    return one("HSET", key, field).value(value).reads(Reply::bool);
  }

  /** The same with bytes, which are not copied. <code>HSET</code> */
  public static Command<Boolean> set(String key, String field, byte[] value) {
    return one("HSET", key, field).value(value).reads(Reply::bool);
  }

  /** Sets several fields in one step: how many of them are new. <code>HSET</code> */
  public static Command<Long> set(String key, Map<String, String> fields) {
    return Words.of("HSET").key(key).pairs(fields, "fields").reads(Reply::integer);
  }

  /** Sets a field if it has no value; false if it has one. <code>HSETNX</code> */
  public static Command<Boolean> setIfAbsent(String key, String field, String value) {
    return one("HSETNX", key, field).value(value).reads(Reply::bool);
  }

  /** All fields with their values, empty if there is no such key. <code>HGETALL</code> */
  public static Command<Map<String, String>> getAll(String key) {
    return Words.of("HGETALL").key(key).reads(Reading::textMap);
  }

  /** The values in the order of the fields, empty where there is none. <code>HMGET</code> */
  public static Command<List<Optional<String>>> mget(String key, String... fields) {
    return Words.of("HMGET").key(key).texts(fields, "fields").reads(Reading::optionalTexts);
  }

  /** Deletes fields: how many of them were there. <code>HDEL</code> */
  public static Command<Long> del(String key, String... fields) {
    return Words.of("HDEL").key(key).texts(fields, "fields").reads(Reply::integer);
  }

  /** Whether there is such a field. <code>HEXISTS</code> */
  public static Command<Boolean> exists(String key, String field) {
    return one("HEXISTS", key, field).reads(Reply::bool);
  }

  /** Adds to the number in a field (0 if there is none): the sum. <code>HINCRBY</code> */
  public static Command<Long> incrBy(String key, String field, long amount) {
    return one("HINCRBY", key, field).add(amount).reads(Reply::integer);
  }

  /** Adds to the number in a field (0 if there is none): the sum. <code>HINCRBYFLOAT</code> */
  public static Command<Double> incrByFloat(String key, String field, double amount) {
    return one("HINCRBYFLOAT", key, field).add(amount).reads(Reply::real);
  }

  /** The names of all fields. <code>HKEYS</code> */
  public static Command<List<String>> keys(String key) {
    return Words.of("HKEYS").key(key).reads(Reading::texts);
  }

  /** The values of all fields, in the order of {@link #keys}. <code>HVALS</code> */
  public static Command<List<String>> values(String key) {
    return Words.of("HVALS").key(key).reads(Reading::texts);
  }

  /** How many fields there are, 0 if there is no such key. <code>HLEN</code> */
  public static Command<Long> len(String key) {
    return Words.of("HLEN").key(key).reads(Reply::integer);
  }

  /** The length of a value in bytes, 0 if there is none. <code>HSTRLEN</code> */
  public static Command<Long> strlen(String key, String field) {
    return one("HSTRLEN", key, field).reads(Reply::integer);
  }

  /**
   * One page of the fields with their values; a field may come twice. <code>HSCAN</code>
   *
   * @param cursor {@link ScanPage#START}, and then that of the page before
   */
  public static Command<ScanPage<Map.Entry<String, String>>> scan(
      String key, String cursor, Scan scan) {
    return Objects.requireNonNull(scan, "scan")
        .within(Words.of("HSCAN").key(key), cursor)
        .reads(reply -> Reading.page(reply, Reading::textPairs));
  }

  private static Words one(String name, String key, String field) {
    return Words.of(name).key(key).text(field, "field");
  }
}
