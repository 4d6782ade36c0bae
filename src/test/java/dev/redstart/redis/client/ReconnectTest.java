package dev.redstart.redis.client;

import static dev.redstart.redis.client.Clients.PATIENCE;
import static dev.redstart.redis.client.Clients.assertNoThreads;
import static dev.redstart.redis.client.Clients.assertSays;
import static dev.redstart.redis.client.Clients.async;
import static dev.redstart.redis.client.Clients.brisk;
import static dev.redstart.redis.client.Clients.outcomes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.Received;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ScriptedPeer;
import dev.redstart.redis.Command;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Invariant 7: one attempt at a time, with pauses; queues with an end. */
@Execution(CONCURRENT)
class ReconnectTest {

  @Test
  void aCrowdOfCallersMakesOneAttemptAtATime() {
    var server = RedisServer.start();
    try (var proxy = FaultProxy.to(server.port());
        var redis = Redis.connect(brisk(proxy.url()))) {
      server.kill();
      var calls = new ArrayList<CompletableFuture<?>>();
      for (int i = 0; i < 64; i++) {
        calls.add(async(() -> redis.call("GET", "k")));
      }
      for (Object outcome : outcomes(calls, PATIENCE)) {
        assertSays(assertInstanceOf(RedisException.class, outcome), redis.options().address());
      }
      // Without pauses there would be thousands; with one each for the callers, 64 at once.
      int attempts = proxy.refused() + proxy.accepted() - 1;
      assertTrue(attempts >= 2 && attempts < 40, attempts + " attempts");
    } finally {
      server.close();
    }
  }

  @Test
  void oneConnectionIsEnoughForAllWhoWaited() {
    try (var proxy = FaultProxy.to(RedisServer.shared().port());
        var redis = Redis.connect(brisk(proxy.url()))) {
      for (int round = 0; round < 5; round++) {
        int before = proxy.accepted();
        proxy.reset();
        var calls = new ArrayList<CompletableFuture<?>>();
        for (int i = 0; i < 64; i++) {
          calls.add(async(() -> redis.call("PING").text()));
        }
        outcomes(calls, PATIENCE);
        assertEquals("PONG", redis.call("PING").text());
        assertEquals(before + 1, proxy.accepted());
      }
    }
  }

  @Test
  void aServerThatHangsUpOnEveryCommandIsNotHammered() {
    try (var peer = ScriptedPeer.start()) {
      for (int i = 0; i < 2_000; i++) {
        peer.expect("GET", "k").hangUp();
      }
      var redis = Redis.connect(brisk(peer.url()));
      assertThrows(RedisException.class, () -> redis.call("GET", "k"));
      redis.close();
      int accepted = peer.accepted();
      assertTrue(accepted >= 3 && accepted < 40, accepted + " connections");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"call", "block", "session", "subscribe"})
  void aServerThatRefusesUsIsNotHammered(String way) {
    var server = RedisServer.start();
    try (var proxy = FaultProxy.to(server.port());
        var redis = Redis.connect(brisk(proxy.url()))) {
      server.cli("CONFIG", "SET", "requirepass", "another");
      proxy.reset();
      long end = System.nanoTime() + Clients.SECOND.toNanos();
      String said = "";
      while (System.nanoTime() < end) {
        said += assertThrows(RedisException.class, () -> use(redis, way)).getMessage();
      }
      assertTrue(said.contains("NOAUTH"), said);
      assertTrue(proxy.accepted() < 40, proxy.accepted() + " connections");
    } finally {
      server.close();
    }
  }

  private static void use(Redis redis, String way) {
    switch (way) {
      case "call" -> redis.call("GET", "k");
      case "block" -> redis.call("BLPOP", "k", "0.1");
      case "session" -> redis.exclusive(session -> session.call(Command.of("PING")));
      default -> redis.subscribe("c").close();
    }
  }

  @Test
  void whoeverIsRefusedWhileReconnectingHearsWhyAndTheNextCallTriesAgain() {
    var password = "s3cret-another";
    var server = RedisServer.start();
    try (var redis = Redis.connect(brisk(server.url()))) {
      server.cli("CONFIG", "SET", "requirepass", password);
      kill(server, password);
      for (var command :
          List.of(Command.of("GET", "k"), Command.of("BLPOP", "k", "1"), Command.of("INCR", "n"))) {
        var problem = assertThrows(RedisException.class, () -> redis.call(command));
        assertSays(problem, "NOAUTH", redis.options().address());
      }
      Eventually.within(
          PATIENCE, "no thread connects any more", () -> connecting(redis.options()).isEmpty());
      raw(server, password, "CONFIG", "SET", "requirepass", "");
      assertEquals("PONG", redis.call("PING").text());
    } finally {
      server.close();
    }
  }

  private static List<String> connecting(RedisOptions options) {
    return Clients.threads(options).stream().filter(n -> n.contains("connect")).toList();
  }

