package dev.redstart.harness;

import java.util.Optional;

/** What a {@link ScriptedPeer} answers by itself while a client introduces itself. */
public enum Handshake {

  /** As Redis 6 and later: HELLO, AUTH, SELECT, CLIENT SETINFO, SETNAME and ID. */
  MODERN,

  /** As older servers: the same, but HELLO is unknown. */
  WITHOUT_HELLO,

  /** Nothing: the test scripts the handshake, too. */
  SCRIPTED;

  /** The answer, if the command is one of those that the peer answers by itself. */
  Optional<String> reply(Received command) {
    return this == SCRIPTED || !isPartOfIt(command)
        ? Optional.empty()
        : Optional.of(replyTo(command));
  }

  private static boolean isPartOfIt(Received command) {
    return command.startsWith("HELLO")
        || command.startsWith("AUTH")
        || command.startsWith("SELECT")
        || command.startsWith("CLIENT", "SETINFO")
        || command.startsWith("CLIENT", "SETNAME")
        || command.startsWith("CLIENT", "ID");
  }

  private String replyTo(Received command) {
    if (command.startsWith("CLIENT", "ID")) {
      return ":" + command.connection() + "\r\n";
    }
    if (!command.startsWith("HELLO")) {
      return "+OK\r\n";
    }
    return this == WITHOUT_HELLO
        ? "-ERR unknown command 'HELLO'\r\n"
        : hello(command.startsWith(command.word(0), "3"), command.connection());
  }

  private static String hello(boolean resp3, int id) {
    return String.join(
        "",
        resp3 ? "%7\r\n" : "*14\r\n",
        bulk("server") + bulk("redis"),
        bulk("version") + bulk("7.0.0"),
        bulk("proto") + (resp3 ? ":3\r\n" : ":2\r\n"),
        bulk("id") + ":" + id + "\r\n",
        bulk("mode") + bulk("standalone"),
        bulk("role") + bulk("master"),
        bulk("modules") + "*0\r\n");
  }

  private static String bulk(String text) {
    return "$" + text.length() + "\r\n" + text + "\r\n";
  }
}
