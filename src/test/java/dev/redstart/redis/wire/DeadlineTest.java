package dev.redstart.redis.wire;

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
import dev.redstart.redis.Command;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No read is without an end: every kind of call ends at its deadline, whatever the server does. */
@Execution(CONCURRENT)
@Timeout(60)
final class DeadlineTest {

  /** What a blocking command is granted at least, beyond the time of its block. */
  private static final Duration LIMIT = Duration.ofSeconds(1);

  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration MARGIN = Duration.ofMillis(400);

  private static RedisOptions options(String url) {
    return RedisOptions.of(url).withTimeout(LIMIT).withConnectTimeout(LIMIT);
  }

  /** Every way to ask a server for something. */
  enum Way {
    CALL(redis -> redis.call("INCR", "n")),
    READ(redis -> redis.call("GET", "n")),
    SEND(redis -> redis.send(Command.of("INCR", "n")).await()),
    FUTURE(redis -> join(redis)),
    ATOMICALLY(redis -> redis.atomically(Command.of("INCR", "n"))),
    EXCLUSIVE(redis -> redis.exclusive(session -> session.call(Command.of("GET", "n")))),
    WATCH(redis -> redis.exclusive(session -> watch(session))),
    SUBSCRIBE(redis -> redis.subscribe("c").close()),
    LARGE(redis -> redis.call("SET", "n", "x".repeat(2 << 20))),
    BLOCKING(redis -> redis.call("BLPOP", "n", "0.2")),
    BLOCKING_SEND(redis -> redis.send(Command.of("BLPOP", "n", "0.2")).await()),
    BLOCKING_IN_SESSION(redis -> redis.exclusive(s -> s.call(Command.of("BLPOP", "n", "0.2"))));

    private final Consumer<Redis> action;

    Way(Consumer<Redis> action) {
      this.action = action;
    }

    private static void join(Redis redis) {
      try {
        redis.send(Command.of("GET", "n")).on(Runnable::run).join();
      } catch (CompletionException wrapped) {
        throw (RuntimeException) wrapped.getCause();
      }
    }

    private static Object watch(Session session) {
      session.watch("n");
      return session.atomically(Command.of("INCR", "n"));
    }

    private void assertEnds(Redis redis) {
      boolean blocks = name().startsWith("BLOCKING");
      assertEndsAt(name(), blocks ? LIMIT.plusMillis(200) : LIMIT, () -> action.accept(redis));
    }
  }

  @Test
  void aServerThatHasFallenSilentHoldsUpNoCall() {
    try (var peer = ScriptedPeer.start()) {
      peer.otherwise(command -> new byte[0]);
      assertEveryWayEnds(peer.url(), () -> {});
    }
  }

  @Test
  void aNetworkThatSwallowsEverythingHoldsUpNoCall() {
    try (var proxy = FaultProxy.to(RedisServer.shared().port())) {
      assertEveryWayEnds(proxy.url(), () -> proxy.both(Fault.DROP));
    }
  }

  @Test
  void aServerThatIsGoneHoldsUpNoCall() {
    try (var server = RedisServer.start()) {
      assertEveryWayEnds(server.url(), server::kill);
    }
  }

  @Test
  void aServerThatIsStoppedHoldsUpNoCall() {
    try (var server = RedisServer.start()) {
      assertEveryWayEnds(server.url(), server::pause);
    }
  }

  /** All at once, each with a client of its own, which was fine until the trouble came. */
  private static void assertEveryWayEnds(String url, Runnable trouble) {
    var clients = new ArrayList<Redis>();
    for (int i = 0; i < Way.values().length; i++) {
      clients.add(Redis.connect(options(url)));
    }
    trouble.run();
    try (var crowd = Crowd.of(clients.size(), n -> Way.values()[n].assertEnds(clients.get(n)))) {
      crowd.join(LIMIT.multipliedBy(10));
    } finally {
      clients.forEach(Redis::close);
    }
  }

  private static void assertEndsAt(Duration limit, Runnable call) {
    assertEndsAt("it", limit, call);
  }

  private static void assertEndsAt(String what, Duration limit, Runnable call) {
    long start = System.nanoTime();
    assertThrows(RedisException.class, call::run, what);
    var took = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(took.compareTo(limit.plus(MARGIN)) < 0, what + " took " + took.toMillis() + " ms");
  }

  @Test
  void connectingToAServerThatNeverAnswersEndsAtItsDeadline() {
    try (var peer = ScriptedPeer.start(Handshake.SCRIPTED)) {
      peer.otherwise(command -> new byte[0]);
      assertEndsAt(LIMIT, () -> Redis.connect(options(peer.url())));
    }
  }

  @Test
  void connectingToAServerThatAnswersEachStepLateEndsAtItsDeadline() {
    try (var peer = ScriptedPeer.start(Handshake.SCRIPTED)) {
      peer.expect("HELLO").after(LIMIT.dividedBy(2)).reply("-ERR unknown command 'HELLO'\r\n");
      peer.otherwise(command -> new byte[0]);
      assertEndsAt(LIMIT, () -> Redis.connect(options(peer.url())));
    }
  }

  @Test
  void aCommandsOwnDeadlineStandsInsteadOfTheClients() {
    try (var peer = ScriptedPeer.start();
        var redis = Redis.connect(options(peer.url()).withTimeout(Duration.ofSeconds(20)))) {
      peer.otherwise(command -> new byte[0]);
      assertEndsAt(SHORT, () -> redis.call(Command.of("GET", "k").within(SHORT)));
      assertEndsAt(SHORT, () -> redis.send(Command.of("GET", "k").within(SHORT)).await());
      var pop = Command.of("BLPOP", "k", "0.2").within(LIMIT);
      assertEndsAt(LIMIT.plusMillis(200), () -> redis.call(pop));
    }
  }

