package dev.redstart.redis.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.harness.Received;
import dev.redstart.harness.ScriptedPeer;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Sentinel that says what a test wants it to. */
final class FakeSentinel implements AutoCloseable {
  private final ScriptedPeer peer = ScriptedPeer.answering(this::answer);
  private volatile Optional<Integer> master = Optional.empty();

  /** One that knows no master. */
  static FakeSentinel start() {
    return new FakeSentinel();
  }

  static FakeSentinel naming(int port) {
    var sentinel = new FakeSentinel();
    sentinel.name(port);
    return sentinel;
  }

  /** From now on this is the master's port. */
  void name(int port) {
    master = Optional.of(port);
  }

  private byte[] answer(Received command) {
    return text(command).getBytes(UTF_8);
  }

  private String text(Received command) {
    return switch (command.word(0)) {
      case "SENTINEL" ->
          master
              .map(port -> "*2\r\n$9\r\n127.0.0.1\r\n" + bulk("" + port))
              .filter(known -> command.text().endsWith(" main"))
              .orElse("*-1\r\n");
      case "SUBSCRIBE" -> ">3\r\n$9\r\nsubscribe\r\n" + bulk(command.word(1)) + ":1\r\n";
      default -> "-ERR unknown command '" + command.word(0) + "'\r\n";
    };
  }

  private static String bulk(String text) {
    return "$" + text.length() + "\r\n" + text + "\r\n";
  }

  /** Tells all who listen, and names the new one from now on. */
  void announce(int before, int after) {
    name(after);
    announce("main 127.0.0.1 " + before + " 127.0.0.1 " + after);
  }

  void announce(String words) {
    peer.send(">3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n" + bulk(words));
  }

  /** How many listen for a new master. */
  long listeners() {
    return peer.commands().stream().filter(words -> words.startsWith("SUBSCRIBE")).count();
  }

  /** How often it was asked for the master. */
  long questions() {
    return peer.commands().stream().filter(words -> words.startsWith("SENTINEL")).count();
  }

  int port() {
    return peer.port();
  }

  /** All that was said to it, handshakes included. */
  String heard() {
    return peer.received().stream().map(Received::text).collect(Collectors.joining("\n"));
  }

  static String url(FakeSentinel... sentinels) {
    return Stream.of(sentinels)
        .map(each -> "127.0.0.1:" + each.port())
        .collect(Collectors.joining(",", "redis+sentinel://", "?master=main"));
  }

  @Override
  public void close() {
    peer.close();
  }
}
