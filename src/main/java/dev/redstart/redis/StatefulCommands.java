package dev.redstart.redis;

import java.util.Map;
import java.util.Objects;

/**
 * Commands that change what a connection is or means. On a connection that everybody shares they
 * would change it for everybody, so they are refused there, with the way that serves instead.
 */
final class StatefulCommands {
  /** What to do instead. */
  private enum Instead {
    SESSION("use exclusive(session -> ...), or atomically(...)"),
    OPTIONS("set it in RedisOptions"),
    LISTEN("use subscribe(...)"),
    CLOSE("use close()"),
    NEVER("this client does not offer it");

    private final String words;

    Instead(String words) {
      this.words = words;
    }
  }

  private static final Map<String, Instead> INSTEAD =
      Map.ofEntries(
          Map.entry("WATCH", Instead.SESSION),
          Map.entry("UNWATCH", Instead.SESSION),
          Map.entry("MULTI", Instead.SESSION),
          Map.entry("EXEC", Instead.SESSION),
          Map.entry("DISCARD", Instead.SESSION),
          Map.entry("WAIT", Instead.SESSION),
          Map.entry("WAITAOF", Instead.SESSION),
          Map.entry("ASKING", Instead.SESSION),
          Map.entry("READONLY", Instead.SESSION),
          Map.entry("READWRITE", Instead.SESSION),
          Map.entry("CLIENT TRACKING", Instead.SESSION),
          Map.entry("CLIENT CACHING", Instead.SESSION),
          Map.entry("CLIENT NO-EVICT", Instead.SESSION),
          Map.entry("CLIENT NO-TOUCH", Instead.SESSION),
          Map.entry("SELECT", Instead.OPTIONS),
          Map.entry("AUTH", Instead.OPTIONS),
          Map.entry("HELLO", Instead.OPTIONS),
          Map.entry("CLIENT SETNAME", Instead.OPTIONS),
          Map.entry("SUBSCRIBE", Instead.LISTEN),
          Map.entry("UNSUBSCRIBE", Instead.LISTEN),
          Map.entry("PSUBSCRIBE", Instead.LISTEN),
          Map.entry("PUNSUBSCRIBE", Instead.LISTEN),
          Map.entry("SSUBSCRIBE", Instead.LISTEN),
          Map.entry("SUNSUBSCRIBE", Instead.LISTEN),
          Map.entry("QUIT", Instead.CLOSE),
          Map.entry("RESET", Instead.NEVER),
          Map.entry("MONITOR", Instead.NEVER),
          Map.entry("SYNC", Instead.NEVER),
          Map.entry("PSYNC", Instead.NEVER),
          Map.entry("CLIENT REPLY", Instead.NEVER));

  private StatefulCommands() {}

  /** Refuses what must not run on a shared connection. */
  static void refuse(Command<?> command) {
    Objects.requireNonNull(command, "command");
    Instead instead = INSTEAD.get(command.name());
    if (instead != null) {
      throw wrong(command, "changes the connection that all threads share; " + instead.words);
    }
  }

  /** Refuses what would break even a connection of one's own: the replies would not match. */
  static void refuseInSession(Command<?> command) {
    Objects.requireNonNull(command, "command");
    Instead instead = INSTEAD.get(command.name());
    boolean transaction =
        switch (command.name()) {
          case "MULTI", "EXEC", "DISCARD" -> true;
          default -> false;
        };
    if (transaction) {
      throw wrong(command, "belongs to the session's atomically(...)");
    }
    if (instead == Instead.NEVER || instead == Instead.LISTEN) {
      throw wrong(command, "would leave the connection unusable; " + instead.words);
    }
  }

  private static IllegalArgumentException wrong(Command<?> command, String why) {
    return new IllegalArgumentException(command.name() + " " + why);
  }
}
