package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {

  @Test
  void nothingSetIsLocalhost() {
    var options = RedisOptions.from(Map.of());
    assertEquals("localhost:6379", options.address());
    assertEquals(Optional.empty(), options.password());
    assertEquals(Optional.empty(), options.tls());
    assertEquals(0, options.database());
    assertEquals(RedisOptions.defaults().timeout(), options.timeout());
    assertEquals(RedisOptions.defaults().ttl(), options.ttl());
  }

  @Test
  void theUrlComesFirst() {
    var options =
        RedisOptions.from(
            Map.of("REDIS_URL", "rediss://:pw@h:7/3", "REDIS_HOST", "other", "REDIS_DB", "9"));
    assertEquals("h:7", options.address());
    assertEquals(3, options.database());
    assertEquals(Optional.of("pw"), options.password());
    assertTrue(options.tls().isPresent());
  }

  @Test
  void eachPartHasItsVariable() {
    var options =
        RedisOptions.from(
            Map.of(
                "REDIS_HOST", "cache",
                "REDIS_PORT", "7000",
                "REDIS_DB", "4",
                "REDIS_USERNAME", "alice",
                "REDIS_PASSWORD", "p@ss:w/ord %41",
                "REDIS_SSL", "true"));
    assertEquals("cache:7000", options.address());
    assertEquals(4, options.database());
    assertEquals(Optional.of("alice"), options.user());
    assertEquals(Optional.of("p@ss:w/ord %41"), options.password());
    assertTrue(options.tls().isPresent());
  }

  @Test
  void aPasswordNeedsNoUser() {
    var options = RedisOptions.from(Map.of("REDIS_PASSWORD", "pw"));
    assertEquals(Optional.empty(), options.user());
    assertEquals(Optional.of("pw"), options.password());
  }

  @Test
  void sentinelsHaveTheirOwnCredentials() {
    var url = "redis+sentinel://:p@h?master=m";
    var options =
        RedisOptions.from(Map.of("REDIS_URL", url, "REDIS_SENTINEL_PASSWORD", "q"))
            .atSentinel(new Endpoint.Tcp("h", 1));
    assertEquals(Optional.of("q"), options.password());
    assertEquals(Optional.empty(), options.user());
    options =
        RedisOptions.from(Map.of("REDIS_SENTINEL_USERNAME", "s", "REDIS_SENTINEL_PASSWORD", "q"))
            .atSentinel(new Endpoint.Tcp("h", 1));
    assertEquals(Optional.of("s"), options.user());
  }

  @Test
  void timesAreSecondsWithEitherForm() {
    var url = Map.of("REDIS_URL", "redis://h", "REDIS_TIMEOUT", "2.5", "REDIS_TTL", "60");
    var parts = Map.of("REDIS_TIMEOUT", "0.001", "REDIS_TTL", "86400");
    assertEquals(Duration.ofMillis(2_500), RedisOptions.from(url).timeout());
    assertEquals(Duration.ofMinutes(1), RedisOptions.from(url).ttl());
    assertEquals(Duration.ofMillis(1), RedisOptions.from(parts).timeout());
    assertEquals(Duration.ofDays(1), RedisOptions.from(parts).ttl());
  }

  @ParameterizedTest
  @CsvSource({
    "true, true",
    "TRUE, true",
    "1, true",
    "yes, true",
    "on, true",
    "false, false",
    "0, false",
    "no, false",
    "Off, false"
  })
  void tlsIsOnOrOff(String text, boolean on) {
    assertEquals(on, RedisOptions.from(Map.of("REDIS_SSL", text)).tls().isPresent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "REDIS_HOST",
        "REDIS_PORT",
        "REDIS_DB",
        "REDIS_USERNAME",
        "REDIS_PASSWORD",
        "REDIS_SSL",
        "REDIS_TIMEOUT",
        "REDIS_TTL",
        "REDIS_SENTINEL_USERNAME",
        "REDIS_SENTINEL_PASSWORD",
        "REDIS_URL"
      })
  void anEmptyVariableCountsAsNotSet(String name) {
    for (var empty : new String[] {"", " "}) {
      assertEquals(
          RedisOptions.defaults().toString(), RedisOptions.from(Map.of(name, empty)).toString());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "REDIS_URL, http://:Tr0ub4dor@h",
    "REDIS_URL, redis://:Tr0ub4dor{@h",
    "REDIS_PORT, seven",
    "REDIS_PORT, tcp://10.0.0.1:6379",
    "REDIS_PORT, 0",
    "REDIS_PORT, 65536",
    "REDIS_PORT, 6379.5",
    "REDIS_DB, one",
    "REDIS_DB, -1",
    "REDIS_SSL, maybe",
    "REDIS_TIMEOUT, soon",
    "REDIS_TIMEOUT, 0",
    "REDIS_TIMEOUT, -1",
    "REDIS_TIMEOUT, NaN",
    "REDIS_TIMEOUT, Infinity",
    "REDIS_TIMEOUT, 1e300",
    "REDIS_TTL, never",
    "REDIS_TTL, 0",
  })
  void aMistakeIsToldWithTheVariablesName(String name, String value) {
    var wrong =
        assertThrows(IllegalArgumentException.class, () -> RedisOptions.from(Map.of(name, value)));
    assertTrue(wrong.getMessage().startsWith(name), wrong.getMessage());
    for (Throwable each = wrong; each != null; each = each.getCause()) {
      assertFalse(each.toString().contains("Tr0ub4dor"), each.toString());
    }
  }
}
