package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Commands on the server itself. Only {@link Command} values are made here, see {@link Strings}.
 */
public final class Server {
  private Server() {}

  /** How many keys the database has. <code>DBSIZE</code> */
  public static Command<Long> dbSize() {
    return Words.of("DBSIZE").reads(Reply::integer);
  }

  /** Deletes all keys of the database: "OK". <code>FLUSHDB</code> */
  public static Command<String> flushDb() {
    return Words.of("FLUSHDB").reads(Reply::text);
  }

  /** Deletes all keys of all databases: "OK". <code>FLUSHALL</code> */
  public static Command<String> flushAll() {
    return Words.of("FLUSHALL").reads(Reply::text);
  }

  /** The server's clock, in microseconds. <code>TIME</code> */
  public static Command<Instant> time() {
    return Words.of("TIME").reads(Server::instant).idempotent();
  }

  private static Instant instant(Reply reply) {
    return Instant.ofEpochSecond(Reading.at(reply, 0).integer())
        .plus(Reading.at(reply, 1).integer(), ChronoUnit.MICROS);
  }

  /** What the server says of itself: {@code redis_version} and so on. <code>INFO</code> */
  public static Command<Map<String, String>> info() {
    return Words.of("INFO").reads(Server::lines).idempotent();
  }

  /** One section of {@link #info}: {@code server}, {@code memory}, ... <code>INFO</code> */
  public static Command<Map<String, String>> info(String section) {
    return Words.of("INFO")
        .add(Words.notEmpty(section, "section"))
        .reads(Server::lines)
        .idempotent();
  }

  private static Map<String, String> lines(Reply reply) {
    var facts = new LinkedHashMap<String, String>();
    reply
        .text()
        .lines()
        .filter(line -> !line.startsWith("#") && line.indexOf(':') > 0)
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              facts.put(line.substring(0, colon), line.substring(colon + 1));
            });
    return Collections.unmodifiableMap(facts);
  }

  /** The settings whose names match a glob pattern. <code>CONFIG GET</code> */
  public static Command<Map<String, String>> configGet(String pattern) {
    return Words.of("CONFIG", "GET")
        .add(Words.notEmpty(pattern, "pattern"))
        .reads(Reading::textMap)
        .idempotent();
  }

  /** Changes a setting until the server is started anew: "OK". <code>CONFIG SET</code> */
  public static Command<String> configSet(String name, String value) {
    return Words.of("CONFIG", "SET")
        .add(Words.notEmpty(name, "name"))
        .value(value)
        .reads(Reply::text);
  }

  /** Sets the counters of {@link #info} to zero: "OK". <code>CONFIG RESETSTAT</code> */
  public static Command<String> configResetStat() {
    return Words.of("CONFIG", "RESETSTAT").reads(Reply::text);
  }

  /** When the last snapshot was written to disk. <code>LASTSAVE</code> */
  public static Command<Instant> lastSave() {
    return Words.of("LASTSAVE").reads(reply -> Instant.ofEpochSecond(reply.integer())).idempotent();
  }

  /** How many commands the server knows. <code>COMMAND COUNT</code> */
  public static Command<Long> commandCount() {
    return Words.of("COMMAND", "COUNT").reads(Reply::integer).idempotent();
  }
}
