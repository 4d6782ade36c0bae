package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ScriptedPeer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
class ChannelsTest {
  @Parameter int protocol;
  private Redis redis;

  @BeforeEach
  void connect() {
    redis = FamilyServer.connect(protocol);
  }

  @AfterEach
  void close() {
    redis.close();
  }

  @Test
  void whereNobodyListensNobodyHears() {
    assertEquals(0, redis.call(Channels.publish("family:silent", "m")));
    assertEquals(0, redis.call(Channels.publish("family:silent", new byte[] {0, 1})));
    assertEquals(0, redis.call(Channels.publishSharded("family:silent", "m")));
    assertEquals(List.of(), redis.call(Channels.channels("family:silent*")));
    assertEquals(Map.of("family:silent", 0L), redis.call(Channels.subscribers("family:silent")));
  }

  @Test
  void listenersAreCounted() {
    long before = redis.call(Channels.patterns());
    try (var one = redis.subscribe("family:a", "family:b");
        var two = redis.subscribePatterns("family:a*")) {
      assertEquals(2, redis.call(Channels.publish("family:a", "m")));
      assertEquals(1, redis.call(Channels.publish("family:b", "m")));
      assertEquals(2, redis.call(Channels.channels("family:*")).size());
      assertEquals(
          Map.of("family:a", 1L, "family:c", 0L),
          redis.call(Channels.subscribers("family:a", "family:c")));
      assertEquals(before + 1, redis.call(Channels.patterns()));
    }
  }

  @Test
  void shardedChannelsAreApartFromOthers() {
    try (var sharded = redis.subscribeSharded("family:s", "family:t");
        var plain = redis.subscribe("family:s")) {
      assertEquals(1, redis.call(Channels.publishSharded("family:s", "one")));
      assertEquals(1, redis.call(Channels.publishSharded("family:t", "two")));
      redis.call(Channels.publish("family:s", "plain"));
      assertEquals("one", text(sharded));
      assertEquals("two", text(sharded));
      assertEquals("plain", text(plain));
    }
  }

  private static String text(Subscription from) {
    return ((Notice.Message) from.next(Duration.ofSeconds(10)).orElseThrow()).text();
  }

  @Test
  void aServerThatHasNoShardedChannelsIsNamedAndSaysSo() {
    try (var peer = ScriptedPeer.start();
        var old = Redis.connect(peer.url())) {
      peer.expect("SSUBSCRIBE", "s")
          .reply("-ERR unknown command 'SSUBSCRIBE', with args beginning with: 's' \r\n");
      var refused = assertThrows(RedisException.Rejected.class, () -> old.subscribeSharded("s"));
      assertTrue(refused.getMessage().contains("Redis 7.0"), refused.getMessage());
      assertTrue(refused.getMessage().contains(":" + peer.port()), refused.getMessage());
    }
  }

  /** Pins a past bug: the refusal of SUNSUBSCRIBE, which nobody awaited, broke the connection. */
  @Test
  void whatWasRefusedIsNotEndedSoThatOthersOnTheConnectionGoOn() {
    try (var peer = ScriptedPeer.start();
        var old = Redis.connect(peer.url())) {
      peer.expect("SUBSCRIBE", "a").reply(">3\r\n+subscribe\r\n$1\r\na\r\n:1\r\n");
      peer.expect("SSUBSCRIBE", "s").reply("-ERR unknown command 'SSUBSCRIBE'\r\n");
      peer.expect("SUBSCRIBE", "b").reply(">3\r\n+subscribe\r\n$1\r\nb\r\n:2\r\n");
      var before = old.subscribe("a");
      assertThrows(RedisException.Rejected.class, () -> old.subscribeSharded("s"));
      old.subscribe("b");
      peer.send(2, ">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nm\r\n");
      assertEquals("m", text(before));
      assertEquals(List.of("SUBSCRIBE a", "SSUBSCRIBE s", "SUBSCRIBE b"), peer.commands());
    }
  }

  @Test
  void whatCannotBeMeantIsRefusedAtOnce() {
    assertThrows(IllegalArgumentException.class, () -> Channels.publish("", "m"));
    assertThrows(NullPointerException.class, () -> Channels.publish("c", (String) null));
    assertThrows(IllegalArgumentException.class, () -> Channels.subscribers());
  }
}
