package dev.redstart.redis.client;

import static dev.redstart.redis.client.Clients.PATIENCE;
import static dev.redstart.redis.client.Clients.assertNoThreads;
import static dev.redstart.redis.client.Clients.assertSays;
import static dev.redstart.redis.client.Clients.async;
import static dev.redstart.redis.client.Clients.outcomes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.harness.Certificates;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ScriptedPeer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.redis.Command;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Tls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** {@code close()} ends everything, once. */
@Apart
class CloseTest {
  private static final Command<?> BLPOP = Command.of("BLPOP", "close:empty", "0");

  /** No call may end by its own deadline here: close has to do it. */
  private static RedisOptions patient(String url) {
    return RedisOptions.of(url).withTimeout(Duration.ofSeconds(30));
  }

  private static void assertEnded(List<Object> outcomes) {
    for (Object outcome : outcomes) {
      assertInstanceOf(RedisException.class, outcome);
    }
  }

  @Test
  void endsCallsInFlight() {
    try (var peer = ScriptedPeer.answering(command -> new byte[0])) {
      var options = patient(peer.url());
      var redis = Redis.connect(options);
      var calls = new ArrayList<CompletableFuture<?>>();
      for (int i = 0; i < 16; i++) {
        calls.add(async(() -> redis.call("GET", "k")));
      }
      Eventually.within(PATIENCE, "all are sent", () -> peer.commands().size() == 16);
      redis.close();
      assertEnded(outcomes(calls, Duration.ofSeconds(2)));
      assertNoThreads(options);
    }
  }

  @Test
  void endsCallsInTheBacklog() {
    var server = RedisServer.start();
    var options = patient(server.url());
    var redis = Redis.connect(options);
    server.close();
    // It may be sent before the end is noticed: then it has another fate.
    var first = async(() -> redis.call("GET", "k"));
    Eventually.within(
        PATIENCE,
        "somebody tries to connect",
        () -> Clients.threads(options).stream().anyMatch(name -> name.contains("connect")));
    var calls = new ArrayList<CompletableFuture<?>>();
    for (int i = 0; i < 16; i++) {
      calls.add(async(() -> redis.call("GET", "k")));
    }
    redis.close();
    assertEnded(outcomes(List.of(first), Duration.ofSeconds(2)));
    for (Object outcome : outcomes(calls, Duration.ofSeconds(2))) {
      var ended = assertInstanceOf(RedisException.Unavailable.class, outcome);
      assertSays(ended, "the client is closed", options.address());
    }
    assertNoThreads(options);
  }

  @Test
  void endsBlockingCallsInTheBacklog() {
    var server = RedisServer.start();
    var options = patient(server.url());
    var redis = Redis.connect(options);
    server.close();
    var calls = List.of(async(() -> redis.call(BLPOP)), async(() -> redis.call(BLPOP)));
    Eventually.within(
        PATIENCE,
        "both try to connect",
        () -> Clients.threads(options).stream().filter(n -> n.contains("connect")).count() >= 2);
    redis.close();
    assertEnded(outcomes(calls, Duration.ofSeconds(2)));
    assertNoThreads(options);
  }

  @Test
  void endsBlockingCallsOnTheServerFirst() {
    var server = RedisServer.shared();
    var options = patient(server.url()).withClientName("close-blocking");
    var redis = Redis.connect(options);
    var calls = new ArrayList<CompletableFuture<?>>();
    for (int i = 0; i < 8; i++) {
      calls.add(async(() -> redis.call(BLPOP)));
    }
    Eventually.within(PATIENCE, "all block", () -> blocked(server) >= 8);
    redis.close();
    assertEnded(outcomes(calls, Duration.ofSeconds(2)));
    assertNoThreads(options);
    Eventually.within(
        PATIENCE,
        "no connection is left",
        () -> !server.cli("CLIENT", "LIST").contains("close-blocking"));
  }

  private static int blocked(RedisServer server) {
    return (int)
        server.cli("CLIENT", "LIST").lines().filter(line -> line.contains("cmd=blpop")).count();
  }

  @Test
  void endsThoseWhoWaitForMessages() {
    var redis = Redis.connect(patient(RedisServer.shared().url()));
    var subscription = redis.subscribe("close:news");
    var calls = List.of(async(() -> subscription.next(Duration.ofSeconds(30))));
    redis.close();
    assertEnded(outcomes(calls, Duration.ofSeconds(2)));
  }

  @Test
  void endsSessions() {
    var redis = Redis.connect(patient(RedisServer.shared().url()));
    var begun = new CountDownLatch(1);
    var call =
        async(
            () ->
                redis.exclusive(
                    session -> {
                      session.call(Command.of("PING"));
                      begun.countDown();
                      return session.call(BLPOP);
                    }));
    Eventually.within(PATIENCE, "the session has begun", () -> begun.getCount() == 0);
    redis.close();
    assertEnded(outcomes(List.of(call), Duration.ofSeconds(3)));
  }

  @Test
  void endsSessionsThatHaveNoConnectionYet() {
    var server = RedisServer.start();
    var options = patient(server.url());
    var redis = Redis.connect(options);
    server.close();
    var call = async(() -> redis.exclusive(session -> session.call(Command.of("PING"))));
    Eventually.within(
        PATIENCE,
        "it tries to connect",
        () -> Clients.threads(options).stream().anyMatch(name -> name.contains("connect")));
    redis.close();
    assertEnded(outcomes(List.of(call), Duration.ofSeconds(3)));
    assertNoThreads(options);
  }

