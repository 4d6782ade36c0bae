package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
class ScriptingTest {
  private static final String LIBRARY =
      """
      #!lua name=family
      redis.register_function('family_set',
        function(keys, args) return redis.call('SET', keys[1], args[1]) end)
      redis.register_function{
        function_name = 'family_get',
        callback = function(keys) return redis.call('GET', keys[1]) end,
        flags = {'no-writes'}}
      """;

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
  void scriptsAreInTheCacheUntilItIsEmptied() {
    var sha = redis.call(Scripting.load("return 1"));
    assertEquals("e0e1f9fabfc9d4800c877a703b823ac0578ff8db", sha);
    assertEquals(List.of(true, false), redis.call(Scripting.exists(sha, "0".repeat(40))));
    assertEquals("OK", redis.call(Scripting.flush()));
    assertEquals(List.of(false), redis.call(Scripting.exists(sha)));
  }

  @Test
  void whereNoScriptRunsThereIsNoneToEnd() {
    var refusal = assertThrows(RedisException.Rejected.class, () -> redis.call(Scripting.kill()));
    assertEquals("NOTBUSY", refusal.code());
  }

  @Test
  void functionsAreLoadedCalledAndDeleted() {
    assertEquals("family", redis.call(Scripting.loadLibrary(LIBRARY)));
    assertEquals("family", redis.call(Scripting.loadLibrary(LIBRARY)));
    var set = Scripting.call("family_set", List.of("k"), List.of("v"));
    assertEquals("OK", redis.call(set).text());
    assertFalse(set.isReadOnly());
    var get = Scripting.callReadOnly("family_get", List.of("k"), List.of());
    assertEquals("v", redis.call(get).text());
    assertTrue(get.isReadOnly());
    assertEquals("OK", redis.call(Scripting.deleteLibrary("family")));
    assertThrows(
        RedisException.Rejected.class, () -> redis.call(Scripting.deleteLibrary("family")));
  }

  @Test
  void whatCannotBeMeantIsRefusedAtOnce() {
    assertThrows(IllegalArgumentException.class, () -> Scripting.load(""));
    assertThrows(IllegalArgumentException.class, () -> Scripting.exists());
    assertThrows(IllegalArgumentException.class, () -> Scripting.call("f", List.of(""), List.of()));
  }
}
