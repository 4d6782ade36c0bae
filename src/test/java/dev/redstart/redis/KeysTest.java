package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
class KeysTest {
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
  void keysAreThereUntilTheyAreDeleted() {
    redis.call(Strings.mset(Map.of("a", "1", "b", "2", "c", "3")));
    assertEquals(3, redis.call(Keys.exists("a", "b", "a", "none")));
    assertEquals(2, redis.call(Keys.touch("a", "b", "none")));
    assertEquals(1, redis.call(Keys.del("a", "none")));
    assertEquals(2, redis.call(Keys.unlink("b", "c")));
    assertEquals(0, redis.call(Keys.exists("a", "b", "c")));
  }

  @Test
  void aKeyIsMissingOrLivesForeverOrForSomeTime() {
    assertEquals(new TimeToLive.NoKey(), redis.call(Keys.ttl("k")));
    assertFalse(redis.call(Keys.expire("k", Duration.ofSeconds(10))));
    redis.call(Strings.set("k", "v"));
    assertEquals(new TimeToLive.Forever(), redis.call(Keys.ttl("k")));
    assertEquals(Optional.empty(), redis.call(Keys.ttl("k")).remaining());
    assertTrue(redis.call(Keys.expire("k", Duration.ofMillis(90_500))));
    var left = redis.call(Keys.ttl("k")).remaining().orElseThrow();
    assertTrue(left.toMillis() > 80_000 && left.toMillis() <= 90_500, left + " are left");
    assertTrue(redis.call(Keys.persist("k")));
    assertFalse(redis.call(Keys.persist("k")));
  }

  @Test
  void aKeyExpiresAtAPointInTime() {
    redis.call(Strings.set("k", "v"));
    assertTrue(redis.call(Keys.expireAt("k", Instant.now().plusSeconds(100))));
    var left = redis.call(Keys.ttl("k")).remaining().orElseThrow();
    assertTrue(left.toSeconds() > 80 && left.toSeconds() <= 100, left + " are left");
    assertTrue(redis.call(Keys.expireAt("k", Instant.now().minusSeconds(1))));
    assertEquals(new TimeToLive.NoKey(), redis.call(Keys.ttl("k")));
  }

  @Test
  void aLifeOfNoTimeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Keys.expire("k", Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> Keys.expire("k", Duration.ofSeconds(-1)));
  }

  @Test
  void typesHaveNames() {
    assertEquals(Optional.empty(), redis.call(Keys.type("k")));
    redis.call(SortedSets.add("k", 1, "m"));
    assertEquals(Optional.of("zset"), redis.call(Keys.type("k")));
    assertEquals(Optional.empty(), redis.call(Keys.encoding("none")));
    redis.call(Strings.set("n", "42"));
    assertEquals(Optional.of("int"), redis.call(Keys.encoding("n")));
    assertTrue(redis.call(Keys.memoryUsage("n")).orElseThrow() > 0);
    assertEquals(Optional.empty(), redis.call(Keys.memoryUsage("none")));
  }

  @Test
  void keysAreRenamedAndCopied() {
    redis.call(Strings.mset(Map.of("a", "1", "b", "2")));
    assertFalse(redis.call(Keys.renameIfAbsent("a", "b")));
    assertTrue(redis.call(Keys.renameIfAbsent("a", "c")));
    assertEquals("OK", redis.call(Keys.rename("c", "b")));
    assertEquals(Optional.of("1"), redis.call(Strings.get("b")));
    assertTrue(redis.call(Keys.copy("b", "d")));
    assertFalse(redis.call(Keys.copy("b", "d")));
    assertTrue(redis.call(Keys.copyReplacing("b", "d")));
    assertFalse(redis.call(Keys.copyReplacing("none", "d")));
    var refusal =
        assertThrows(RedisException.Rejected.class, () -> redis.call(Keys.rename("none", "x")));
    assertEquals("ERR", refusal.code());
  }

  @Test
  void aScanFindsEveryKeyPageByPage() {
    var expected = new HashSet<String>();
    for (int i = 0; i < 200; i++) {
      redis.call(Strings.set("user:" + i, "x"));
      expected.add("user:" + i);
    }
    redis.call(Strings.set("other", "x"));
    redis.call(Lists.pushLeft("user:list", "x"));
    var scan = Scan.matching("user:*").withCount(50).withType("string");
    var found = new HashSet<String>();
    int pages = 0;
    var page = redis.call(Keys.scan(ScanPage.START, scan));
    for (; !page.isLast(); page = redis.call(Keys.scan(page.cursor(), scan))) {
      found.addAll(page.items());
      pages++;
    }
    found.addAll(page.items());
    assertEquals(expected, found);
    assertTrue(pages >= 3, pages + " pages before the last");
    assertTrue(redis.call(Keys.scan(ScanPage.START, Scan.all())).items().size() >= 5);
  }

  @Test
  void anyKeyWillDo() {
    assertEquals(Optional.empty(), redis.call(Keys.randomKey()));
    redis.call(Strings.mset(Map.of("a", "1", "b", "2")));
    assertTrue(Set.of("a", "b").contains(redis.call(Keys.randomKey()).orElseThrow()));
  }
}
