package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Commands on connections, the caller's own and others. Which connection is the caller's own is the
 * client's business: short commands of all threads share one. Only {@link Command} values are made
 * here, see {@link Strings}.
 */
public final class Connections {
  private Connections() {}

  /** "PONG". <code>PING</code> */
  public static Command<String> ping() {
    return Words.of("PING").reads(Reply::text).idempotent();
  }

  /** The message. <code>PING</code> */
  public static Command<String> ping(String message) {
    return Words.of("PING").text(message, "message").reads(Reply::text).idempotent();
  }

  /** The message. <code>ECHO</code> */
  public static Command<String> echo(String message) {
    return Words.of("ECHO").text(message, "message").reads(Reply::text).idempotent();
  }

  /** The id of the connection that this command takes. <code>CLIENT ID</code> */
  public static Command<Long> id() {
    return Words.of("CLIENT", "ID").reads(Reply::integer).idempotent();
  }

  /** The name of that connection, empty if it has none. <code>CLIENT GETNAME</code> */
  public static Command<Optional<String>> name() {
    return Words.of("CLIENT", "GETNAME")
        .reads(reply -> Reading.optionalText(reply).filter(name -> !name.isEmpty()))
        .idempotent();
  }

  /**
   * Names that connection until it ends: "OK". Only for a connection of one's own ({@link
   * Redis#exclusive}); to name all those of a client, say so in its options. <code>CLIENT SETNAME
   * </code>
   */
  public static Command<String> setName(String name) {
    return Words.of("CLIENT", "SETNAME").text(name, "name").reads(Reply::text).idempotent();
  }

  /** What the server knows of that connection. <code>CLIENT INFO</code> */
  public static Command<Map<String, String>> info() {
    return Words.of("CLIENT", "INFO").reads(reply -> facts(reply.text().strip())).idempotent();
  }

  /**
   * What the server knows of every connection: id, addr, name, cmd, ... <code>CLIENT LIST</code>
   */
  public static Command<List<Map<String, String>>> list() {
    return Words.of("CLIENT", "LIST")
        .reads(reply -> reply.text().lines().map(Connections::facts).toList())
        .idempotent();
  }

  private static Map<String, String> facts(String line) {
    var facts = new LinkedHashMap<String, String>();
    for (String fact : line.split(" ")) {
      int equals = fact.indexOf('=');
      if (equals > 0) {
        facts.put(fact.substring(0, equals), fact.substring(equals + 1));
      }
    }
    return Collections.unmodifiableMap(facts);
  }

  /** Ends a connection; false if there is none with this id. <code>CLIENT KILL ID</code> */
  public static Command<Boolean> kill(long id) {
    return Words.of("CLIENT", "KILL", "ID").add(id).reads(Reading::any);
  }

  /**
   * Ends the blocking command of a connection as if its time had passed; false if it is not
   * blocked. <code>CLIENT UNBLOCK</code>
   */
  public static Command<Boolean> unblock(long id) {
    return Words.of("CLIENT", "UNBLOCK").add(id).reads(Reply::bool);
  }

  /**
   * Ends the blocking command of a connection with an error ({@code UNBLOCKED}); false if it is not
   * blocked. <code>CLIENT UNBLOCK</code>
   */
  public static Command<Boolean> unblockWithError(long id) {
    return Words.of("CLIENT", "UNBLOCK").add(id).add("ERROR").reads(Reply::bool);
  }
}