  private static void kill(RedisServer server, String password) {
    raw(server, password, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  }

  private static void raw(RedisServer server, String password, String... words) {
    var options = RedisOptions.of(server.url()).withPassword(password);
    try (var other = Redis.connect(options)) {
      other.call(words);
    }
  }

  @Test
  void noThreadStaysBehindWhenNobodyWaitsAnyMore() {
    var server = RedisServer.start();
    var options = brisk(server.url()).withTimeout(Duration.ofMillis(200));
    try (var redis = Redis.connect(options)) {
      server.close();
      assertThrows(RedisException.class, () -> redis.call("GET", "k"));
      Eventually.within(PATIENCE, "it gives up", () -> connecting(options).isEmpty());
    }
    assertNoThreads(options);
  }

  @Test
  void theQueueIsBoundedByCount() {
    try (var peer = ScriptedPeer.answering(ReconnectTest::nothing);
        var redis = Redis.connect(brisk(peer.url()).withQueueLimits(100, 1 << 20))) {
      var sent = new ArrayList<Pending<?>>();
      for (int i = 0; i < 100; i++) {
        sent.add(redis.send(Command.of("GET", "k")));
      }
      assertFull(redis, Command.of("GET", "k"));
      assertEquals(100, peer.commands().size());
    }
  }

  @Test
  void theQueueIsBoundedByBytes() {
    try (var peer = ScriptedPeer.answering(ReconnectTest::nothing);
        var redis = Redis.connect(brisk(peer.url()).withQueueLimits(1_000, 100_000))) {
      for (int i = 0; i < 9; i++) {
        redis.send(Command.of("SET", "k", "x".repeat(10_000)));
      }
      assertFull(redis, Command.of("SET", "k", "x".repeat(10_000)));
      assertEquals(9, peer.commands().size());
      redis.send(Command.of("GET", "small"));
    }
  }

  private static byte[] nothing(Received command) {
    return new byte[0];
  }

  private static void assertFull(Redis redis, Command<?> command) {
    long start = System.nanoTime();
    var full =
        assertThrows(
            RedisException.Unavailable.class,
            () -> redis.send(command.within(Duration.ofMillis(300))));
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertTrue(millis >= 300 && millis < 2_000, millis + " ms");
    assertSays(full, "too many commands", redis.options().address());
    assertTrue(!full.mayHaveRun());
  }

  @Test
  void oneCommandLargerThanTheQueuePassesAlone() {
    var options = RedisOptions.of(RedisServer.shared().url()).withQueueLimits(4, 1_000);
    try (var redis = Redis.connect(options)) {
      var calls = new ArrayList<CompletableFuture<?>>();
      for (int i = 0; i < 16; i++) {
        calls.add(async(() -> redis.call("ECHO", "x".repeat(50_000)).text().length()));
      }
      outcomes(calls, PATIENCE).forEach(length -> assertEquals(50_000, length));
    }
  }

  @Test
  void aQueueThatWasFullTakesCommandsAgain() {
    var server = RedisServer.start();
    var options = brisk(server.url()).withQueueLimits(10, 1 << 20);
    try (var redis = Redis.connect(options)) {
      server.pause();
      for (int i = 0; i < 10; i++) {
        redis.send(Command.of("INCR", "n"));
      }
      assertFull(redis, Command.of("INCR", "n"));
      server.resume();
      for (int i = 0; i < 100; i++) {
        redis.send(Command.of("INCR", "n"));
      }
      assertEquals("110", redis.call("GET", "n").text());
    } finally {
      server.close();
    }
  }

  @Test
  void theBacklogIsBoundedToo() {
    var server = RedisServer.start();
    var options = brisk(server.url()).withQueueLimits(10, 1 << 20);
    try (var redis = Redis.connect(options)) {
      server.close();
      Eventually.within(
          PATIENCE,
          "it is noticed",
          () -> {
            try {
              redis.call("GET", "k");
              return false;
            } catch (RedisException.Unavailable down) {
              return true;
            }
          });
      for (int i = 0; i < 10; i++) {
        redis.send(Command.of("GET", "k").within(PATIENCE));
      }
      assertFull(redis, Command.of("GET", "k"));
    }
  }

  @Test
  void aRepeatableWriteThatWasSentOnceIsNeverCalledUnsent() {
    try (var peer = ScriptedPeer.start()) {
      peer.expect("SET", "k").silence();
      try (var proxy = FaultProxy.to(peer.port());
          var redis = Redis.connect(brisk(proxy.url()))) {
        var call = async(() -> redis.call(Command.of("SET", "k", "v").idempotent()));
        Eventually.within(PATIENCE, "it is there", () -> peer.commands().size() == 1);
        proxy.both(Fault.DROP);
        proxy.reset();
        var problem =
            assertInstanceOf(RedisException.class, outcomes(List.of(call), PATIENCE).get(0));
        assertTrue(problem.mayHaveRun(), problem.toString());
      }
    }
  }
}