  // ---- blocks

  /** The one test that waits for a whole slice: ten seconds and a half. */
  @Test
  void aBlockForEverNoticesAServerThatDiesAndALongBlockOnALivingOneGoesOn() {
    try (var dying = RedisServer.start();
        var victim = Redis.connect(options(dying.url()));
        var redis = Redis.connect(RedisOptions.of(RedisServer.shared().url()))) {
      redis.call("DEL", "long");
      var slice = Duration.ofSeconds(10).plus(LIMIT);
      var longBlock = Crowd.of(1, any -> assertPops(redis, "long", "25", "[long, e]"));
      var noEnd = Crowd.of(1, any -> assertEndsAt(slice, () -> victim.call("BLPOP", "k", "0")));
      awaitBlocked(dying);
      dying.pause();
      noEnd.join(slice.plusSeconds(5));
      redis.call("RPUSH", "long", "e");
      longBlock.join(Duration.ofSeconds(3));
    }
  }

  private static void assertPops(Redis redis, String key, String seconds, String expected) {
    assertEquals(expected, redis.call("BLPOP", key, seconds).toString());
  }

  private static void awaitBlocked(RedisServer server) {
    var blocked = "blocked_clients:1\r";
    Eventually.within(
        Duration.ofSeconds(5), "it blocks", () -> server.cli("INFO", "clients").contains(blocked));
  }

  @Test
  void aBlockForEverOnAServerThatIsKilledEndsAtOnce() {
    try (var dying = RedisServer.start();
        var redis = Redis.connect(options(dying.url()))) {
      var crowd = Crowd.of(1, any -> assertEndsAt(LIMIT, () -> redis.call("BLPOP", "k", "0")));
      awaitBlocked(dying);
      dying.kill();
      crowd.join(LIMIT.plus(MARGIN));
    }
  }

  @Test
  void aLongBlockIsAskedInSlicesUntilItBringsSomething() {
    try (var peer = ScriptedPeer.start();
        var redis = Redis.connect(options(peer.url()))) {
      peer.expect("BLPOP", "k", "10.000").reply("*-1\r\n");
      peer.expect("BLPOP", "k", "10.000").reply("*2\r\n$1\r\nk\r\n$1\r\ne\r\n");
      assertEquals("[k, e]", redis.call("BLPOP", "k", "0").toString());
      peer.expect("XREADGROUP", "GROUP", "g", "c", "BLOCK", "10000").reply("_\r\n");
      peer.expect("XREADGROUP", "GROUP", "g", "c", "BLOCK", "10000").reply("%1\r\n+s\r\n*0\r\n");
      redis.call("XREADGROUP", "GROUP", "g", "c", "BLOCK", "30000", "STREAMS", "s", ">");
      peer.verify();
    }
  }

  @Test
  void aBlockFromNowOnGoesOutInOnePieceSoThatNothingIsMissedInBetween() {
    try (var peer = ScriptedPeer.start();
        var redis = Redis.connect(options(peer.url()))) {
      peer.expect("XREAD", "BLOCK", "25000", "STREAMS", "s", "$").reply("_\r\n");
      assertTrue(redis.call("XREAD", "BLOCK", "25000", "STREAMS", "s", "$").isNull());
      peer.verify();
      var forEver = Command.of("XREAD", "BLOCK", "0", "STREAMS", "s", "$");
      assertThrows(IllegalArgumentException.class, () -> redis.call(forEver));
      assertThrows(IllegalArgumentException.class, () -> redis.send(Command.of("BLPOP", "k", "0")));
    }
  }

  @Test
  void aReadThatBlocksIsNotAskedAgainFromNowOnWhenItsConnectionBreaks() {
    try (var peer = ScriptedPeer.start();
        var redis = Redis.connect(options(peer.url()))) {
      peer.expect("XREAD", "BLOCK", "200", "STREAMS", "s", "$").hangUp();
      var fromNow = Command.of("XREAD", "BLOCK", "200", "STREAMS", "s", "$");
      assertThrows(RedisException.Disconnected.class, () -> redis.call(fromNow));
      peer.verify();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "x",
        "-1",
        "-0.5",
        "NaN",
        "inf",
        "Infinity",
        "1e999999999",
        "1e-999999999",
        "0x10",
        "1 ",
        "1s",
        "99999999999999999999",
        "1,5",
        "١"
      })
  void aTimeoutThatIsNoneIsRefusedBeforeAnythingIsSent(String timeout) {
    try (var peer = ScriptedPeer.start();
        var redis = Redis.connect(options(peer.url()))) {
      for (var command :
          List.of(
              Command.of("BLPOP", "k", timeout),
              Command.of("BLMOVE", "k", "l", "LEFT", "LEFT", timeout),
              Command.of("BZMPOP", timeout, "1", "k", "MIN"),
              Command.of("XREAD", "BLOCK", timeout, "STREAMS", "s", "0"),
              Command.of("XREADGROUP", "GROUP", "g", "c", "BLOCK", timeout, "STREAMS", "s", ">"))) {
        assertThrows(IllegalArgumentException.class, () -> redis.call(command));
        assertThrows(IllegalArgumentException.class, () -> redis.send(command));
      }
      assertEquals(List.of(), peer.commands());
    }
  }

  @Test
  void anEndedBlockLeavesNobodyBlockedOnTheServer() {
    try (var server = RedisServer.start();
        var redis = Redis.connect(options(server.url()))) {
      for (int i = 0; i < 5; i++) {
        assertTrue(redis.call("BLPOP", "k", "0.01").isNull());
      }
      assertFalse(server.cli("INFO", "clients").contains("blocked_clients:1\r"));
    }
  }
}
