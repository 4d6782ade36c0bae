package dev.redstart.redis.client;

import static dev.redstart.redis.client.Clients.assertHides;
import static dev.redstart.redis.client.Clients.assertSays;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ScriptedPeer;
import dev.redstart.redis.Command;
import dev.redstart.redis.Connections;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Script;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Invariant 8: each error that a server may send has one answer. */
@Execution(CONCURRENT)
class ServerErrorTest {
  private static final String SECRET = "Tr0ub4dor";
  private static final String LOADING = "-LOADING Redis is loading the dataset in memory\r\n";

  private static RedisOptions options(ScriptedPeer peer) {
    return Clients.brisk("redis://:" + SECRET + "@127.0.0.1:" + peer.port());
  }

  private static RedisException.Rejected rejected(Redis redis, Command<?> command) {
    var rejected = assertThrows(RedisException.Rejected.class, () -> redis.call(command));
    assertSays(rejected, command.name(), redis.options().address());
    assertHides(rejected, SECRET);
    return rejected;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-LOADING Redis is loading the dataset in memory",
        "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
        "-TRYAGAIN Multiple keys request during rehashing of slot",
        "-CLUSTERDOWN The cluster is down",
        "-CLUSTERDOWN Hash slot not served"
      })
  void whatIsRefusedForTheMomentIsTriedAgain(String error) {
    try (var peer = ScriptedPeer.start()) {
      peer.expect("SET", "k", "v").reply(error + "\r\n");
      peer.expect("SET", "k", "v").reply(error + "\r\n");
      peer.expect("SET", "k", "v").reply("+OK\r\n");
      try (var redis = Redis.connect(options(peer))) {
        assertEquals("OK", redis.call("SET", "k", "v").text());
      }
      peer.verify();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LOADING Redis is loading the dataset in memory | LOADING | still loading its data",
        "MASTERDOWN Link with MASTER is down | MASTERDOWN | lost its master",
        "TRYAGAIN Multiple keys request | TRYAGAIN | not ready",
        "CLUSTERDOWN The cluster is down | CLUSTERDOWN | not ready"
      })
  void whatIsRefusedForGoodIsToldBeforeTheDeadline(String error, String code, String advice) {
    try (var peer = ScriptedPeer.start()) {
      peer.otherwise(command -> ("-" + error + "\r\n").getBytes(UTF_8));
      try (var redis = Redis.connect(options(peer))) {
        long start = System.nanoTime();
        var rejected = rejected(redis, Command.of("SET", "k", SECRET));
        long millis = (System.nanoTime() - start) / 1_000_000;
        assertEquals(code, rejected.code());
        assertFalse(rejected.mayHaveRun());
        assertSays(rejected, advice);
        assertTrue(millis > 400 && millis < 1_500, millis + " ms");
        assertTrue(peer.commands().size() < 25, peer.commands().size() + " attempts");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "READONLY You can't write against a read only replica. | connect to its master",
        "MOVED 3999 127.0.0.1:6381 | redis+cluster://",
        "ASK 3999 127.0.0.1:6381 | redis+cluster://",
        "CROSSSLOT Keys in request don't hash to the same slot | same {tag}",
        "MISCONF Redis is configured to save RDB snapshots | write its data to disk",
        "NOPERM this user has no permissions | ACL",
        "NOAUTH Authentication required. | password",
        "WRONGTYPE Operation against a key | another type",
        "OOM command not allowed when used memory > 'maxmemory'. | memory",
        "NOREPLICAS Not enough good replicas to write. | replicas",
        "BUSY Redis is busy running a script. | script"
      })
  void whatIsRefusedIsToldOnceWithAdvice(String error, String advice) {
    try (var peer = ScriptedPeer.start()) {
      peer.expect("SET", "k").reply("-" + error + "\r\n");
      peer.expect("PING").reply("+PONG\r\n");
      try (var redis = Redis.connect(options(peer))) {
        var rejected = rejected(redis, Command.of("SET", "k", SECRET));
        assertEquals(error.substring(0, error.indexOf(' ')), rejected.code());
        assertFalse(rejected.mayHaveRun());
        assertSays(rejected, error.strip(), advice);
        assertEquals("PONG", redis.call(Connections.ping()));
        assertEquals(1, peer.accepted());
      }
      peer.verify();
    }
  }

  @Test
  void theArgumentsOfAnUnknownCommandAreNotShown() {
    try (var redis = Redis.connect(RedisServer.shared().url())) {
      var rejected = rejected(redis, Command.of("NOSUCHCOMMAND", SECRET));
      assertSays(rejected, "unknown command");
    }
  }

  @Test
  void aScriptThatFailedMayHaveRun() {
    try (var redis = Redis.connect(RedisServer.shared().url())) {
      var script = Script.of("redis.call('SET', KEYS[1], '1') return redis.call('NONE')");
      var rejected =
          assertThrows(
              RedisException.Rejected.class, () -> redis.call(script.call(List.of("errors:k"))));
      assertTrue(rejected.mayHaveRun());
      assertEquals("1", redis.call("GET", "errors:k").text());
    }
  }

  @Test
  void anUnknownScriptIsSentWithItsSource() {
    try (var peer = ScriptedPeer.start()) {
      var script = Script.of("return 1");
      peer.expect("EVALSHA", script.sha()).reply("-NOSCRIPT No matching script.\r\n");
      peer.expect("EVAL", "return 1", "1", "k", "a").reply(":1\r\n");
      try (var redis = Redis.connect(options(peer))) {
        assertEquals(1, redis.call(script.call(List.of("k"), "a")).integer());
      }
      peer.verify();
    }
  }

  @Test
  void aServerThatNeverKnowsTheScriptIsAskedTwiceOnly() {
    try (var peer = ScriptedPeer.start()) {
      peer.otherwise(command -> "-NOSCRIPT No matching script.\r\n".getBytes(UTF_8));
      try (var redis = Redis.connect(options(peer))) {
        var script = Script.of("return 1").call(List.of());
        var rejected = assertThrows(RedisException.Rejected.class, () -> redis.call(script));
        assertEquals("NOSCRIPT", rejected.code());
        assertEquals(2, peer.commands().size());
      }
    }
  }

  @Test
  void aBlockThatTheServerCutsShortIsAskedAgain() {
    try (var peer = ScriptedPeer.start()) {
      peer.expect("BLPOP", "k")
          .reply("-UNBLOCKED force unblock from blocking operation, instance state changed\r\n");
      peer.expect("BLPOP", "k").reply("*2\r\n$1\r\nk\r\n$1\r\nv\r\n");
      try (var redis = Redis.connect(options(peer))) {
        assertEquals("v", redis.call("BLPOP", "k", "0.5").items().get(1).text());
      }
      peer.verify();
    }
  }

  @Test
  void aServerThatIsLoadingDuringTheHandshakeIsTriedAgain() {
    try (var peer = ScriptedPeer.start()) {
      peer.expect("GET", "k").hangUp();
      peer.expect("HELLO").reply(LOADING);
      peer.expect("HELLO").reply(LOADING);
      peer.expect("GET", "k").reply("$1\r\nv\r\n");
      try (var redis = Redis.connect(options(peer).withTimeout(Duration.ofSeconds(5)))) {
        assertEquals("v", redis.call("GET", "k").text());
      }
      peer.verify();
    }
  }

  @Test
  void aServerThatIsFullForAMomentIsTriedAgain() {
    try (var peer = ScriptedPeer.start()) {
      peer.connection(1).expect("GET", "k").hangUp();
      for (int number = 2; number < 5; number++) {
        peer.connection(number)
            .onConnect()
            .reply("-ERR max number of clients reached\r\n")
            .hangUp();
      }
      peer.connection(5).expect("GET", "k").reply("$1\r\nv\r\n");
      try (var redis = Redis.connect(options(peer).withTimeout(Duration.ofSeconds(5)))) {
        assertEquals("v", redis.call("GET", "k").text());
      }
      peer.verify();
    }
  }

  /**
   * Servers before 7.2 do not know SETINFO; it was once taken for the reason of what came after.
   */
  @Test
  void whatTheHandshakePassesOverIsNotWhyTheConnectionBroke() {
    try (var peer = ScriptedPeer.start()) {
      peer.connection(1).expect("GET", "k").hangUp();
      for (int number = 2; number < 5; number++) {
        peer.connection(number)
            .expect("CLIENT", "SETINFO")
            .reply("-ERR unknown subcommand 'SETINFO'. Try CLIENT HELP.\r\n")
            .hangUp();
      }
      peer.connection(5).expect("GET", "k").reply("$1\r\nv\r\n");
      try (var redis = Redis.connect(options(peer).withTimeout(Duration.ofSeconds(5)))) {
        assertEquals("v", redis.call("GET", "k").text());
      }
      peer.verify();
    }
  }

  @ParameterizedTest(name = "RESP{0}")
  @ValueSource(ints = {2, 3})
  void aTransactionOnAServerThatIsLoadingRanNothing(int protocol) {
    try (var peer = ScriptedPeer.start()) {
      peer.expect("MULTI").reply("+OK\r\n");
      peer.expect("INCR", "n").reply(LOADING);
      peer.expect("EXEC").reply("-EXECABORT Transaction discarded because of previous errors.\r\n");
      peer.otherwise(
          command -> (command.startsWith("MULTI") ? "+OK\r\n" : LOADING).getBytes(UTF_8));
      try (var redis = Redis.connect(options(peer).withProtocol(protocol))) {
        var rejected =
            assertThrows(
                RedisException.Rejected.class, () -> redis.atomically(Command.of("INCR", "n")));
        assertEquals("LOADING", rejected.code());
        assertFalse(rejected.mayHaveRun());
      }
    }
  }

  @ParameterizedTest(name = "RESP{0}")
  @ValueSource(ints = {2, 3})
  void aTransactionThatWasAbortedForTheMomentIsTriedAgain(int protocol) {
    try (var peer = ScriptedPeer.start()) {
      peer.expect("MULTI").reply("+OK\r\n");
      peer.expect("INCR", "n").reply(LOADING);
      peer.expect("EXEC").reply("-EXECABORT Transaction discarded because of previous errors.\r\n");
      peer.expect("MULTI").reply("+OK\r\n");
      peer.expect("INCR", "n").reply("+QUEUED\r\n");
      peer.expect("EXEC").reply("*1\r\n:1\r\n");
      var patient = options(peer).withProtocol(protocol).withTimeout(Duration.ofSeconds(5));
      try (var redis = Redis.connect(patient)) {
        var incr = Command.of("INCR", "n").map(Reply::integer);
        assertEquals(List.of(1L), redis.atomically(incr));
      }
      peer.verify();
    }
  }

  /** A script may return anything, and has run. */
  @Test
  void anAnswerThatLooksLikeAnAbortedTransactionIsAnAnswer() {
    try (var peer = ScriptedPeer.start()) {
      peer.expect("EVAL").reply("*2\r\n" + LOADING + "-EXECABORT so it says\r\n");
      try (var redis = Redis.connect(options(peer))) {
        assertEquals(2, redis.call("EVAL", "return x", "0").items().size());
      }
      assertEquals(1, peer.commands().stream().filter(c -> c.startsWith("EVAL")).count());
    }
  }

  @Test
  void aReplicaThatMayNotWriteSaysSo() {
    var server = RedisServer.start();
    try (var redis = Redis.connect(Clients.brisk(server.url()))) {
      server.cli("REPLICAOF", "127.0.0.1", "1");
      var rejected = rejected(redis, Command.of("SET", "k", "v"));
      assertEquals("READONLY", rejected.code());
      assertSays(rejected, "connect to its master");
      server.cli("CONFIG", "SET", "replica-serve-stale-data", "no");
      assertEquals("MASTERDOWN", rejected(redis, Command.of("GET", "k")).code());
    } finally {
      server.close();
    }
  }

  @Test
  void theEndOfTheStreamIsToldWithWhatMayHaveHappened() {
    try (var peer = ScriptedPeer.start()) {
      peer.expect("INCR", "n").hangUp();
      peer.expect("INCR", "n").reply(":1").hangUp();
      peer.expect("INCR", "n").reset();
      try (var redis = Redis.connect(options(peer))) {
        for (int i = 0; i < 3; i++) {
          var broken =
              assertThrows(RedisException.Disconnected.class, () -> redis.call("INCR", "n"));
          assertTrue(broken.mayHaveRun());
          assertSays(broken, "INCR", redis.options().address(), "outcome unknown");
          assertHides(broken, SECRET);
        }
      }
    }
  }
}
