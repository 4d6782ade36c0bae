package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
class StringsTest {
  private static final byte[] BYTES = {0, (byte) 0xFF, '\r', '\n', (byte) 0x80};

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
  void whatIsSetCanBeGot() {
    assertEquals(Optional.empty(), redis.call(Strings.get("k")));
    assertTrue(redis.call(Strings.set("k", "é€😀")));
    assertEquals(Optional.of("é€😀"), redis.call(Strings.get("k")));
    assertEquals(9, redis.call(Strings.strlen("k")));
    assertTrue(redis.call(Strings.set("k", "")));
    assertEquals(Optional.of(""), redis.call(Strings.get("k")));
  }

  @Test
  void bytesStayWhatTheyAre() {
    assertTrue(redis.call(Strings.set("k", BYTES)));
    assertArrayEquals(BYTES, redis.call(Strings.getBytes("k")).orElseThrow());
    assertEquals(10, redis.call(Strings.append("k", BYTES)));
    assertArrayEquals(new byte[] {(byte) 0x80, 0}, redis.call(Strings.getRange("k", 4, 5)));
    assertEquals(Optional.empty(), redis.call(Strings.getBytes("none")));
  }

  @Test
  void settingCanDependOnWhatIsThere() {
    assertFalse(redis.call(Strings.set("k", "a", SetOption.ifPresent())));
    assertTrue(redis.call(Strings.set("k", "a", SetOption.ifAbsent())));
    assertFalse(redis.call(Strings.set("k", "b", SetOption.ifAbsent())));
    assertTrue(redis.call(Strings.set("k", "c", SetOption.ifPresent())));
    assertEquals(Optional.of("c"), redis.call(Strings.get("k")));
  }

  @Test
  void aValueCanExpire() {
    redis.call(Strings.set("k", "a", SetOption.expiringIn(Duration.ofSeconds(100))));
    assertRemaining(100);
    redis.call(Strings.set("k", "b", SetOption.keepTtl()));
    assertRemaining(100);
    redis.call(Strings.set("k", "c", SetOption.expiringAt(Instant.now().plusSeconds(50))));
    assertRemaining(50);
    redis.call(Strings.set("k", "d"));
    assertEquals(new TimeToLive.Forever(), redis.call(Keys.ttl("k")));
  }

  private void assertRemaining(long seconds) {
    long left = redis.call(Keys.ttl("k")).remaining().orElseThrow().toMillis();
    assertTrue(left > (seconds - 20) * 1000 && left <= seconds * 1000, left + " ms are left");
  }

  @Test
  void aValueCanBeReplacedAndSaidWhatItWas() {
    assertEquals(Optional.empty(), redis.call(Strings.getSet("k", "a")));
    var life = SetOption.expiringIn(Duration.ofSeconds(30));
    assertEquals(Optional.of("a"), redis.call(Strings.getSet("k", "b", life)));
    assertRemaining(30);
    assertEquals(Optional.of("b"), redis.call(Strings.getSet("k", "c", SetOption.ifAbsent())));
    assertEquals(Optional.of("b"), redis.call(Strings.get("k")));
  }

  @Test
  void gettingCanDeleteAndExpireAndPersist() {
    redis.call(Strings.set("k", "a"));
    assertEquals(Optional.of("a"), redis.call(Strings.getEx("k", Duration.ofSeconds(60))));
    assertRemaining(60);
    assertEquals(Optional.of("a"), redis.call(Strings.getPersist("k")));
    assertEquals(new TimeToLive.Forever(), redis.call(Keys.ttl("k")));
    assertEquals(Optional.of("a"), redis.call(Strings.getDel("k")));
    assertEquals(Optional.empty(), redis.call(Strings.getDel("k")));
    assertEquals(Optional.empty(), redis.call(Strings.getEx("k", Duration.ofSeconds(60))));
  }

  @Test
  void severalAtOnce() {
    assertEquals("OK", redis.call(Strings.mset(Map.of("a", "1", "b", "2"))));
    assertEquals(
        List.of(Optional.of("2"), Optional.empty(), Optional.of("1")),
        redis.call(Strings.mget("b", "none", "a")));
    assertFalse(redis.call(Strings.msetIfAbsent(Map.of("a", "3", "c", "3"))));
    assertTrue(redis.call(Strings.msetIfAbsent(Map.of("c", "3", "d", "4"))));
  }

  @Test
  void partsOfAValue() {
    assertEquals(5, redis.call(Strings.append("k", "Hello")));
    assertEquals(11, redis.call(Strings.append("k", " World")));
    assertArrayEquals(
        "World".getBytes(StandardCharsets.US_ASCII), redis.call(Strings.getRange("k", -5, -1)));
    assertEquals(11, redis.call(Strings.setRange("k", 6, "Redis")));
    assertEquals(Optional.of("Hello Redis"), redis.call(Strings.get("k")));
    assertEquals(0, redis.call(Strings.strlen("none")));
    assertEquals(0, redis.call(Strings.getRange("none", 0, -1)).length);
  }

  @Test
  void numbersCount() {
    assertEquals(1, redis.call(Strings.incr("n")));
    assertEquals(Long.MAX_VALUE, redis.call(Strings.incrBy("n", Long.MAX_VALUE - 1)));
    assertEquals(Long.MAX_VALUE - 1, redis.call(Strings.decr("n")));
    assertEquals(-1, redis.call(Strings.decrBy("n", Long.MAX_VALUE)));
    assertEquals(0.5, redis.call(Strings.incrByFloat("n", 1.5)));
    assertEquals(1e300, redis.call(Strings.incrByFloat("big", 1e300)));
  }

  @Test
  void whatCannotBeMeantIsRefusedAtOnce() {
    assertEquals(
        "key", assertThrows(NullPointerException.class, () -> Strings.get(null)).getMessage());
    refused("key", () -> Strings.get(""));
    refused("key", () -> Strings.set("", "v"));
    refused("keys", () -> Strings.mget());
    refused("key", () -> Strings.mget("a", ""));
    refused("values", () -> Strings.mset(Map.of()));
    refused("life", () -> SetOption.expiringIn(Duration.ZERO));
    refused("life", () -> Strings.getEx("k", Duration.ofMillis(-1)));
    refused("life", () -> SetOption.expiringIn(Duration.ofSeconds(Long.MAX_VALUE)));
    assertEquals(
        "value",
        assertThrows(NullPointerException.class, () -> Strings.set("k", (String) null))
            .getMessage());
  }

  private static void refused(String name, org.junit.jupiter.api.function.Executable making) {
    var refusal = assertThrows(IllegalArgumentException.class, making);
    assertTrue(refusal.getMessage().startsWith(name + ": "), refusal.getMessage());
  }

  @Test
  void aShortLifeIsNotRoundedToNone() {
    assertEquals("PX 1", SetOption.expiringIn(Duration.ofNanos(1)).toString());
    assertEquals("PX 2", SetOption.expiringIn(Duration.ofNanos(1_000_001)).toString());
  }
}
