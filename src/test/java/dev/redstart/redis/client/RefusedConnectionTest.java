package dev.redstart.redis.client;

import static dev.redstart.redis.client.Clients.assertHides;
import static dev.redstart.redis.client.Clients.assertNoThreads;
import static dev.redstart.redis.client.Clients.assertSays;
import static dev.redstart.redis.client.Clients.brisk;
import static dev.redstart.redis.client.Clients.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.harness.Handshake;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ScriptedPeer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way in that is closed: one sentence each, with the address and without a secret. */
@Apart
class RefusedConnectionTest {
  private static final String SECRET = "Tr0ub4dor";

  private static String url(int port) {
    return "redis://alice:" + SECRET + "@127.0.0.1:" + port + "/4";
  }

  /** Refused, in a sentence that says this, and leaves nothing behind. */
  private static RedisException assertRefused(RedisOptions options, String... parts) {
    var refused = refused(options);
    assertSays(refused, parts);
    assertHides(refused, SECRET);
    assertFalse(refused.getMessage().contains("  "), refused.getMessage());
    assertFalse(refused.getMessage().contains("null"), refused.getMessage());
    assertEquals(1, refused.getMessage().lines().count(), refused.getMessage());
    assertNoThreads(options);
    return refused;
  }

  @Test
  void anUnknownHost() {
    var options = brisk("redis://alice:" + SECRET + "@no-such-host.invalid:6379");
    assertRefused(options, "no-such-host.invalid:6379", "host name is not known");
  }

  @Test
  void aPortWhereNobodyListens() throws IOException {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    assertRefused(brisk(url(port)), "refused", "is a server running there?");
  }

  @Test
  void aSocketThatDoesNotExist() {
    assertRefused(brisk("unix://:" + SECRET + "@/tmp/no-such-redis.sock"), "no such socket");
  }

