package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class RedisOptionsTest {
  private static final RedisOptions DEFAULTS = RedisOptions.defaults();

  @Test
  void eachChangeIsACopy() {
    var changed =
        DEFAULTS
            .withHost("h")
            .withPort(1)
            .withUser("u", "p")
            .withDatabase(2)
            .withClientName("n")
            .withTimeout(Duration.ofSeconds(1))
            .withConnectTimeout(Duration.ofSeconds(2))
            .withPingInterval(Duration.ofSeconds(3))
            .withTtl(Duration.ofSeconds(4))
            .withProtocol(2)
            .withQueueLimits(5, 6)
            .withDedicatedConnections(7)
            .withTls();
    assertEquals("h:1", changed.address());
    assertEquals(Optional.of("u"), changed.user());
    assertEquals(Optional.of("p"), changed.password());
    assertEquals(2, changed.database());
    assertEquals(Optional.of("n"), changed.clientName());
    assertEquals(Duration.ofSeconds(1), changed.timeout());
    assertEquals(Duration.ofSeconds(2), changed.connectTimeout());
    assertEquals(Duration.ofSeconds(3), changed.pingInterval());
    assertEquals(Duration.ofSeconds(4), changed.ttl());
    assertEquals(2, changed.protocol());
    assertEquals(5, changed.queueCommands());
    assertEquals(6, changed.queueBytes());
    assertEquals(7, changed.dedicatedMax());
    assertTrue(changed.tls().isPresent());
    assertEquals("localhost:6379", DEFAULTS.address());
    assertEquals(3, DEFAULTS.protocol());
  }

  @Test
  void hostAndPortChangeApart() {
    var options = RedisOptions.of("redis://h:7");
    assertEquals("h:8", options.withPort(8).address());
    assertEquals("i:7", options.withHost("i").address());
    assertEquals("[::1]:7", options.withHost("::1").address());
  }

  @Test
  void oneOfManyIsReachedInTheSameWay() {
    var options = RedisOptions.of("rediss+cluster://u:p@h1,h2").at(new Endpoint.Tcp("h3", 3));
    assertEquals("h3:3", options.address());
    assertEquals(Optional.of("p"), options.password());
    assertTrue(options.tls().isPresent());
  }

  @Test
  void sentinelsGetTheirOwnCredentialsOrNone() {
    var options = RedisOptions.of("redis+sentinel://u:p@h1/3?master=m");
    var plain = options.atSentinel(new Endpoint.Tcp("h1", 1));
    assertEquals(Optional.empty(), plain.user());
    assertEquals(Optional.empty(), plain.password());
    assertEquals(0, plain.database());
    var known = options.withSentinelUser("s", "q").atSentinel(new Endpoint.Tcp("h1", 1));
    assertEquals(Optional.of("s"), known.user());
    assertEquals(Optional.of("q"), known.password());
    var secret = options.withSentinelPassword("q").atSentinel(new Endpoint.Tcp("h1", 1));
    assertEquals(Optional.empty(), secret.user());
    assertEquals(Optional.of("q"), secret.password());
    assertEquals(Optional.of("p"), options.withSentinelPassword("q").password());
  }

  @Test
  void aClusterHasOneDatabase() {
    var cluster = RedisOptions.of("redis+cluster://h1,h2");
    assertWrong("database", () -> cluster.withDatabase(1));
    assertEquals(0, cluster.withDatabase(0).database());
    assertEquals(2, RedisOptions.of("redis+sentinel://h?master=m").withDatabase(2).database());
  }

  @Test
  void whatMakesNoSenseIsRefusedByName() {
    assertWrong("port", () -> DEFAULTS.withPort(0));
    assertWrong("port", () -> DEFAULTS.withPort(65_536));
    assertWrong("host", () -> DEFAULTS.withHost(" "));
    assertWrong("user", () -> DEFAULTS.withUser(" ", "p"));
    assertWrong("user", () -> DEFAULTS.withSentinelUser(" ", "p"));
    assertWrong("database", () -> DEFAULTS.withDatabase(-1));
    assertWrong("version", () -> DEFAULTS.withProtocol(4));
    assertWrong("commands", () -> DEFAULTS.withQueueLimits(0, 1));
    assertWrong("bytes", () -> DEFAULTS.withQueueLimits(1, 0));
    assertWrong("max", () -> DEFAULTS.withDedicatedConnections(0));
    for (var name : List.of("", "two words", "line\nbreak", "é", "x".repeat(129))) {
      assertWrong("name", () -> DEFAULTS.withClientName(name));
    }
  }

  private static void assertWrong(String name, Runnable change) {
    var wrong = assertThrows(IllegalArgumentException.class, change::run);
    assertTrue(wrong.getMessage().contains(name), wrong.getMessage());
  }

  @Test
  void timesMustBePositive() {
    List<BiFunction<RedisOptions, Duration, RedisOptions>> changes =
        List.of(
            RedisOptions::withTimeout,
            RedisOptions::withConnectTimeout,
            RedisOptions::withPingInterval,
            RedisOptions::withTtl);
    for (var change : changes) {
      for (var time : List.of(Duration.ZERO, Duration.ofMillis(-1))) {
        assertThrows(IllegalArgumentException.class, () -> change.apply(DEFAULTS, time));
      }
      assertThrows(NullPointerException.class, () -> change.apply(DEFAULTS, null));
    }
  }

  @Test
  void aTimeWithoutEndIsNoProblemOrIsRefusedAtOnce() {
    for (var time : List.of(Duration.ofMillis(Long.MAX_VALUE), Duration.ofDays(365 * 200))) {
      RedisOptions options;
      try {
        options =
            RedisOptions.of(RedisServer.shared().url())
                .withTimeout(time)
                .withConnectTimeout(time)
                .withPingInterval(time);
      } catch (IllegalArgumentException tooLong) {
        continue;
      }
      assertDoesNotThrow(() -> useAll(options), () -> "with " + time);
    }
  }

  private static void useAll(RedisOptions options) {
    try (var redis = Redis.connect(options);
        var subscription = redis.subscribe("options:news")) {
      assertEquals("PONG", redis.call("PING").text());
      redis.call("BLPOP", "options:none", "0.5");
      redis.exclusive(session -> session.call(Command.of("PING")));
      subscription.next(Duration.ofMillis(1));
    }
  }

  @Test
  void nullIsRefusedByName() {
    assertNull("host", () -> DEFAULTS.withHost(null));
    assertNull("user", () -> DEFAULTS.withUser(null, "p"));
    assertNull("password", () -> DEFAULTS.withUser("u", null));
    assertNull("password", () -> DEFAULTS.withPassword(null));
    assertNull("user", () -> DEFAULTS.withSentinelUser(null, "p"));
    assertNull("password", () -> DEFAULTS.withSentinelUser("u", null));
    assertNull("password", () -> DEFAULTS.withSentinelPassword(null));
    assertNull("name", () -> DEFAULTS.withClientName(null));
    assertNull("context", () -> DEFAULTS.withTls(null));
    assertNull("limits", () -> DEFAULTS.withLimits(null));
  }

  private static void assertNull(String name, Runnable change) {
    assertEquals(name, assertThrows(NullPointerException.class, change::run).getMessage());
  }

  @Test
  void showNoSecret() {
    var options = RedisOptions.of("rediss://alice:Tr0ub4dor@h:7/3");
    assertEquals("redis with TLS at h:7, database 3", options.toString());
    assertFalse(options.withPassword("Tr0ub4dor").toString().contains("Tr0ub4dor"));
    var sentinels = RedisOptions.of("redis+sentinel://alice:Tr0ub4dor@h1,h2?master=m");
    assertEquals(
        "redis at m of the Sentinels h1:26379,h2:26379, database 0",
        sentinels.withSentinelPassword("Tr0ub4dor").toString());
  }
}
