package dev.redstart.redis.client;

import static dev.redstart.redis.client.Clients.assertHides;
import static dev.redstart.redis.client.Clients.assertNoThreads;
import static dev.redstart.redis.client.Clients.assertSays;
import static dev.redstart.redis.client.Clients.brisk;
import static dev.redstart.redis.client.Clients.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ScriptedPeer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.redis.Connections;
import dev.redstart.redis.Redis;
import java.io.IOException;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Sentinels may say, or not: the master is found, or a sentence says why it is not. */
class SentinelTest {
  private static final String SECRET = "Tr0ub4dor";
  private static final RedisServer SERVER = RedisServer.shared();

  private static int deadPort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theMasterIsTheOneThatTheyName() {
    try (var sentinel = FakeSentinel.naming(SERVER.port());
        var redis = Redis.connect(brisk(FakeSentinel.url(sentinel)))) {
      assertEquals("PONG", redis.call("PING").text());
      assertEquals("main of the Sentinels 127.0.0.1:" + sentinel.port(), redis.options().address());
    }
  }

  @Test
  void oneThatAnswersIsEnoughAndIsAskedFirstNextTime() {
    try (var silent = ScriptedPeer.answering(command -> new byte[0]);
        var ignorant = FakeSentinel.start();
        var sentinel = FakeSentinel.naming(SERVER.port())) {
      String hosts =
          "127.0.0.1:"
              + deadPort()
              + ",127.0.0.1:"
              + silent.port()
              + ",127.0.0.1:"
              + ignorant.port();
      var url = FakeSentinel.url(sentinel).replace("://", "://" + hosts + ",");
      try (var redis = Redis.connect(brisk(url))) {
        long asked = ignorant.questions();
        for (int i = 0; i < 3; i++) {
          redis.exclusive(session -> session.call(Connections.ping()));
        }
        assertEquals(asked, ignorant.questions());
      }
    }
  }

  @Test
  void ifAllAreDownEachIsNamed() {
    int one = deadPort();
    int two = deadPort();
    var options =
        brisk(
            "redis+sentinel://:"
                + SECRET
                + "@127.0.0.1:"
                + one
                + ",127.0.0.1:"
                + two
                + "?master=main");
    var refused = refused(options);
    assertSays(
        refused,
        "the Sentinel at 127.0.0.1:" + one,
        "the Sentinel at 127.0.0.1:" + two,
        "connection refused");
    assertHides(refused, SECRET);
    assertNoThreads(options);
  }

  @Test
  void aNameThatNoneKnowsIsSaidSo() {
    try (var one = FakeSentinel.start();
        var two = FakeSentinel.start()) {
      var refused = refused(brisk(FakeSentinel.url(one, two)));
      assertSays(
          refused,
          "127.0.0.1:" + one.port(),
          "127.0.0.1:" + two.port(),
          "knows no master of this name");
    }
  }

  @Test
  void anOrdinaryServerIsNoSentinel() {
    var refused = refused(brisk("redis+sentinel://127.0.0.1:" + SERVER.port() + "?master=main"));
    assertSays(refused, "does not know the command SENTINEL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+OK\r\n",
        "*1\r\n$1\r\nh\r\n",
        "*2\r\n$0\r\n\r\n$1\r\n1\r\n",
        "*2\r\n$1\r\nh\r\n$1\r\nx\r\n",
        ":5\r\n"
      })
  void anAnswerThatIsNoAddressIsRefused(String answer) {
    try (var peer = ScriptedPeer.answering(command -> answer.getBytes())) {
      var refused = refused(brisk("redis+sentinel://127.0.0.1:" + peer.port() + "?master=main"));
      assertSays(refused, "the Sentinel at 127.0.0.1:" + peer.port(), "no address");
    }
  }

  @Test
  void itsPasswordIsItsOwn() {
    try (var sentinel = RedisServer.start(ServerOptions.plain().withPassword("other"))) {
      var url =
          "redis+sentinel://alice:" + SECRET + "@127.0.0.1:" + sentinel.port() + "?master=main";
      assertSays(refused(brisk(url)), "NOAUTH", "REDIS_SENTINEL_PASSWORD");
      var wrong = refused(brisk(url).withSentinelPassword(SECRET));
      assertSays(wrong, "WRONGPASS", "REDIS_SENTINEL_PASSWORD");
      assertHides(wrong, SECRET);
      assertSays(
          refused(brisk(url).withSentinelPassword("other")), "does not know the command SENTINEL");
    }
  }

  @Test
  void nobodyGetsThePasswordOfTheOther() {
    try (var master = ScriptedPeer.start();
        var sentinel = FakeSentinel.naming(master.port())) {
      var url = FakeSentinel.url(sentinel).replace("://", "://alice:master-word@");
      Redis.connect(brisk(url).withSentinelUser("bob", "sentinel-word")).close();
      assertTrue(sentinel.heard().contains("AUTH bob sentinel-word"), sentinel.heard());
      assertTrue(!sentinel.heard().contains("master-word"), sentinel.heard());
      var heard = master.received().toString();
      assertTrue(heard.contains("AUTH alice master-word"), heard);
      assertTrue(!heard.contains("sentinel-word"), heard);
    }
  }

  @Test
  void aDeadMasterIsNamedInTheSentence() {
    int dead = deadPort();
    try (var sentinel = FakeSentinel.naming(dead)) {
      var refused = refused(brisk(FakeSentinel.url(sentinel)));
      assertSays(
          refused,
          "127.0.0.1:" + dead + ": connection refused",
          "Sentinels 127.0.0.1:" + sentinel.port());
    }
  }

  @Test
  void ofTwoThatDisagreeTheOneCountsWhoseMasterIsThere() {
    try (var late = FakeSentinel.naming(deadPort());
        var right = FakeSentinel.naming(SERVER.port());
        var redis = Redis.connect(brisk(FakeSentinel.url(late, right)))) {
      assertEquals("PONG", redis.call("PING").text());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aReplicaIsNoMaster(int protocol) {
    try (var replica =
            RedisServer.start(
                ServerOptions.plain()
                    .withConfig("replicaof", "127.0.0.1", Integer.toString(SERVER.port())));
        var late = FakeSentinel.naming(replica.port())) {
      var refused = refused(brisk(FakeSentinel.url(late)).withProtocol(protocol));
      assertSays(refused, "127.0.0.1:" + replica.port(), "not the master");
      try (var right = FakeSentinel.naming(SERVER.port());
          var redis = Redis.connect(brisk(FakeSentinel.url(late, right)).withProtocol(protocol))) {
        assertEquals("OK", redis.call("SET", "sentinel:k", "v").text());
      }
    }
  }
}
