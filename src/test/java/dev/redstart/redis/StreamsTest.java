package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.LinkedHashMap;
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
class StreamsTest {
  private static final Duration SHORT = Duration.ofMillis(20);

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

  /** Entries 1-0, 2-0, ... with their number in the field n. */
  private void fill(String key, int entries) {
    for (int i = 1; i <= entries; i++) {
      redis.call(Streams.add(key, id(i), Map.of("n", "" + i), Trim.none()));
    }
  }

  private static EntryId id(long millis) {
    return new EntryId(millis, 0);
  }

  private static List<EntryId> ids(List<StreamEntry> entries) {
    return entries.stream().map(StreamEntry::id).toList();
  }

  private List<EntryId> all(String key) {
    return ids(redis.call(Streams.range(key, EntryId.MIN, EntryId.MAX)));
  }

  @Test
  void anEntryKeepsItsFieldsInOrder() {
    var fields = new LinkedHashMap<String, String>();
    fields.put("type", "é");
    fields.put("", "");
    fields.put("a", "1");
    var id = redis.call(Streams.add("k", fields));
    var entry = redis.call(Streams.range("k", id, id)).get(0);
    assertEquals(StreamEntry.of(id, fields), entry);
    assertEquals(List.copyOf(fields.keySet()), List.copyOf(entry.fields().keySet()));
    assertEquals(Optional.of("1"), entry.field("a"));
    assertEquals(Optional.empty(), entry.field("none"));
    assertFalse(entry.isDeleted());
  }

  @Test
  void bytesStayWhatTheyAre() {
    byte[] bytes = {0, (byte) 0xFF, '\r', '\n'};
    var id = redis.call(Streams.addBytes("k", Map.of("f", bytes), Trim.none()));
    var entry = redis.call(Streams.range("k", id, id)).get(0);
    assertArrayEquals(bytes, entry.bytes("f").orElseThrow());
    assertNotEquals(StreamEntry.of(id, Map.of("f", "x")), entry);
  }

  /** Redis has nothing against it. */
  @Test
  void ofAFieldThatComesTwiceTheLastValueCounts() {
    redis.call("XADD", "k", "1-0", "f", "first", "g", "x", "f", "last");
    var entry = redis.call(Streams.range("k", EntryId.MIN, EntryId.MAX)).get(0);
    assertEquals(Optional.of("last"), entry.field("f"));
    assertEquals(Map.of("f", "last", "g", "x"), entry.fields());
  }

  @Test
  void anIdOfTheCallersOwnMustBeGreater() {
    fill("k", 3);
    assertEquals(List.of(id(1), id(2), id(3)), all("k"));
    assertEquals(3, redis.call(Streams.len("k")));
    assertThrows(RedisException.Rejected.class, () -> fill("k", 1));
    assertEquals("OK", redis.call(Streams.setId("k", id(10))));
    assertThrows(
        RedisException.Rejected.class,
        () -> redis.call(Streams.add("k", id(9), Map.of("a", "b"), Trim.none())));
  }

  @Test
  void anEntryIsAddedOnlyToAStreamThatIsThere() {
    assertEquals(
        Optional.empty(), redis.call(Streams.addIfExists("k", Map.of("a", "b"), Trim.none())));
    var first = redis.call(Streams.add("k", Map.of("a", "b")));
    var second = redis.call(Streams.addIfExists("k", Map.of("a", "b"), Trim.maxLen(1)));
    assertTrue(second.orElseThrow().compareTo(first) > 0);
    assertEquals(List.of(second.get()), all("k"));
  }

  @Test
  void oldEntriesAreTrimmed() {
    fill("k", 10);
    assertEquals(2, redis.call(Streams.trim("k", Trim.maxLen(8))));
    assertEquals(3, redis.call(Streams.trim("k", Trim.minId(id(6)))));
    assertEquals(0, redis.call(Streams.trim("k", Trim.maxLen(2).about().withLimit(100))));
    redis.call(Streams.add("k", id(11), Map.of("n", "11"), Trim.maxLen(3)));
    assertEquals(List.of(id(9), id(10), id(11)), all("k"));
    assertEquals(2, redis.call(Streams.del("k", id(9), id(10), id(99))));
    assertEquals("MINID ~ 5-0 LIMIT 7", Trim.minId(id(5)).withLimit(7).toString());
    assertEquals("MAXLEN ~ 5", Trim.maxLen(5).about().toString());
  }

