package dev.redstart.redis;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Commands that change what a connection is or means. On a connection that everybody shares they
 * would change it for everybody, so they are refused there, with the way that serves instead.
 */
final class StatefulCommands {
  private static final String SESSION = "use exclusive(session -> ...), or atomically(...)";
  private static final String OPTIONS = "set it in RedisOptions";
  private static final String LISTEN = "use subscribe(...)";
  private static final String NEVER = "this client does not offer it";

  private static final Map<String, String> INSTEAD =
      Map.ofEntries(
          Map.entry("WATCH", SESSION),
          Map.entry("UNWATCH", SESSION),
          Map.entry("MULTI", SESSION),
          Map.entry("EXEC", SESSION),
          Map.entry("DISCARD", SESSION),
          Map.entry("WAIT", SESSION),
          Map.entry("WAITAOF", SESSION),
          Map.entry("ASKING", SESSION),
          Map.entry("READONLY", SESSION),
          Map.entry("READWRITE", SESSION),
          Map.entry("CLIENT TRACKING", SESSION),
          Map.entry("CLIENT CACHING", SESSION),
          Map.entry("CLIENT NO-EVICT", SESSION),
          Map.entry("CLIENT NO-TOUCH", SESSION),
          Map.entry("SELECT", OPTIONS),
          Map.entry("AUTH", OPTIONS),
          Map.entry("HELLO", OPTIONS),
          Map.entry("CLIENT SETNAME", OPTIONS),
          Map.entry("SUBSCRIBE", LISTEN),
          Map.entry("UNSUBSCRIBE", LISTEN),
          Map.entry("PSUBSCRIBE", LISTEN),
          Map.entry("PUNSUBSCRIBE", LISTEN),
          Map.entry("SSUBSCRIBE", LISTEN),
          Map.entry("SUNSUBSCRIBE", LISTEN),
          Map.entry("QUIT", "use close()"),
          Map.entry("RESET", NEVER),
          Map.entry("MONITOR", NEVER),
          Map.entry("SYNC", NEVER),
          Map.entry("PSYNC", NEVER),
          Map.entry("CLIENT REPLY", NEVER));

  private StatefulCommands() {}

  /** Refuses what must not run on a shared connection. */
  static void refuse(Command<?> command) {
    Objects.requireNonNull(command, "command");
    String instead = INSTEAD.get(command.name());
    if (instead != null) {
      throw wrong(command, "changes the connection that all threads share; " + instead);
    }
  }

  /** Refuses what would break even a connection of one's own: the replies would not match. */
  static void refuseInSession(Command<?> command) {
    Objects.requireNonNull(command, "command");
    String instead = INSTEAD.get(command.name());
    boolean transaction =
        switch (command.name()) {
          case "MULTI", "EXEC", "DISCARD" -> true;
          default -> false;
        };
    if (transaction) {
      throw wrong(command, "belongs to the session's atomically(...)");
    }
    if (instead != null && (instead.equals(NEVER) || instead.equals(LISTEN))) {
      throw wrong(command, "would leave the connection unusable; " + instead);
    }
  }

  private static IllegalArgumentException wrong(Command<?> command, String why) {
    return new IllegalArgumentException(command.name().toUpperCase(Locale.ROOT) + " " + why);
  }
}
