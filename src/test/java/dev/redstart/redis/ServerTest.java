package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
class ServerTest {
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
  void keysAreCountedAndFlushed() {
    redis.call(Strings.mset(Map.of("a", "1", "b", "2")));
    assertEquals(2, redis.call(Server.dbSize()));
    assertEquals("OK", redis.call(Server.flushDb()));
    assertEquals(0, redis.call(Server.dbSize()));
    redis.call(Strings.set("a", "1"));
    assertEquals("OK", redis.call(Server.flushAll()));
    assertEquals(0, redis.call(Server.dbSize()));
  }

  @Test
  void theServerHasAClock() {
    var apart = Duration.between(redis.call(Server.time()), Instant.now()).abs();
    assertTrue(apart.toSeconds() < 60, apart + " apart");
    assertTrue(redis.call(Server.lastSave()).isBefore(Instant.now().plusSeconds(60)));
  }

  @Test
  void theServerSaysWhatItIs() {
    var all = redis.call(Server.info());
    assertTrue(all.get("redis_version").matches("\\d+\\.\\d+\\.\\d+"), all.get("redis_version"));
    assertTrue(all.containsKey("used_memory"));
    var section = redis.call(Server.info("server"));
    assertEquals(all.get("redis_version"), section.get("redis_version"));
    assertFalse(section.containsKey("used_memory"));
    assertTrue(redis.call(Server.commandCount()) > 200);
  }

  @Test
  void settingsAreReadAndChanged() {
    var before = redis.call(Server.configGet("slowlog-max-len"));
    assertEquals(1, before.size());
    assertEquals("OK", redis.call(Server.configSet("slowlog-max-len", "77")));
    assertEquals(Map.of("slowlog-max-len", "77"), redis.call(Server.configGet("slowlog-max-len")));
    redis.call(Server.configSet("slowlog-max-len", before.get("slowlog-max-len")));
    assertEquals(Map.of(), redis.call(Server.configGet("there-is-no-such-setting")));
    assertEquals("OK", redis.call(Server.configResetStat()));
    assertThrows(RedisException.Rejected.class, () -> redis.call(Server.configSet("no-such", "1")));
  }

  @Test
  void whatCannotBeMeantIsRefusedAtOnce() {
    assertThrows(IllegalArgumentException.class, () -> Server.configGet(""));
    assertThrows(NullPointerException.class, () -> Server.configSet("maxmemory", null));
    assertThrows(IllegalArgumentException.class, () -> Server.info(""));
  }
}
