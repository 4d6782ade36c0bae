package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** Commands on keys of any type. Only {@link Command} values are made here, see {@link Strings}. */
public final class Keys {
  private Keys() {}

  /** Deletes keys: how many of them were there. <code>DEL</code> */
  public static Command<Long> del(String... keys) {
    return Words.of("DEL").keys(keys).reads(Reply::integer);
  }

  /**
   * Deletes keys like {@link #del}, and frees the memory of large ones in the background. <code>
   * UNLINK</code>
   */
  public static Command<Long> unlink(String... keys) {
    return Words.of("UNLINK").keys(keys).reads(Reply::integer);
  }

  /** How many of the keys are there; one that is named twice counts twice. <code>EXISTS</code> */
  public static Command<Long> exists(String... keys) {
    return Words.of("EXISTS").keys(keys).reads(Reply::integer);
  }

  /**
   * Lets a key expire after {@code life}, in whole milliseconds. False if there is no such key.
   * <code>PEXPIRE</code>
   *
   * @throws IllegalArgumentException if {@code life} is not positive: Redis would delete the key
   */
  public static Command<Boolean> expire(String key, Duration life) {
    return Words.of("PEXPIRE").key(key).add(Words.lifeMillis(life, "life")).reads(Reply::bool);
  }

  /**
   * Lets a key expire at a point in time on the server's clock, in whole milliseconds; at once if
   * that has passed. False if there is no such key. <code>PEXPIREAT</code>
   */
  public static Command<Boolean> expireAt(String key, Instant end) {
    return Words.of("PEXPIREAT").key(key).add(Words.epochMillis(end, "end")).reads(Reply::bool);
  }

  /** Lets a key live on. False if it is not there or did not expire. <code>PERSIST</code> */
  public static Command<Boolean> persist(String key) {
    return Words.of("PERSIST").key(key).reads(Reply::bool);
  }

  /** For how long the key will be there. <code>PTTL</code> */
  public static Command<TimeToLive> ttl(String key) {
    return Words.of("PTTL").key(key).reads(Keys::timeToLive);
  }

  private static TimeToLive timeToLive(Reply reply) {
    long millis = reply.integer();
    if (millis == -2) {
      return new TimeToLive.NoKey();
    }
    return millis == -1 ? new TimeToLive.Forever() : new TimeToLive.Left(Duration.ofMillis(millis));
  }

  /**
   * The type: {@code string}, {@code hash}, {@code list}, {@code set}, {@code zset}, {@code
   * stream}, or a module's; empty if there is no such key. <code>TYPE</code>
   */
  public static Command<Optional<String>> type(String key) {
    return Words.of("TYPE")
        .key(key)
        .reads(reply -> Optional.of(reply.text()).filter(type -> !type.equals("none")));
  }

  /**
   * Renames a key, in place of what was under the new name: "OK". The server refuses it if there is
   * no such key. <code>RENAME</code>
   */
  public static Command<String> rename(String key, String newKey) {
    return Words.of("RENAME").key(key).key(newKey, "newKey").reads(Reply::text);
  }

  /** Renames a key unless the new name is taken; false if it is. <code>RENAMENX</code> */
  public static Command<Boolean> renameIfAbsent(String key, String newKey) {
    return Words.of("RENAMENX").key(key).key(newKey, "newKey").reads(Reply::bool);
  }

  /** Copies a key with its time to live. False if there is none, or a target. <code>COPY</code> */
  public static Command<Boolean> copy(String source, String target) {
    return Words.of("COPY").key(source, "source").key(target, "target").reads(Reply::bool);
  }

  /** Copies a key in place of the target. False if there is no source. <code>COPY</code> */
  public static Command<Boolean> copyReplacing(String source, String target) {
    return Words.of("COPY")
        .key(source, "source")
        .key(target, "target")
        .add("REPLACE")
        .reads(Reply::bool);
  }

  /** Marks keys as used just now: how many of them are there. <code>TOUCH</code> */
  public static Command<Long> touch(String... keys) {
    return Words.of("TOUCH").keys(keys).reads(Reply::integer);
  }

  /**
   * One page of the keys of the database (on a cluster: of one node). <code>SCAN</code>
   *
   * @param cursor {@link ScanPage#START}, and then that of the page before
   */
  public static Command<ScanPage<String>> scan(String cursor, Scan scan) {
    return Objects.requireNonNull(scan, "scan")
        .after(Words.of("SCAN"), cursor)
        .reads(reply -> Reading.page(reply, Reading::texts));
  }

  /** Any key, empty if there is none at all. <code>RANDOMKEY</code> */
  public static Command<Optional<String>> randomKey() {
    return Words.of("RANDOMKEY").reads(Reading.OPTIONAL_TEXT);
  }

  /**
   * How the server stores the value ({@code listpack}, {@code skiplist}); empty if there is no such
   * key. <code>OBJECT ENCODING</code>
   */
  public static Command<Optional<String>> encoding(String key) {
    return Words.of("OBJECT", "ENCODING").key(key).reads(Reading.OPTIONAL_TEXT);
  }

  /**
   * About how many bytes the key and its value take, empty if there is no such key. <code>
   * MEMORY USAGE</code>
   */
  public static Command<Optional<Long>> memoryUsage(String key) {
    return Words.of("MEMORY", "USAGE").key(key).reads(Reading::optionalNumber);
  }
}
