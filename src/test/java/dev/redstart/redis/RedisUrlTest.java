package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisUrlTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "redis://localhost, localhost:6379, 0",
        "redis://localhost/, localhost:6379, 0",
        "redis://localhost:7000, localhost:7000, 0",
        "redis://localhost:65535/15, localhost:65535, 15",
        "redis://localhost/?db=3, localhost:6379, 3",
        "redis://localhost?db=3, localhost:6379, 3",
        "rediss://redis.example.com:6380/1, redis.example.com:6380, 1",
        "REDIS://localhost, localhost:6379, 0",
        "redis://10.0.0.1, 10.0.0.1:6379, 0",
        "redis://[::1], [::1]:6379, 0",
        "redis://[::1]:7000/2, [::1]:7000, 2",
        "redis://u:p@[2001:db8::7]:7000, [2001:db8::7]:7000, 0",
        "redis://my_redis, my_redis:6379, 0",
        "redis://u:p@my_redis_1:7000/2, my_redis_1:7000, 2",
        "redis://cache-1.internal., cache-1.internal.:6379, 0",
        "unix:///run/redis.sock, /run/redis.sock, 0",
        "unix:///run/redis.sock?db=4, /run/redis.sock, 4",
        "unix:///run/my%20redis.sock, /run/my redis.sock, 0",
        "unix://:p%40ss@/run/redis.sock, /run/redis.sock, 0",
        "unix://alice:p@/run/redis.sock?db=9, /run/redis.sock, 9",
      })
  void saysWhereAndWhichDatabase(String url, String endpoint, int database) {
    var parts = RedisUrl.parse(url);
    assertEquals(endpoint, parts.endpoint().toString());
    assertEquals(database, parts.database());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "redis+cluster://h1 h1:6379",
        "redis+cluster://h1:1,h2/ h1:1,h2:6379",
        "rediss+cluster://u:p@h1,h2:2,h3:3/0 h1:6379,h2:2,h3:3",
        "redis+cluster://[::1]:1,[2001:db8::7] [::1]:1,[2001:db8::7]:6379",
        "redis+cluster://u:p@[::1],my_redis_1:7000?db=0 [::1]:6379,my_redis_1:7000",
        "redis+cluster://h1,h1:6379,h2 h1:6379,h2:6379",
        "REDIS+CLUSTER://h1,h2 h1:6379,h2:6379",
      })
  void aClusterHasSeeds(String url, String seeds) {
    var parts = RedisUrl.parse(url);
    assertInstanceOf(Endpoint.Cluster.class, parts.endpoint());
    assertEquals(seeds, parts.endpoint().toString());
    assertEquals(0, parts.database());
    assertEquals(url.startsWith("rediss"), parts.tls());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "redis+sentinel://h1?master=m h1:26379 m 0",
        "redis+sentinel://h1:1,h2/?master=m h1:1,h2:26379 m 0",
        "rediss+sentinel://u:p@h1,[::1]:2/3?master=my-master h1:26379,[::1]:2 my-master 3",
        "redis+sentinel://h1?db=4&master=a%26b%2B+ h1:26379 a&b++ 4",
      })
  void sentinelsKnowAMaster(String url, String sentinels, String master, int database) {
    var parts = RedisUrl.parse(url);
    var endpoint = assertInstanceOf(Endpoint.Sentinels.class, parts.endpoint());
    assertEquals(master, endpoint.master());
    assertEquals(master + " of the Sentinels " + sentinels, endpoint.toString());
    assertEquals(database, parts.database());
    assertEquals(url.startsWith("rediss"), parts.tls());
  }

  @Test
  void aCommaInAPasswordDividesNoHosts() {
    var parts = RedisUrl.parse("redis+cluster://alice:a,b:1@h1,h2");
    assertEquals(Optional.of("a,b:1"), parts.password());
    assertEquals("h1:6379,h2:6379", parts.endpoint().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "redis://h1,h2 | several hosts",
        "redis+cluster://h/1 | a cluster has no database but 0",
        "redis+cluster://h?db=2 | a cluster has no database but 0",
        "redis+cluster://h?master=m | a parameter other than db",
        "redis+sentinel://h | its master is missing",
        "redis+sentinel://h?master= | its master is missing",
        "redis+sentinel://h?master=m&name=x | a parameter other than db and master",
        "redis+sentinel://h?master=m&master=n | the parameter master twice",
        "redis+sentinel://h/1?master=m&db=1 | the database belongs into one of them",
        "redis://:a@b@h | write %40",
      })
  void aMistakeIsExplained(String url, String why) {
    var wrong = assertThrows(IllegalArgumentException.class, () -> RedisUrl.parse(url));
    assertTrue(wrong.getMessage().contains(why), wrong.getMessage());
  }

  @Test
  void aBlankAroundItIsIgnored() {
    assertEquals("h:1", RedisUrl.parse(" redis://h:1 \n").endpoint().toString());
  }

  @Test
  void onlyRedissIsTls() {
    assertTrue(RedisUrl.parse("rediss://h").tls());
    assertFalse(RedisUrl.parse("redis://h").tls());
    assertFalse(RedisUrl.parse("unix:///h").tls());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "redis://:secret@h, ``, secret",
        "redis://alice:secret@h, alice, secret",
        "redis://alice:a:b@h, alice, a:b",
        "redis://a%3Ab:c@h, a:b, c",
        "redis://alice:p%40%2F%3A%23%3F%25@h, alice, p@/:#?%",
        "redis://alice:1+1%2B@h, alice, 1+1+",
        "redis://alice:%20x%20@h, alice, ` x `",
        "redis://%C3%A9:%E2%82%AC@h, é, €",
        "redis://alice:!$&'()*=;~@h, alice, !$&'()*=;~",
        "unix://alice:p%40ss@/s, alice, p@ss",
        "unix://:p%40ss@/s, ``, p@ss",
      })
  void userAndPasswordAreDecoded(String url, String user, String password) {
    var parts = RedisUrl.parse(url);
    assertEquals(Optional.of(user).filter(text -> !text.isEmpty()), parts.user());
    assertEquals(Optional.of(password), parts.password());
  }

  @Test
  void nothingIsTakenForAUserOrPassword() {
    for (var url : new String[] {"redis://h", "redis://@h", "redis://:@h", "unix:///s"}) {
      assertEquals(Optional.empty(), RedisUrl.parse(url).user(), url);
      assertEquals("", RedisUrl.parse(url).password().orElse(""), url);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "localhost:6379",
        "http://:Tr0ub4dor@localhost",
        "redis:",
        "redis://",
        "redis:///1",
        "redis://:Tr0ub4dor@",
        "redis://:Tr0ub4dor@:6379",
        "redis://Tr0ub4dor@localhost",
        "redis://:Tr0ub4dor@localhost:port",
        "redis://:Tr0ub4dor@localhost:0",
        "redis://:Tr0ub4dor@localhost:65536",
        "redis://:Tr0ub4dor@localhost:-1",
        "redis://:Tr0ub4dor@localhost:99999999999999999999",
        "redis://:Tr0ub4dor@localhost/one",
        "redis://:Tr0ub4dor@localhost/-1",
        "redis://:Tr0ub4dor@localhost/1/2",
        "redis://:Tr0ub4dor@localhost/99999999999",
        "redis://:Tr0ub4dor@localhost/?timeout=3",
        "redis://:Tr0ub4dor@localhost?db=x",
        "redis://:Tr0ub4dor@localhost/1?db=2",
        "redis://:Tr0ub4dor@localhost/1?timeout=3",
        "redis://:Tr0ub4dor#x@localhost",
        "redis://:Tr0ub4dor@localhost#Tr0ub4dor",
        "redis://:Tr0ub4dor%zz@localhost",
        "redis://:Tr0ub4dor%2@localhost",
        "redis://:Tr0ub4dor{x}@localhost",
        "redis://:Tr0ub4dor x@localhost",
        "redis://:Tr0ub4dor/x@localhost",
        "redis://:Tr0ub4dor?x@localhost",
        "redis://:Tr0ub4dor@x@localhost",
        "redis://:Tr0ub4dor@[::1",
        "redis://:Tr0ub4dor@::1",
        "redis://:Tr0ub4dor@local host",
        "redis:Tr0ub4dor//localhost",
        "unix://",
        "unix:///",
        "unix:relative.sock",
        "unix://:Tr0ub4dor@",
        "unix://:Tr0ub4dor@host/path",
        "unix://:Tr0ub4dor@/path?database=1",
        "unix://:Tr0ub4dor@/path#fragment",
      })
  void aWrongOneIsRefusedWithoutItsSecrets(String url) {
    assertRefused(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis+cluster://:Tr0ub4dor@",
        "redis+cluster://:Tr0ub4dor@h1,",
        "redis+cluster://:Tr0ub4dor@,h1",
        "redis+cluster://:Tr0ub4dor@h1,,h2",
        "redis+cluster://:Tr0ub4dor@h1,h2:0",
        "redis+cluster://:Tr0ub4dor@h1;h2",
        "redis+cluster://:Tr0ub4dor@h1,u:Tr0ub4dor@h2",
        "redis+cluster://Tr0ub4dor@h1,h2",
        "redis+cluster://:Tr0ub4dor@[::1],::1",
        "redis+cluster://:Tr0ub4dor@h1, h2",
        "redis+sentinel://:Tr0ub4dor@h1/2",
        "redis+sentinel://:Tr0ub4dor@h1/mymaster",
        "redis+unix+sentinel://:Tr0ub4dor@h1/2",
      })
  void aWrongOneOfSeveralHostsIsToo(String url) {
    assertRefused(url);
  }

  private static void assertRefused(String url) {
    var wrong = assertThrows(IllegalArgumentException.class, () -> RedisUrl.parse(url));
    assertTrue(wrong.getMessage().startsWith("the Redis URL is wrong: "), wrong.getMessage());
    assertTrue(wrong.getMessage().contains("expected redis://"), wrong.getMessage());
    for (Throwable each = wrong; each != null; each = each.getCause()) {
      assertFalse(each.toString().contains("Tr0ub4dor"), each.toString());
    }
  }

  @Test
  void theLanguageOfTheMachineDoesNotMatter() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));
      assertEquals("h:1", RedisUrl.parse("REDIS://h:1").endpoint().toString());
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void nullIsRefusedByName() {
    var refused = assertThrows(NullPointerException.class, () -> RedisOptions.of(null));
    assertEquals("url", refused.getMessage());
  }
}
