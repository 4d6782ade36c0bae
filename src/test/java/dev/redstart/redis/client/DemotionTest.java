package dev.redstart.redis.client;

import static dev.redstart.redis.client.Clients.PATIENCE;
import static dev.redstart.redis.client.Clients.SECOND;
import static dev.redstart.redis.client.Clients.assertSays;
import static dev.redstart.redis.client.Clients.async;
import static dev.redstart.redis.client.Clients.outcomes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.Handshake;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ScriptedPeer;
import dev.redstart.redis.Connections;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Script;
import dev.redstart.redis.Strings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

/**
 * A server that is the master no more, though it lives, gets no command and keeps no connection.
 */
@Execution(CONCURRENT)
class DemotionTest {
  private static final Duration BRIEF = Duration.ofMillis(500);

  private final RedisServer before = RedisServer.start();
  private final RedisServer after = RedisServer.start();
  private final FakeSentinel sentinel = FakeSentinel.naming(before.port());

  @AfterEach
  void end() {
    sentinel.close();
    before.close();
    after.close();
  }

  private RedisOptions options() {
    return options(sentinel.port());
  }

  private static RedisOptions options(int port) {
    return RedisOptions.of("redis+sentinel://127.0.0.1:" + port + "?master=main");
  }

  private void demote() {
    before.cli("REPLICAOF", "127.0.0.1", Integer.toString(after.port()));
    sentinel.name(after.port());
  }

  private String calls(RedisServer server, String command) {
    return server
        .cli("INFO", "commandstats")
        .lines()
        .filter(line -> line.startsWith("cmdstat_" + command + ":"))
        .findAny()
        .orElse("none");
  }

  @Test
  void whatItRefusesIsSentToItsSuccessorInTheEnd() {
    try (var redis = Redis.connect(options())) {
      redis.call("SET", "n", "0");
      demote();
      var pending = new ArrayList<Pending<Long>>();
      for (int i = 0; i < 1_000; i++) {
        pending.add(redis.send(Strings.incr("n")));
      }
      pending.forEach(Pending::await);
      assertEquals("1000", after.cli("GET", "n"));
      var script = Script.of("return redis.call('INCR', KEYS[1])");
      assertEquals(1001, redis.call(script.call(List.of("n"))).integer());
      assertEquals(List.of(1002L), redis.atomically(Strings.incr("n")));
    }
  }

  @Test
  void allThatItRefusesComesThoughSlowly() {
    try (var proxy = FaultProxy.to(before.port())) {
      sentinel.name(proxy.port());
      try (var redis = Redis.connect(options())) {
        redis.call("SET", "n", "0");
        demote();
        proxy.toClient(Fault.delay(Duration.ofMillis(150)));
        var pending = new ArrayList<Pending<Long>>();
        for (int i = 0; i < 1_000; i++) {
          pending.add(redis.send(Strings.incr("n")));
        }
        pending.forEach(Pending::await);
        assertEquals("1000", after.cli("GET", "n"));
      }
    }
  }

  @Test
  void scriptsTransactionsAndPopsAreRefusedThereWithoutEffectToo() {
    try (var redis = Redis.connect(options())) {
      redis.call("SET", "n", "0");
      demote();
      var script = async(() -> redis.call("EVAL", "return redis.call('INCR', KEYS[1])", "1", "n"));
      var together = async(() -> redis.atomically(Strings.incr("n"), Strings.incr("n")));
      var pop = async(() -> redis.call("BLPOP", "list", "8"));
      outcomes(List.of(script, together), PATIENCE);
      assertEquals("3", after.cli("GET", "n"));
      after.cli("RPUSH", "list", "element");
      assertEquals("element", pop.join().items().get(1).text());
    }
  }

  @Test
  void itIsAskedNothingMoreOnceThatIsKnown() {
    try (var redis = Redis.connect(options())) {
      redis.call("SET", "k", "old");
      demote();
      after.cli("SET", "k", "new");
      redis.call("INCR", "n");
      assertEquals("new", redis.call("GET", "k").text());
      assertEquals("none", calls(before, "get"));
    }
  }

  @Test
  void aNewMasterThatIsAnnouncedIsFollowedAtOnce() {
    try (var redis = Redis.connect(options());
        var news = redis.subscribe("news")) {
      var pop = async(() -> redis.call("BLPOP", "list", "5"));
      Eventually.within(PATIENCE, "somebody listens", () -> sentinel.listeners() == 1);
      Eventually.within(PATIENCE, "it pops", () -> !calls(before, "blpop").equals("none"));
      sentinel.announce(before.port(), after.port());
      Eventually.within(
          PATIENCE, "all have left", () -> before.cli("CLIENT", "LIST").lines().count() == 1);
      assertThrows(Exception.class, pop::join);
      Eventually.within(
          PATIENCE, "they listen", () -> after.cli("PUBLISH", "news", "hello").equals("1"));
      redis.call("SET", "k", "v");
      assertEquals("v", after.cli("GET", "k"));
    }
  }

