package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the keys that we find with those that the server finds (COMMAND GETKEYS). */
class KeySpecTest {
  /** One command a line; {@code ''} is an empty word. */
  private static final String LINES =
      """
      GET k
      get k
      SET k v EX 10
      MSET a 1 b 2 c 3
      MSETNX a 1 b 2
      MGET a b c
      GETRANGE k 0 -1
      LCS a b IDX
      BITOP AND dest a b c
      BITOP NOT dest a
      BITFIELD k GET u8 0
      DEL a b c
      UNLINK a
      EXISTS a a
      TOUCH a b
      RENAME a b
      COPY a b DB 1 REPLACE
      TYPE k
      DUMP k
      RESTORE k 0 v
      OBJECT ENCODING k
      object freq k
      MEMORY USAGE k SAMPLES 5
      WATCH a b
      SORT k
      SORT k BY w_* LIMIT 0 5 GET # ASC ALPHA STORE d
      SORT k STORE a STORE b
      SORT k BY store GET store LIMIT store 1 store d
      SORT k BY nosort GET d*->name
      SORT k LIMIT 0 store
      SORT k LIMIT store 1
      SORT_RO k BY w_* GET x
      MIGRATE h 6379 k 0 1000
      MIGRATE h 6379 '' 0 1000 KEYS a b c
      MIGRATE h 6379 '' 0 1000 COPY REPLACE AUTH secret KEYS a
      MIGRATE h 6379 '' 0 1000 AUTH keys KEYS a b
      MIGRATE h 6379 '' 0 1000 AUTH2 keys keys KEYS a b
      MIGRATE h 6379 '' 0 1000 COPY keys KEYS a
      HSET k f v g w
      HGETALL k
      HSCAN k 0 MATCH x
      LPUSH k a b
      LMOVE a b LEFT RIGHT
      RPOPLPUSH a b
      BLPOP a b c 0
      BRPOP a 1.5
      BLMOVE a b LEFT RIGHT 0
      BRPOPLPUSH a b 0
      LMPOP 2 a b LEFT COUNT 3
      BLMPOP 0 2 a b LEFT
      SADD k a b
      SMOVE a b m
      SINTER a b
      SUNIONSTORE d a b
      SDIFFSTORE d a
      SINTERCARD 2 a b LIMIT 1
      ZADD k NX CH 1 a 2 b
      ZRANGE k 0 -1 WITHSCORES
      ZRANGESTORE d k 0 -1
      ZUNION 2 a b WEIGHTS 1 2
      ZUNIONSTORE d 2 a b WEIGHTS 1 2 AGGREGATE MAX
      ZINTERSTORE d 3 a b c
      ZINTER 1 a
      ZINTERCARD 2 a b LIMIT 4
      ZDIFF 2 a b WITHSCORES
      ZDIFFSTORE d 2 a b
      ZMPOP 2 a b MIN
      BZMPOP 1.5 2 a b MAX COUNT 2
      BZPOPMIN a b 0
      BZPOPMAX a 1
      PFADD k a
      PFCOUNT a b
      PFMERGE d a b
      GEOADD k 1 1 m
      GEOSEARCH k FROMMEMBER m BYRADIUS 1 km
      GEOSEARCHSTORE d k FROMMEMBER m BYRADIUS 1 km
      GEORADIUS k 1 1 1 km
      GEORADIUS k 1 1 1 km COUNT 3 STORE d
      GEORADIUS k 1 1 1 km STORE d STOREDIST e
      GEORADIUS_RO k 1 1 1 km
      GEORADIUSBYMEMBER k STORE 1 km STOREDIST d
      GEORADIUSBYMEMBER k m 1 km store store
      XADD k NOMKSTREAM MAXLEN ~ 10 * f v
      XLEN k
      XRANGE k - + COUNT 1
      XREAD STREAMS a 0
      XREAD COUNT 1 BLOCK 0 STREAMS a b c 0 0 0
      xread block 0 streams streams b $ $
      XREADGROUP GROUP g c STREAMS a >
      XREADGROUP GROUP streams streams COUNT 1 NOACK STREAMS a b > >
      XGROUP CREATE k g $ MKSTREAM
      XGROUP SETID k g 0
      XGROUP DELCONSUMER k g c
      XINFO STREAM k FULL
      XINFO CONSUMERS k g
      XACK k g 1-1
      XCLAIM k g c 0 1-1
      XAUTOCLAIM k g c 0 0
      XPENDING k g - + 10 c
      XSETID k 1-1
      XTRIM k MAXLEN 10
      EVAL s 0
      EVAL s 0 a b
      EVAL s 2 a b c d
      EVALSHA s 1 a b
      EVAL_RO s 1 a
      EVALSHA_RO s 3 a b c
      FCALL f 2 a b c
      FCALL_RO f 0 a
      EVAL s 5 a
      EVAL s nonsense a
      EVAL s -1 a
      """;

