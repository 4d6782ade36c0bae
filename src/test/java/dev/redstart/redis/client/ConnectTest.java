package dev.redstart.redis.client;

import static dev.redstart.redis.client.Clients.brisk;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Handshake;
import dev.redstart.harness.Received;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ScriptedPeer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.redis.Command;
import dev.redstart.redis.Connections;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Notice;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisOptions;
import dev.redstart.resp.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way in that is open. */
class ConnectTest {
  private static final String PASSWORD = "p:w/@ #%é";
  private static final String ENCODED = "p%3Aw%2F%40%20%23%25%C3%A9";
  private static RedisServer server;

  @BeforeAll
  static void start() {
    server =
        RedisServer.start(
            ServerOptions.plain()
                .withUnixSocket()
                .withPassword("default-secret")
                .withUser("alice", "on", ">alice-secret", "~alice:*", "&*", "+@all")
                .withUser("open", "on", "nopass", "~*", "&*", "+@all"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String user(RedisOptions options) {
    try (var redis = Redis.connect(options)) {
      return redis.call("ACL", "WHOAMI").text();
    }
  }

  @ParameterizedTest(name = "RESP{0}")
  @ValueSource(ints = {2, 3})
  void overTcp(int protocol) {
    assertEquals("default", user(brisk(server.url()).withProtocol(protocol)));
  }

  @ParameterizedTest(name = "RESP{0}")
  @ValueSource(ints = {2, 3})
  void overAUnixSocket(int protocol) {
    var options = brisk(server.unixUrl()).withProtocol(protocol);
    assertEquals("default", user(options));
    try (var redis = Redis.connect(options)) {
      var big = "x".repeat(1 << 20);
      assertEquals(big, redis.call("ECHO", big).text());
      assertEquals(Optional.empty(), redis.call(Lists.popLeft("unix:none")));
      redis.exclusive(session -> session.call(Command.of("PING")));
    }
  }

  @ParameterizedTest(name = "RESP{0}")
  @ValueSource(ints = {2, 3})
  void asAnAclUser(int protocol) {
    var url = server.url("alice", "alice-secret");
    assertEquals("alice", user(brisk(url).withProtocol(protocol)));
    var options = RedisOptions.defaults().withPort(server.port()).withProtocol(protocol);
    assertEquals("alice", user(options.withUser("alice", "alice-secret")));
    assertEquals("default", user(options.withPassword("default-secret")));
  }

  @ParameterizedTest(name = "RESP{0}")
  @ValueSource(ints = {2, 3})
  void asAnAclUserWithoutPassword(int protocol) {
    for (var userInfo : List.of("open:", "open:whatever")) {
      var url = "redis://" + userInfo + "@127.0.0.1:" + server.port();
      assertEquals("open", user(brisk(url).withProtocol(protocol)), userInfo);
    }
    var options = RedisOptions.defaults().withPort(server.port()).withUser("open", "");
    assertEquals("open", user(options.withProtocol(protocol)));
  }

  @Test
  void withAPasswordThatIsPercentEncoded() {
    try (var strange = RedisServer.start(ServerOptions.plain().withPassword(PASSWORD))) {
      var url = "redis://:" + ENCODED + "@127.0.0.1:" + strange.port();
      assertEquals("default", user(brisk(url)));
    }
  }

  @ParameterizedTest(name = "RESP{0}")
  @ValueSource(ints = {2, 3})
  void eachConnectionIsInTheDatabaseOfItsOptions(int protocol) {
    var options = brisk(server.url() + "/7").withProtocol(protocol);
    try (var redis = Redis.connect(options);
        var zero = Redis.connect(brisk(server.url()))) {
      redis.call("SET", "connect:here", "seven");
      assertEquals("seven", redis.call("GET", "connect:here").text());
      assertTrue(zero.call("GET", "connect:here").isNull());
      assertEquals(
          "seven",
          redis.exclusive(session -> session.call(Command.of("GET", "connect:here")).text()));
      redis.call("RPUSH", "connect:list", "one");
      assertEquals("one", redis.call("BLPOP", "connect:list", "1").items().get(1).text());
    }
  }

  @ParameterizedTest(name = "RESP{0}")
  @ValueSource(ints = {2, 3})
  void theNameIsSeenOnTheServer(int protocol) {
    var options = brisk(server.url()).withClientName("my-agent:7").withProtocol(protocol);
    try (var redis = Redis.connect(options)) {
      assertEquals(Optional.of("my-agent:7"), redis.call(Connections.name()));
      var info = redis.call(Connections.info());
      assertEquals(Integer.toString(protocol), info.getOrDefault("resp", "" + protocol));
    }
  }

  @Test
  void aProtocolCanBeChosen() {
    for (int protocol : new int[] {2, 3}) {
      try (var redis = Redis.connect(brisk(server.url()).withProtocol(protocol))) {
        redis.call("HSET", "connect:hash", "f", "v");
        var reply = redis.call("HGETALL", "connect:hash");
        assertEquals(protocol == 3, reply instanceof Reply.Map, reply.toString());
      }
    }
  }

  @Test
  void aServerWithoutHelloIsSpokenToInRespTwo() {
    try (var peer = ScriptedPeer.start(Handshake.WITHOUT_HELLO)) {
      peer.expect("GET", "k").reply("$1\r\nv\r\n");
      var url = "redis://alice:secret@127.0.0.1:" + peer.port() + "/3";
      try (var redis = Redis.connect(brisk(url).withClientName("old"))) {
        assertEquals("v", redis.call("GET", "k").text());
      }
      var words = peer.received().stream().map(Received::text).toList();
      assertTrue(words.contains("AUTH alice secret"), words.toString());
      assertTrue(words.contains("SELECT 3"), words.toString());
      assertTrue(words.contains("CLIENT SETNAME old"), words.toString());
    }
  }

  @Test
  void aServerThatRefusesTheProtocolIsSpokenToInRespTwo() {
    try (var peer = ScriptedPeer.start()) {
      peer.expect("HELLO").reply("-NOPROTO unsupported protocol version\r\n");
      peer.expect("GET", "k").reply("$-1\r\n");
      try (var redis = Redis.connect(brisk(peer.url()))) {
        assertTrue(redis.call("GET", "k").isNull());
      }
    }
  }

  @Test
  void theServersOfTheFallbackHearTheSecretTwiceAtMost() {
    try (var peer = ScriptedPeer.start(Handshake.WITHOUT_HELLO)) {
      var url = "redis://:secret@127.0.0.1:" + peer.port();
      Redis.connect(brisk(url)).close();
      long said = peer.received().stream().filter(w -> w.text().contains("secret")).count();
      assertEquals(2, said);
    }
  }

  @Test
  void aServerThatKnowsNoClientCommandIsNoProblem() {
    try (var peer = ScriptedPeer.start(Handshake.SCRIPTED)) {
      peer.otherwise(
          command ->
              (command.startsWith("HELLO")
                      ? "%1\r\n+proto\r\n:3\r\n"
                      : command.startsWith("CLIENT") ? "-ERR unknown subcommand\r\n" : "+PONG\r\n")
                  .getBytes(StandardCharsets.UTF_8));
      try (var redis = Redis.connect(brisk(peer.url()))) {
        assertEquals("PONG", redis.call("PING").text());
      }
    }
  }

  @Test
  void theHandshakeIsOneRoundTrip() {
    try (var peer = ScriptedPeer.start(Handshake.SCRIPTED)) {
      peer.expect("HELLO", "3", "AUTH", "default", "pw", "SETNAME", "me").silence();
      peer.expect("SELECT", "2").silence();
      peer.expect("CLIENT", "SETINFO").silence();
      peer.expect("CLIENT", "ID")
          .reply("%1\r\n+proto\r\n:3\r\n+OK\r\n-ERR no such subcommand\r\n:7\r\n");
      var url = "redis://:pw@127.0.0.1:" + peer.port() + "/2";
      Redis.connect(brisk(url).withClientName("me")).close();
      peer.verify();
    }
  }

  @Test
  void pushesDuringTheHandshakeAreNoReplies() {
    try (var peer = ScriptedPeer.start(Handshake.SCRIPTED)) {
      peer.expect("HELLO").reply(">2\r\n+x\r\n+y\r\n%1\r\n+proto\r\n:3\r\n>1\r\n+z\r\n");
      peer.expect("CLIENT", "SETINFO").reply("+OK\r\n");
      peer.expect("CLIENT", "ID").reply(">1\r\n+z\r\n:7\r\n");
      peer.expect("GET", "k").reply(">1\r\n+z\r\n$1\r\nv\r\n");
      try (var redis = Redis.connect(brisk(peer.url()))) {
        assertEquals("v", redis.call("GET", "k").text());
      }
    }
  }

  @ParameterizedTest(name = "RESP{0}")
  @ValueSource(ints = {2, 3})
  void anAclUserWhoMayDoLittleCanDoThat(int protocol) {
    try (var strict =
        RedisServer.start(
            ServerOptions.plain().withUser("little", "on", ">pw", "~*", "&*", "-@all", "+get"))) {
      var options = brisk(strict.url("little", "pw")).withProtocol(protocol);
      try (var redis = Redis.connect(options)) {
        assertTrue(redis.call("GET", "k").isNull());
      }
    }
  }

  @Test
  void localhostIsTriedOnEachOfItsAddresses() {
    var url = "redis://:default-secret@localhost:" + server.port();
    assertEquals("default", user(brisk(url)));
  }

  @Test
  void messagesOfAnotherDatabaseAreHeardToo() throws Exception {
    try (var redis = Redis.connect(brisk(server.url() + "/5"));
        var subscription = redis.subscribe("connect:news")) {
      redis.call("PUBLISH", "connect:news", "hello");
      var notice = subscription.next(Clients.PATIENCE).orElseThrow();
      assertEquals("hello", ((Notice.Message) notice).text());
    }
  }

  @Test
  void nothingOfTheOptionsShowsSecrets() {
    var options = RedisOptions.of(server.url("alice", "alice-secret"));
    try (var redis = Redis.connect(options)) {
      assertFalse((options + " " + redis + " " + redis.options()).contains("alice-secret"));
    }
  }
}
