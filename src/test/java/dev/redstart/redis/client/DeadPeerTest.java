package dev.redstart.redis.client;

import static dev.redstart.redis.client.Clients.PATIENCE;
import static dev.redstart.redis.client.Clients.SECOND;
import static dev.redstart.redis.client.Clients.async;
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
import dev.redstart.redis.Connections;
import dev.redstart.redis.Notice;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Subscription;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Invariant 5: a peer that has died without a word is noticed. */
@Execution(CONCURRENT)
class DeadPeerTest {

  /** Pings after 0.2 s of silence; a call ends after 0.3 s. */
  private static RedisOptions wary(String url) {
    return RedisOptions.of(url)
        .withTimeout(Duration.ofMillis(300))
        .withConnectTimeout(Duration.ofMillis(500))
        .withPingInterval(Duration.ofMillis(200));
  }

  /** Its calls end only if somebody answers. */
  private static RedisOptions patient(String url, Duration pingInterval) {
    return Clients.brisk(url).withTimeout(SECOND.plus(SECOND)).withPingInterval(pingInterval);
  }

  private static long pings(ScriptedPeer peer) {
    return peer.commands().stream().filter("PING"::equals).count();
  }

  private static byte[] pong(Received command) {
    return bytes("+PONG\r\n");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void anIdleConnectionIsAskedNowAndThen() {
    try (var peer = ScriptedPeer.answering(DeadPeerTest::pong);
        var redis = Redis.connect(patient(peer.url(), Duration.ofMillis(200)))) {
      Eventually.within(PATIENCE, "four pings have come", () -> pings(peer) >= 4);
      assertEquals(1, peer.accepted());
      assertEquals("PONG", redis.call(Connections.ping()));
    }
  }

  @Test
  void aBusyConnectionIsNotAsked() {
    try (var peer = ScriptedPeer.answering(command -> bytes("$1\r\nv\r\n"));
        var redis = Redis.connect(patient(peer.url(), Duration.ofMillis(600)))) {
      long end = System.nanoTime() + SECOND.toNanos();
      while (System.nanoTime() < end) {
        redis.call("GET", "k");
      }
      assertEquals(0, pings(peer));
    }
  }

  @Test
  void anIdleConnectionThatDoesNotAnswerIsReplacedForTheNextCall() {
    try (var peer = ScriptedPeer.start()) {
      peer.connection(1).expect("PING").silence();
      peer.otherwise(DeadPeerTest::pong);
      try (var redis = Redis.connect(wary(peer.url()))) {
        Eventually.within(PATIENCE, "it is dropped", () -> peer.open() == 0);
        assertEquals("PONG", redis.call(Connections.ping().within(PATIENCE)));
        assertEquals(2, peer.accepted());
      }
    }
  }

  @ParameterizedTest(name = "RESP{0}")
  @ValueSource(ints = {2, 3})
  void anIdleSubscriptionIsAskedNowAndThen(int protocol) {
    try (var proxy = FaultProxy.to(RedisServer.shared().port())) {
      var options = patient(proxy.url(), Duration.ofMillis(200)).withProtocol(protocol);
      try (var redis = Redis.connect(options);
          var subscription = redis.subscribe("dead:quiet")) {
        var connection = proxy.connections().get(1);
        long before = connection.bytesToServer();
        Eventually.within(
            PATIENCE, "some pings have gone", () -> connection.bytesToServer() >= before + 3 * 14);
        assertEquals(2, proxy.accepted());
        assertEquals(0, subscription.next(Duration.ofMillis(1)).stream().count());
      }
    }
  }

  @ParameterizedTest(name = "RESP{0}")
  @ValueSource(ints = {2, 3})
  void aSubscriptionWhosePeerHasDiedIsMadeAgainWithAGap(int protocol) {
    try (var proxy = FaultProxy.to(RedisServer.shared().port());
        var publisher = Redis.connect(RedisServer.shared().url())) {
      var options = wary(proxy.url()).withProtocol(protocol).withTimeout(SECOND);
      try (var redis = Redis.connect(options);
          var subscription = redis.subscribe("dead:news")) {
        var connection = proxy.connections().get(1);
        connection.toServer(Fault.DROP);
        connection.toClient(Fault.DROP);
        publisher.call("PUBLISH", "dead:news", "unheard");
        assertInstanceOf(Notice.Gap.class, subscription.next(PATIENCE).orElseThrow());
        publisher.call("PUBLISH", "dead:news", "heard");
        assertEquals("heard", text(subscription));
      }
    }
  }

  private static String text(Subscription subscription) {
    return ((Notice.Message) subscription.next(PATIENCE).orElseThrow()).text();
  }

  @Test
  void aConnectionThatSwallowsEverythingIsReplaced() {
    try (var proxy = FaultProxy.to(RedisServer.shared().port());
        var redis = Redis.connect(wary(proxy.url()).withPingInterval(PATIENCE))) {
      assertEquals("PONG", redis.call(Connections.ping()));
      var connection = proxy.connections().get(0);
      connection.toServer(Fault.DROP);
      connection.toClient(Fault.DROP);
      var first = assertThrows(RedisException.class, () -> redis.call("INCR", "dead:n"));
      assertTrue(first.mayHaveRun(), first.toString());
      Eventually.within(PATIENCE, "calls are answered", () -> redis.call("PING").text() != null);
      assertEquals(2, proxy.accepted());
    }
  }

  @Test
  void aPeerThatOnlyReadsIsReplaced() {
    try (var proxy = FaultProxy.to(RedisServer.shared().port());
        var redis = Redis.connect(wary(proxy.url()))) {
      proxy.connections().get(0).toClient(Fault.DROP);
      Eventually.within(PATIENCE, "calls are answered", () -> redis.call("PING").text() != null);
    }
  }

  @Test
  void aSlowCommandIsNotTakenForADeadPeer() {
    try (var peer = ScriptedPeer.start()) {
      peer.expect("EVAL").after(Duration.ofMillis(1_500)).reply("+done\r\n");
      peer.otherwise(DeadPeerTest::pong);
      try (var redis = Redis.connect(wary(peer.url()))) {
        var slow = Command.of("EVAL", "slow", "0").within(PATIENCE);
        assertEquals("done", redis.call(slow).text());
        assertEquals(1, peer.accepted());
      }
    }
  }

  @Test
  void aBlockThatIsLongerThanItsMarginLastsAsLongAsItWasAsked() {
    try (var redis = Redis.connect(RedisOptions.of(RedisServer.shared().url()))) {
      long start = System.nanoTime();
      var pop = Command.of("BLPOP", "dead:none", "1").within(Duration.ofMillis(300));
      assertTrue(redis.send(pop).await().isNull());
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(millis >= 950, "ended after " + millis + " ms");
    }
  }

  @Test
  void aPausedServerIsNoticedByEverybodyAndUsedAgainWhenItWakes() {
    var server = RedisServer.start();
    try (var redis = Redis.connect(wary(server.url()));
        var subscription = redis.subscribe("dead:paused")) {
      server.pause();
      var calls =
          List.of(
              async(() -> redis.call("GET", "k")),
              async(() -> redis.call("BLPOP", "dead:none", "1")),
              async(() -> redis.atomically(Command.of("INCR", "n"))),
              async(() -> redis.exclusive(session -> session.call(Command.of("PING")))));
      for (Object outcome : outcomes(calls, Duration.ofSeconds(5))) {
        assertInstanceOf(RedisException.class, outcome);
      }
      server.resume();
      Eventually.within(PATIENCE, "calls are answered", () -> redis.call("PING").text() != null);
      Eventually.within(
          PATIENCE,
          "messages are heard",
          () -> {
            redis.call("PUBLISH", "dead:paused", "m");
            return subscription.next(Duration.ofMillis(50)).isPresent();
          });
    } finally {
      server.close();
    }
  }

  @Test
  void aPeerThatHangsUpRightAfterTheHandshakeIsNotKeptForASubscription() {
    // Whether the client learns of it before or after it uses the connection is chance.
    var attempts = new ArrayList<CompletableFuture<?>>();
    for (int i = 0; i < 12; i++) {
      attempts.add(async(DeadPeerTest::subscribeInTheEnd));
    }
    assertEquals(Set.of("heard"), Set.copyOf(outcomes(attempts, PATIENCE)));
  }

  private static String subscribeInTheEnd() {
    try (var peer = ScriptedPeer.start()) {
      for (int number = 2; number < 8; number++) {
        peer.connection(number).expect("CLIENT", "SETINFO").reply("+OK\r\n:1\r\n").hangUp();
      }
      peer.expect("SUBSCRIBE", "c")
          .reply(">3\r\n+subscribe\r\n$1\r\nc\r\n:1\r\n")
          .reply(">3\r\n+message\r\n$1\r\nc\r\n$5\r\nheard\r\n");
      peer.otherwise(command -> new byte[0]);
      try (var redis = Redis.connect(Clients.brisk(peer.url()).withTimeout(PATIENCE));
          var subscription = redis.subscribe("c")) {
        return text(subscription);
      }
    }
  }
}
