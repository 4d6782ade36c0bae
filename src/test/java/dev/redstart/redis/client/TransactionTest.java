package dev.redstart.redis.client;

import static dev.redstart.redis.client.Clients.PATIENCE;
import static dev.redstart.redis.client.Clients.assertSays;
import static dev.redstart.redis.client.Clients.async;
import static dev.redstart.redis.client.Clients.brisk;
import static dev.redstart.redis.client.Clients.outcomes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ScriptedPeer;
import dev.redstart.redis.Command;
import dev.redstart.redis.Hashes;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Script;
import dev.redstart.redis.Session;
import dev.redstart.redis.Strings;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** MULTI and EXEC, with WATCH and without. */
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
class TransactionTest {
  private static final Command<Long> INCR = Command.of("INCR", "tx:n").map(Reply::integer);

  @Parameter int protocol;
  private Redis redis;

  @BeforeEach
  void connect() {
    redis = Redis.connect(brisk(RedisServer.shared().url()).withProtocol(protocol));
    redis.call("DEL", "tx:n", "tx:text", "tx:hash", "tx:list", "tx:other");
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private String get(String key) {
    return redis.call("GET", key).text();
  }

  @Test
  void theResultsComeInTheOrderOfTheCommandsEachReadInItsWay() {
    var results =
        redis.atomically(
            Command.of("SET", "tx:text", "v"),
            INCR,
            INCR,
            Strings.get("tx:text"),
            Strings.get("tx:other"),
            Command.of("HSET", "tx:hash", "f", "v"),
            Hashes.getAll("tx:hash"));
    assertEquals(7, results.size());
    assertEquals(List.of(1L, 2L), results.subList(1, 3));
    assertEquals(Optional.of("v"), results.get(3));
    assertEquals(Optional.empty(), results.get(4));
    assertEquals(Map.of("f", "v"), results.get(6));
  }

  @Test
  void nothingOfOthersComesInBetween() {
    var stop = new AtomicBoolean();
    var others = new ArrayList<CompletableFuture<?>>();
    for (int i = 0; i < 8; i++) {
      others.add(async(() -> incrementUntil(stop)));
    }
    for (int i = 0; i < 200; i++) {
      var results = redis.atomically(INCR, INCR, INCR);
      long first = (Long) results.get(0);
      assertEquals(List.of(first, first + 1, first + 2), results);
    }
    stop.set(true);
    outcomes(others, PATIENCE).forEach(done -> assertEquals("done", done));
  }

  private String incrementUntil(AtomicBoolean stop) {
    while (!stop.get()) {
      redis.call(INCR);
    }
    return "done";
  }

  @Test
  void whatIsRefusedWhileQueueingRunsNothing() {
    var rejected =
        assertThrows(
            RedisException.Rejected.class,
            () -> redis.atomically(INCR, Command.of("GET", "too", "many", "words"), INCR));
    assertFalse(rejected.mayHaveRun());
    assertSays(rejected, "GET", "wrong number of arguments", redis.options().address());
    assertTrue(redis.call("GET", "tx:n").isNull());
    assertEquals(1L, redis.call(INCR));
  }

  @Test
  void whatFailsWhileRunningLetsTheOthersRun() {
    redis.call("SET", "tx:text", "v");
    var rejected =
        assertThrows(
            RedisException.Rejected.class,
            () -> redis.atomically(INCR, Command.of("LPUSH", "tx:text", "x"), INCR));
    assertTrue(rejected.mayHaveRun());
    assertEquals("WRONGTYPE", rejected.code());
    assertSays(rejected, "LPUSH");
    assertEquals("2", get("tx:n"));
  }

  @Test
  void scriptsRunInsideThoughTheServerDoesNotKnowThem() {
    redis.call("SCRIPT", "FLUSH");
    var script = Script.of("return redis.call('INCRBY', KEYS[1], ARGV[1])");
    var results =
        redis.atomically(
            INCR,
            script.call(List.of("tx:n"), "10").map(Reply::integer),
            script.call(List.of("tx:n"), "100").map(Reply::integer));
    assertEquals(List.of(1L, 11L, 111L), results);
  }

  @Test
  void blockingCommandsDoNotBlockInside() {
    var results = redis.atomically(Command.of("BLPOP", "tx:list", "5"), INCR);
    assertTrue(((Reply) results.get(0)).isNull());
    assertEquals(1L, results.get(1));
  }

  @Test
  void aThousandCommandsAndLargeOnesGoIn() {
    var commands = new ArrayList<Command<?>>();
    for (int i = 0; i < 1_000; i++) {
      commands.add(INCR);
    }
    commands.add(Command.of("SET", "tx:text", "x".repeat(3 << 20)));
    assertEquals(1_000L, redis.atomically(commands).get(999));
    assertEquals(3 << 20, get("tx:text").length());
  }

  @Test
  void aBrokenConnectionLeavesTheOutcomeUnknown() {
    try (var peer = ScriptedPeer.start()) {
      peer.expect("MULTI").reply("+OK\r\n");
      peer.expect("INCR").reply("+QUEUED\r\n");
      peer.expect("EXEC").hangUp();
      try (var other = Redis.connect(brisk(peer.url()).withProtocol(protocol))) {
        var broken = assertThrows(RedisException.Disconnected.class, () -> other.atomically(INCR));
        assertTrue(broken.mayHaveRun());
      }
      peer.verify();
    }
  }

  @Test
  void anEmptyOneIsRefused() {
    var refused = assertThrows(IllegalArgumentException.class, () -> redis.atomically(List.of()));
    assertSays(refused, "commands");
  }

  // ---- sessions

  @Test
  void aWatchedKeyThatStaysTheSameLetsItRun() {
    redis.call("SET", "tx:n", "5");
    var results =
        redis.exclusive(
            session -> {
              session.watch("tx:n", "tx:other");
              long n = Long.parseLong(session.call(Command.of("GET", "tx:n")).text());
              return session.atomically(Command.of("SET", "tx:n", Long.toString(n * 2)), INCR);
            });
    assertEquals(2, results.orElseThrow().size());
    assertEquals("11", get("tx:n"));
  }

  @Test
  void aWatchedKeyThatChangesPreventsIt() {
    redis.call("SET", "tx:n", "5");
    var results =
        redis.exclusive(
            session -> {
              session.watch("tx:n");
              redis.call(INCR);
              return session.atomically(Command.of("SET", "tx:n", "0"));
            });
    assertEquals(Optional.empty(), results);
    assertEquals("6", get("tx:n"));
  }

  @Test
  void manyWhoWatchTheSameKeyAllGetThroughInTheEnd() {
    redis.call("SET", "tx:n", "0");
    var calls = new ArrayList<CompletableFuture<?>>();
    for (int i = 0; i < 8; i++) {
      calls.add(async(() -> redis.exclusive(this::incrementTenTimes)));
    }
    outcomes(calls, PATIENCE).forEach(done -> assertEquals("done", done));
    assertEquals("80", get("tx:n"));
  }

  private String incrementTenTimes(Session session) {
    for (int done = 0; done < 10; ) {
      session.watch("tx:n");
      long n = Long.parseLong(session.call(Command.of("GET", "tx:n")).text());
      var set = Command.of("SET", "tx:n", Long.toString(n + 1));
      done += session.atomically(set).isPresent() ? 1 : 0;
    }
    return "done";
  }

  @Test
  void unwatchForgets() {
    var results =
        redis.exclusive(
            session -> {
              session.watch("tx:n");
              redis.call(INCR);
              session.call(Command.of("UNWATCH"));
              return session.atomically(INCR);
            });
    assertEquals(Optional.of(List.of(2L)), results);
  }

  @Test
  void aSessionKeepsItsConnectionAndSharesItWithNobody() {
    long shared = redis.call(Command.of("CLIENT", "ID")).integer();
    redis.exclusive(
        session -> {
          long own = session.call(Command.of("CLIENT", "ID")).integer();
          session.call(Command.of("SELECT", "3"));
          assertEquals(own, session.call(Command.of("CLIENT", "ID")).integer());
          assertTrue(own != shared);
          assertTrue(session.call(Command.of("BLPOP", "tx:none", "0.05")).isNull());
          return own;
        });
    assertEquals(shared, redis.call(Command.of("CLIENT", "ID")).integer());
  }

  @Test
  void aSessionWhoseConnectionBrokeIsOverForGood() {
    try (var proxy = FaultProxy.to(RedisServer.shared().port());
        var other = Redis.connect(brisk(proxy.url()).withProtocol(protocol))) {
      other.exclusive(
          session -> {
            session.watch("tx:n");
            proxy.connections().get(1).reset();
            for (int i = 0; i < 3; i++) {
              assertThrows(RedisException.class, () -> session.call(Command.of("GET", "tx:n")));
            }
            var lost = assertThrows(RedisException.class, () -> session.atomically(INCR));
            assertSays(lost, "session", other.options().address());
            assertFalse(lost.mayHaveRun());
            return null;
          });
      assertEquals(2, proxy.accepted(), "it connected again");
      assertEquals("PONG", other.call("PING").text());
    }
    assertTrue(redis.call("GET", "tx:n").isNull());
  }

  @Test
  void whatTheWorkThrowsComesOutAndTheConnectionIsGivenBack() {
    var own = Redis.connect(brisk(RedisServer.shared().url()).withDedicatedConnections(2));
    try (own) {
      for (int i = 0; i < 5; i++) {
        assertThrows(ArithmeticException.class, () -> own.exclusive(TransactionTest::fails));
      }
      assertEquals("PONG", own.exclusive(s -> s.call(Command.of("PING")).text()));
    }
  }

  private static Object fails(Session session) {
    session.call(Command.of("PING"));
    throw new ArithmeticException("mine");
  }

  @Test
  void noMoreSessionsAreOpenThanAllowed() {
    var options =
        brisk(RedisServer.shared().url())
            .withDedicatedConnections(2)
            .withTimeout(Duration.ofMillis(300));
    try (var own = Redis.connect(options)) {
      own.exclusive(
          one ->
              own.exclusive(
                  two -> {
                    one.call(Command.of("PING"));
                    two.call(Command.of("PING"));
                    var full =
                        assertThrows(
                            RedisException.Unavailable.class,
                            () -> own.exclusive(three -> three.call(Command.of("PING"))));
                    assertSays(full, "dedicated connections", own.options().address());
                    return null;
                  }));
    }
  }
}