  @Test
  void endsThoseWhoWaitForRoomInAFullQueue() {
    try (var peer = ScriptedPeer.answering(command -> new byte[0])) {
      var options = patient(peer.url()).withQueueLimits(4, 1 << 20);
      var redis = Redis.connect(options);
      var calls = new ArrayList<CompletableFuture<?>>();
      for (int i = 0; i < 32; i++) {
        calls.add(async(() -> redis.call("GET", "k")));
      }
      Eventually.within(PATIENCE, "the queue is full", () -> peer.commands().size() == 4);
      redis.close();
      assertEnded(outcomes(calls, Duration.ofSeconds(2)));
      assertEquals(4, peer.commands().size());
      assertNoThreads(options);
    }
  }

  @Test
  void endsAnAttemptToConnectThatGetsNoAnswer() {
    try (var proxy = FaultProxy.to(RedisServer.shared().port())) {
      var options = patient(proxy.url()).withConnectTimeout(Duration.ofSeconds(30));
      var redis = Redis.connect(options);
      proxy.both(Fault.DROP);
      proxy.reset();
      var call = async(() -> redis.call("GET", "k"));
      Eventually.within(PATIENCE, "it tries to connect", () -> proxy.accepted() >= 2);
      redis.close();
      assertEnded(outcomes(List.of(call), Duration.ofSeconds(3)));
      assertNoThreads(options);
    }
  }

  @Test
  void endsATlsHandshakeThatGetsNoAnswer() {
    try (var server = RedisServer.start(ServerOptions.plain().withTls());
        var proxy = FaultProxy.to(server.tlsPort())) {
      var options =
          patient("rediss://localhost:" + proxy.port())
              .withConnectTimeout(Duration.ofSeconds(30))
              .withTls(Tls.trusting(Certificates.authority().certificate()));
      var redis = Redis.connect(options);
      proxy.both(Fault.DROP);
      proxy.reset();
      var call = async(() -> redis.call("GET", "k"));
      Eventually.within(PATIENCE, "it tries to connect", () -> proxy.accepted() >= 2);
      redis.close();
      assertEnded(outcomes(List.of(call), Duration.ofSeconds(3)));
      assertNoThreads(options);
    }
  }

  @Test
  void everyCallAfterwardsIsRefusedAtOnce() {
    var redis = Redis.connect(patient(RedisServer.shared().url()));
    redis.close();
    List<Supplier<?>> calls =
        List.of(
            () -> redis.call("PING"),
            () -> redis.send(Command.of("PING")).await(),
            () -> redis.call(BLPOP),
            () -> redis.atomically(Command.of("PING")),
            () -> redis.exclusive(session -> session.call(Command.of("PING"))),
            () -> redis.subscribe("news"),
            () -> redis.call("SET", "k", "x".repeat(2 << 20)));
    for (var call : calls) {
      assertTimeoutPreemptively(
          Duration.ofSeconds(2),
          () -> {
            var refused = assertThrows(RedisException.Unavailable.class, call::get);
            assertSays(refused, "the client is closed");
          });
    }
  }

  @Test
  void closingTwiceAndFromManyThreadsIsHarmless() {
    var options = patient(RedisServer.shared().url()).withClientName("close-many");
    var redis = Redis.connect(options);
    var answered = new AtomicInteger();
    var calls = new ArrayList<CompletableFuture<?>>();
    for (int i = 0; i < 64; i++) {
      calls.add(async(() -> callUntilClosed(redis, answered)));
    }
    Eventually.within(PATIENCE, "calls are under way", () -> answered.get() > 1_000);
    for (int i = 0; i < 8; i++) {
      calls.add(async(() -> close(redis)));
    }
    var outcomes = outcomes(calls, Duration.ofSeconds(5));
    for (Object outcome : outcomes.subList(0, 64)) {
      assertInstanceOf(RedisException.class, outcome);
    }
    redis.close();
    assertNoThreads(options);
  }

  private static Object callUntilClosed(Redis redis, AtomicInteger answered) {
    while (true) {
      redis.call("PING");
      answered.incrementAndGet();
    }
  }

  private static String close(Redis redis) {
    redis.close();
    return "closed";
  }

  @Test
  void mayBeCalledWithinADecoder() {
    var options = patient(RedisServer.shared().url());
    var redis = Redis.connect(options);
    var closing = Command.of("PING").map(reply -> close(redis));
    assertTimeoutPreemptively(PATIENCE, () -> assertEquals("closed", redis.call(closing)));
    assertNoThreads(options);
  }

  @Test
  void mayBeCalledWithinAContinuation() {
    var options = patient(RedisServer.shared().url());
    var redis = Redis.connect(options);
    var closed = redis.send(Command.of("PING")).on(Runnable::run).thenApply(r -> close(redis));
    Eventually.within(PATIENCE, "it is closed", closed::isDone);
    assertEquals("closed", closed.join());
    assertNoThreads(options);
  }

  @Test
  void nothingIsLeftOnTheServer() {
    var server = RedisServer.shared();
    var options = patient(server.url()).withClientName("close-left");
    try (var redis = Redis.connect(options)) {
      redis.subscribe("close:left");
      redis.call("BLPOP", "close:none", "0.01");
      redis.exclusive(session -> session.call(Command.of("PING")));
      redis.call("SET", "close:k", "x".repeat(2 << 20));
      assertTrue(server.cli("CLIENT", "LIST").contains("close-left"));
    }
    Eventually.within(
        PATIENCE, "all are gone", () -> !server.cli("CLIENT", "LIST").contains("close-left"));
    assertNoThreads(options);
  }
}