  @Test
  void rangesGoUpAndDownInPages() {
    fill("k", 5);
    var page = redis.call(Streams.range("k", EntryId.MIN, EntryId.MAX, 2));
    assertEquals(List.of(id(1), id(2)), ids(page));
    var next = page.get(1).id().next();
    assertEquals(List.of(id(3)), ids(redis.call(Streams.range("k", next, EntryId.MAX, 1))));
    var newest = redis.call(Streams.revRange("k", EntryId.MAX, EntryId.MIN, 2));
    assertEquals(List.of(id(5), id(4)), ids(newest));
    assertEquals(List.of(), redis.call(Streams.range("none", EntryId.MIN, EntryId.MAX)));
  }

  @Test
  void severalStreamsAreReadAtOnce() {
    fill("a", 3);
    fill("b", 2);
    var after = new LinkedHashMap<String, EntryId>();
    after.put("b", EntryId.MIN);
    after.put("a", id(2));
    after.put("none", EntryId.MIN);
    var read = redis.call(Streams.read(after, ReadOptions.defaults()));
    assertEquals(List.of("b", "a"), List.copyOf(read.keySet()));
    assertEquals(List.of(id(1), id(2)), ids(read.get("b")));
    assertEquals(List.of(StreamEntry.of(id(3), Map.of("n", "3"))), read.get("a"));
    var one = redis.call(Streams.read(after, ReadOptions.defaults().withCount(1)));
    assertEquals(List.of(id(1)), ids(one.get("b")));
  }

  @Test
  void whereNothingIsNewThereIsNothingToRead() {
    fill("a", 1);
    assertEquals(Map.of(), redis.call(Streams.read(Map.of("a", id(1)), ReadOptions.defaults())));
    var waiting = ReadOptions.defaults().withBlock(SHORT);
    assertEquals(Map.of(), redis.call(Streams.read(Map.of("a", id(1)), waiting)));
  }

  @Test
  void readingWaitsForAnEntry() {
    var options = ReadOptions.defaults().withBlock(Duration.ofSeconds(20)).withCount(5);
    var waiting = redis.send(Streams.read(Map.of("k", EntryId.MIN), options));
    FamilyServer.awaitBlocked(redis);
    var id = redis.call(Streams.add("k", Map.of("a", "b")));
    assertEquals(Map.of("k", List.of(StreamEntry.of(id, Map.of("a", "b")))), waiting.await());
  }

  @Test
  void aStreamAsAWhole() {
    fill("k", 3);
    redis.call(Streams.del("k", id(3)));
    var info = redis.call(Streams.info("k"));
    assertEquals(2, info.length());
    assertEquals(id(3), info.lastId());
    assertEquals(0, info.groups());
    assertEquals(Optional.of(id(1)), info.first().map(StreamEntry::id));
    assertEquals(Optional.of(StreamEntry.of(id(2), Map.of("n", "2"))), info.last());
    redis.call(Streams.del("k", id(1), id(2)));
    assertEquals(Optional.empty(), redis.call(Streams.info("k")).first());
    assertThrows(RedisException.Rejected.class, () -> redis.call(Streams.info("none")));
  }

  @Test
  void anEntryShowsNoValues() {
    assertEquals("1-0 [secret]", StreamEntry.of(id(1), Map.of("secret", "x")).toString());
    assertEquals("1-0 (deleted)", StreamEntry.deleted(id(1)).toString());
    assertNotEquals(StreamEntry.deleted(id(1)), StreamEntry.of(id(1), Map.of()));
  }

  @Test
  void whatCannotBeMeantIsRefusedAtOnce() {
    var defaults = ReadOptions.defaults();
    assertThrows(IllegalArgumentException.class, () -> Streams.add("k", Map.of()));
    assertThrows(IllegalArgumentException.class, () -> Streams.trim("k", Trim.none()));
    assertThrows(IllegalStateException.class, () -> Trim.none().about());
    assertThrows(IllegalArgumentException.class, () -> Trim.maxLen(-1));
    assertThrows(IllegalArgumentException.class, () -> Streams.del("k"));
    assertThrows(IllegalArgumentException.class, () -> Streams.read(Map.of(), defaults));
    var unread = Map.of("k", EntryId.MIN);
    assertThrows(IllegalArgumentException.class, () -> Streams.read(unread, defaults.withNoAck()));
    assertThrows(IllegalArgumentException.class, () -> defaults.withBlock(Duration.ofMillis(-1)));
    assertThrows(NullPointerException.class, () -> Streams.range("k", null, EntryId.MAX));
  }
}