  @Test
  void newsOfOtherMastersAndNonsenseMoveNobody() {
    try (var redis = Redis.connect(options())) {
      Eventually.within(PATIENCE, "somebody listens", () -> sentinel.listeners() == 1);
      String moved = " 127.0.0.1 " + before.port() + " 127.0.0.1 " + after.port();
      for (var words : List.of("other" + moved, "main 127.0.0.1 x y z", "main", "", " ")) {
        sentinel.announce(words);
      }
      long id = redis.call("CLIENT", "ID").integer();
      redis.call("BLPOP", "list", "0.3");
      assertEquals(id, redis.call("CLIENT", "ID").integer());
      assertTrue(isOn(redis, before));
    }
  }

  @Test
  void anAttemptToReachWhatDoesNotAnswerEndsWithTheNewsOfItsSuccessor() {
    try (var silent = ScriptedPeer.start(Handshake.SCRIPTED);
        var redis = Redis.connect(options())) {
      silent.otherwise(command -> new byte[0]);
      Eventually.within(PATIENCE, "somebody listens", () -> sentinel.listeners() == 1);
      sentinel.name(silent.port());
      before.kill();
      var call = async(() -> redis.call(Connections.ping()));
      Eventually.within(PATIENCE, "it is tried", () -> silent.accepted() > 0);
      long start = System.nanoTime();
      sentinel.announce(silent.port(), after.port());
      assertEquals("PONG", call.join());
      assertTrue(System.nanoTime() - start < SECOND.multipliedBy(3).toNanos());
    }
  }

  @Test
  void aMasterThatComesBackIsTheMasterAgain() {
    try (var redis = Redis.connect(options())) {
      Eventually.within(PATIENCE, "somebody listens", () -> sentinel.listeners() == 1);
      sentinel.announce(before.port(), after.port());
      Eventually.within(PATIENCE, "it has moved", () -> isOn(redis, after));
      // The news of this is lost.
      sentinel.name(before.port());
      Eventually.within(PATIENCE, "it has moved back", () -> isOnAfterCut(redis));
      long id = redis.call("CLIENT", "ID").integer();
      redis.call("BLPOP", "list", "0.3");
      assertEquals(id, redis.call("CLIENT", "ID").integer());
    }
  }

  private boolean isOnAfterCut(Redis redis) {
    after.cli("CLIENT", "KILL", "TYPE", "normal");
    return isOn(redis, before);
  }

  private static boolean isOn(Redis redis, RedisServer server) {
    redis.call("SET", "where", Integer.toString(server.port()));
    return Integer.toString(server.port()).equals(server.cli("GET", "where"));
  }

  @Test
  void aCallThatFindsNoMasterInTimeSaysSoAndNobodyIsHammered() {
    try (var redis = Redis.connect(options().withTimeout(BRIEF))) {
      before.cli("REPLICAOF", "127.0.0.1", Integer.toString(after.port()));
      var calls = new ArrayList<CompletableFuture<?>>();
      for (int i = 0; i < 64; i++) {
        calls.add(async(() -> redis.call("INCR", "n")));
        calls.add(async(() -> redis.call("BLPOP", "list", "0.2")));
      }
      long asked = sentinel.questions();
      for (Object outcome : outcomes(calls, PATIENCE)) {
        assertFalse(((RedisException) outcome).mayHaveRun(), outcome.toString());
      }
      long questions = sentinel.questions() - asked;
      assertTrue(questions >= 2 && questions < 60, questions + " questions");
      assertEquals("(nil)", after.cli("GET", "n"));
    }
  }

  @Test
  void sentinelsThatHangUpAreNotHammeredAndTheMasterServesOn() {
    try (var proxy = FaultProxy.to(sentinel.port());
        var redis = Redis.connect(options(proxy.port()).withTimeout(BRIEF))) {
      Eventually.within(PATIENCE, "somebody listens", () -> sentinel.listeners() == 1);
      proxy.both(Fault.HALF_CLOSE);
      proxy.cut();
      assertEquals("PONG", redis.call("PING").text());
      before.kill();
      int known = proxy.accepted();
      var calls = new ArrayList<CompletableFuture<?>>();
      for (int i = 0; i < 64; i++) {
        calls.add(async(() -> redis.call("INCR", "n")));
      }
      for (Object outcome : outcomes(calls, PATIENCE)) {
        assertSays((RedisException) outcome, "127.0.0.1:" + proxy.port());
      }
      int attempts = proxy.accepted() - known;
      assertTrue(attempts >= 2 && attempts < 60, attempts + " attempts");
    }
  }
}