  private static Redis redis;

  @BeforeAll
  static void connect() {
    redis = FamilyServer.connect(3);
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  static Stream<String> lines() {
    return LINES.lines();
  }

  @Test
  void thereAreManyLines() {
    assertTrue(lines().count() >= 80, lines().count() + " lines");
  }

  @ParameterizedTest
  @MethodSource("lines")
  void theKeysAreThoseThatTheServerFinds(String line) {
    var words = words(line);
    var question = new ArrayList<>(List.of("COMMAND", "GETKEYS"));
    question.addAll(words);
    var server = Reading.texts(redis.call(question.toArray(String[]::new)));
    assertEquals(server, keys(line));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PING", "PUBLISH c m", "CLIENT ID", "SCRIPT LOAD s", "SCAN 0", "GETT k"})
  void someCommandsHaveNoKeys(String line) {
    assertEquals(List.of(), keys(line));
  }

  /** To the server they are no keys, but a cluster sends them where a key of that name is. */
  @Test
  void shardChannelsCountAsKeys() {
    assertEquals(List.of("c"), keys("SPUBLISH c m"));
    assertEquals(List.of("a", "b"), keys("SSUBSCRIBE a b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET",
        "RENAME",
        "BLPOP",
        "BLPOP 0",
        "XREAD STREAMS",
        "XREAD COUNT",
        "EVAL",
        "EVAL s",
        "ZUNIONSTORE",
        "LMPOP",
        "MSET",
        "SORT",
        "MIGRATE",
        "MIGRATE h 1",
        "BLMPOP 0",
        "OBJECT ENCODING",
        "XREADGROUP GROUP g",
        "EVAL s 99999999999 a",
        "ZUNION 2147483647 a",
        "MIGRATE h 1 '' 0 1 KEYS",
        "MIGRATE h 1 '' 0 1 AUTH",
        "MSETEX 2 a"
      })
  void aLineThatIsTooShortHasNoKeys(String line) {
    assertEquals(List.of(), keys(line));
  }

  @Test
  void aLineThatEndsEarlyHasTheKeysThatAreThere() {
    assertEquals(List.of("a"), keys("RENAME a"));
    assertEquals(List.of("a", "b"), keys("MSET a 1 b"));
    assertEquals(List.of("k"), keys("SORT k STORE"));
    assertEquals(List.of("k"), keys("GEORADIUS k 1 1 1 km STORE"));
  }

  @Test
  void theNotationIsReadAsItsHeaderSays() {
    assertEquals(List.of("1"), found("1"));
    assertEquals(List.of("2", "3"), found("2..1"));
    assertEquals(List.of("1", "2", "3", "4", "5", "6", "7"), found("1..-1"));
    assertEquals(List.of("1", "4"), found("1..-2/3"));
    assertEquals(List.of("4", "5"), found("4..-1%2"));
    assertEquals(List.of("6", "7"), found("5@2..-1"));
    assertEquals(List.of("3", "4"), found("2#"));
    assertEquals(List.of("3", "5"), found("2#/2"));
    assertEquals(List.of("1"), found("1!"));
    assertEquals(List.of(), found("5@6"));
  }

  private static List<String> found(String notation) {
    return texts(KeySpec.parse(notation).keys(bytes(List.of("0 1 2 3 4 5 6 7".split(" ")))));
  }

  private static List<String> keys(String line) {
    return texts(Command.of(words(line).toArray(String[]::new)).keys());
  }

  private static List<String> words(String line) {
    return Stream.of(line.split(" ")).map(word -> word.equals("''") ? "" : word).toList();
  }

  private static List<byte[]> bytes(List<String> words) {
    return words.stream().map(word -> word.getBytes(StandardCharsets.UTF_8)).toList();
  }

  private static List<String> texts(List<byte[]> keys) {
    return keys.stream().map(key -> new String(key, StandardCharsets.UTF_8)).toList();
  }
}