  @Test
  void anHttpServer() {
    try (var peer = ScriptedPeer.speaking("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n")) {
      assertRefused(brisk(url(peer.port())), "does not speak RESP", "right port?");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0\0\0\0", "*99999999999\r\n", "$-5\r\n", "hello\r\n", "+OK\n+OK\n"})
  void garbage(String text) {
    try (var peer = ScriptedPeer.speaking(text)) {
      assertRefused(brisk(url(peer.port())), "does not speak RESP");
    }
  }

  @Test
  void aPeerThatHangsUpAtOnce() {
    try (var peer = ScriptedPeer.start(Handshake.SCRIPTED)) {
      peer.onConnect().hangUp();
      long start = System.nanoTime();
      assertRefused(brisk(url(peer.port())), "hung up during the handshake");
      assertTrue(System.nanoTime() - start < 900_000_000L, "waited for the whole timeout");
    }
  }

  @Test
  void aPeerThatHangsUpAfterTheFirstWord() {
    try (var peer = ScriptedPeer.speaking("")) {
      assertRefused(brisk(url(peer.port())), "hung up during the handshake");
    }
  }

  @Test
  void aPeerThatResetsTheConnection() {
    try (var peer = ScriptedPeer.start(Handshake.SCRIPTED)) {
      peer.expect("HELLO").reset();
      assertRefused(brisk(url(peer.port())), "cannot connect");
    }
  }

  @Test
  void aPeerThatHangsUpInTheMiddleOfTheHandshake() {
    try (var peer = ScriptedPeer.start(Handshake.SCRIPTED)) {
      peer.expect("HELLO").reply("%1\r\n+proto\r\n:3\r\n+O").hangUp();
      assertRefused(brisk(url(peer.port())), "hung up during the handshake");
    }
  }

  @Test
  void aPeerThatNeverAnswers() {
    try (var peer = ScriptedPeer.start(Handshake.SCRIPTED)) {
      peer.otherwise(command -> new byte[0]);
      assertRefused(brisk(url(peer.port())), "no answer within 1.0 s");
    }
  }

  @Test
  void aPeerThatAnswersOnlyHalfOfTheHandshake() {
    try (var peer = ScriptedPeer.start(Handshake.SCRIPTED)) {
      peer.expect("HELLO").reply("%1\r\n+proto\r\n:3\r\n");
      peer.otherwise(command -> new byte[0]);
      assertRefused(brisk(url(peer.port())), "no answer within 1.0 s");
    }
  }

  @Test
  void aPortThatIsNotServed() throws IOException {
    // The kernel accepts up to the backlog; after that it drops what comes.
    try (var full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertRefused(brisk(url(full.getLocalPort())), "no answer within 1.0 s");
    }
  }

  @Test
  void aPeerThatEchoesIsNotTakenForAServer() {
    try (var peer = ScriptedPeer.start(Handshake.SCRIPTED)) {
      peer.otherwise(
          command -> {
            var text = new StringBuilder("*" + command.words().size() + "\r\n");
            for (int i = 0; i < command.words().size(); i++) {
              text.append("$").append(command.words().get(i).length).append("\r\n");
              text.append(command.word(i)).append("\r\n");
            }
            return text.toString().getBytes(StandardCharsets.UTF_8);
          });
      assertRefused(brisk(url(peer.port())));
    }
  }

  @ParameterizedTest(name = "RESP{0}")
  @ValueSource(ints = {2, 3})
  void aWrongPassword(int protocol) {
    try (var server =
        RedisServer.start(ServerOptions.plain().withUser("alice", "on", ">other", "+@all"))) {
      var options = brisk(url(server.port())).withProtocol(protocol);
      assertRefused(options, "WRONGPASS", "check user name and password");
      assertRefused(options.withUser("bob", SECRET), "WRONGPASS");
    }
  }

  @ParameterizedTest(name = "RESP{0}")
  @ValueSource(ints = {2, 3})
  void aMissingPassword(int protocol) {
    try (var server = RedisServer.start(ServerOptions.plain().withPassword(SECRET))) {
      var options = brisk("redis://127.0.0.1:" + server.port()).withProtocol(protocol);
      assertRefused(options, "NOAUTH", "set it in the URL or in REDIS_PASSWORD");
    }
  }

  @ParameterizedTest(name = "RESP{0}")
  @ValueSource(ints = {2, 3})
  void aDatabaseThatDoesNotExist(int protocol) {
    var options = brisk(RedisServer.shared().url() + "/9999").withProtocol(protocol);
    assertRefused(options, "there is no database 9999");
  }

  @Test
  void aServerWithTooManyClients() {
    try (var server = RedisServer.start(ServerOptions.plain().withConfig("maxclients", "10"))) {
      var options = brisk(server.url());
      var clients = new ArrayDeque<Redis>();
      try {
        for (int i = 0; i < 11; i++) {
          clients.push(Redis.connect(options.withClientName("c" + i)));
        }
        throw new AssertionError("all eleven got in");
      } catch (RedisException.Unavailable full) {
        assertSays(full, "max number of clients reached", options.address());
      } finally {
        clients.forEach(Redis::close);
      }
      assertNoThreads(options);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-ERR max number of clients reached\r\n",
        "-DENIED Redis is running in protected mode because it is enabled\r\n"
      })
  void aServerThatRefusesUsBeforeWeAsk(String words) {
    for (int i = 0; i < 10; i++) {
      try (var peer = ScriptedPeer.start(Handshake.SCRIPTED)) {
        peer.onConnect().reply(words).hangUp();
        var said = words.substring(words.indexOf(' ') + 1).strip();
        assertRefused(brisk(url(peer.port())), said);
      }
    }
  }

  @Test
  void aServerThatRepeatsTheSecretInItsError() {
    try (var peer = ScriptedPeer.start(Handshake.SCRIPTED)) {
      peer.otherwise(
          command ->
              ("-ERR unknown command '%s', with args beginning with: '%s' '%s'\r\n"
                      .formatted(command.word(0), "alice", SECRET))
                  .getBytes(StandardCharsets.UTF_8));
      assertRefused(brisk(url(peer.port())), "unknown command");
    }
  }

  @Test
  void theTimeoutCountsOnceForAllOfIt() {
    try (var peer = ScriptedPeer.start(Handshake.SCRIPTED)) {
      peer.expect("HELLO").after(Duration.ofMillis(700)).reply("-ERR unknown command\r\n");
      peer.otherwise(
          command ->
              (command.startsWith("AUTH") ? "" : "-ERR x\r\n").getBytes(StandardCharsets.UTF_8));
      long start = System.nanoTime();
      assertRefused(brisk(url(peer.port())), "no answer within 1.0 s");
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(millis < 1_400, millis + " ms for a limit of 1000");
    }
  }
}
