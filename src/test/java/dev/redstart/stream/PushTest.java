package dev.redstart.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Hashes;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Requests;
import dev.redstart.redis.StreamEntry;
import dev.redstart.redis.Streams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Adding entries: what is refused, what is said twice, how much is remembered. */
class PushTest {
  private static final String KEY = OneStream.KEY;
  private static final String META = "{demo:stream}:meta";

  private static List<StreamEntry> all(OneStream s) {
    return s.redis.call(Streams.range(KEY, EntryId.MIN, EntryId.MAX));
  }

  private static String send(OneStream s, String line, long number, String value) {
    var request = new Requests.Request(line, number);
    var store = Store.of(s.redis, new Requests(), KEY);
    var arguments = List.of("", "1", "2", "a", value).stream().map(Store::bytes).toList();
    return s.redis.call(store.command(StreamScripts.PUSH, request, arguments)).text();
  }

  @Test
  void anEntryIsAddedAsItIs() {
    try (var s = OneStream.open()) {
      var id = s.streams.push(KEY, Map.of("kind", "demo", "euro", "\u20ac\ud83d\ude00", "e", ""));
      assertEquals(
          List.of(StreamEntry.of(id, Map.of("kind", "demo"))).get(0).id(), all(s).get(0).id());
      assertEquals(
          Map.of("kind", "demo", "euro", "\u20ac\ud83d\ude00", "e", ""), all(s).get(0).fields());
    }
  }

  @Test
  void aBatchKeepsItsOrderAndGoesInSlices() {
    try (var s = OneStream.open()) {
      s.redis.call("CONFIG", "RESETSTAT");
      var ids = s.streams.pushAll(KEY, OneStream.numbered(0, 1200));
      assertEquals(1200, new TreeSet<>(ids).size());
      assertEquals(ids, new ArrayList<>(new TreeSet<>(ids)), "in order");
      var entries = all(s);
      for (int i = 0; i < 1200; i++) {
        assertEquals(ids.get(i), entries.get(i).id());
        assertEquals(Integer.toString(i), entries.get(i).field("n").orElseThrow());
      }
      var stats = Admin.call(s.redis, "INFO", "commandstats").text();
      assertTrue(stats.contains("cmdstat_evalsha:calls=3,"), stats);
      s.redis.call("CONFIG", "RESETSTAT");
      var large = Map.of("a", "x".repeat(400_000));
      s.streams.pushAll(KEY, List.of(large, large, large));
      stats = Admin.call(s.redis, "INFO", "commandstats").text();
      assertTrue(stats.contains("cmdstat_evalsha:calls=3,"), stats);
      assertEquals(List.of(), s.streams.pushAll(KEY, List.of()));
    }
  }

  @Test
  void whatCannotBeAnEntryIsRefusedBeforeAnythingIsSent() {
    try (var s = OneStream.open()) {
      var good = Map.of("a", "b");
      ConsumerTest.refuse("fields", () -> s.streams.push(KEY, Map.of()));
      ConsumerTest.refuse("a field's name", () -> s.streams.push(KEY, Map.of(" ", "x")));
      ConsumerTest.refuse("key", () -> s.streams.push("", good));
      ConsumerTest.refuse("key", () -> s.streams.push("a}b", good));
      ConsumerTest.refuse("entries", () -> Retention.atMost(0));
      ConsumerTest.refuse("entries", () -> Retention.keepAll().withCapacity(-1));
      var halfPair = Map.of("a", "\ud83d");
      ConsumerTest.refuse("text", () -> s.streams.push(KEY, halfPair));
      var withNull = new HashMap<String, String>();
      withNull.put("a", null);
      assertThrows(NullPointerException.class, () -> s.streams.push(KEY, withNull));
      var large = Map.of("a", "\u20ac".repeat(1 << 20));
      ConsumerTest.refuse("fields", () -> s.streams.pushAll(KEY, List.of(good, large)));
      var small = RedisStreams.of(s.redis, StreamOptions.defaults().withPayloadBytes(3));
      ConsumerTest.refuse("fields", () -> small.push(KEY, Map.of("aa", "bb")));
      small.push(KEY, Map.of("aa", "b"));
      var many = new HashMap<String, String>();
      for (int i = 0; i < 1001; i++) {
        many.put("f" + i, "");
      }
      ConsumerTest.refuse("fields", () -> s.streams.push(KEY, many));
      many.remove("f0");
      s.streams.push(KEY, many);
      assertEquals(2, s.streams.figures(KEY).length());
    }
  }

  @Test
  void theSameRequestAgainHasTheSameAnswerAndAddsNothing() {
    try (var s = OneStream.open()) {
      var first = send(s, "line", 7, "x");
      assertEquals(first, send(s, "line", 7, "x"));
      assertEquals(1, all(s).size());
      assertNotEquals(first, send(s, "line", 8, "x"));
      assertNotEquals(first, send(s, "other", 7, "x"));
      assertEquals(3, all(s).size());
    }
  }

  @Test
  void aRequestThatWasOvertakenIsRefused() {
    try (var s = OneStream.open()) {
      send(s, "line", 10, "x");
      var refused = assertThrows(RedisException.Rejected.class, () -> send(s, "line", 9, "late"));
      assertEquals("STALE", refused.code());
      assertEquals(1, all(s).size());
    }
  }

  @Test
  void linesThatWereSilentForAnHourAreForgotten() {
    try (var s = OneStream.open()) {
      long now = s.redis.call("TIME").items().get(0).integer();
      var old = new HashMap<String, String>();
      for (int i = 0; i < 50; i++) {
        old.put("request old" + i, "5 " + (now - 3700) + " 1-1");
      }
      old.put("request young", "5 " + (now - 3500) + " 1-1");
      s.redis.call(Hashes.set(META, old));
      s.streams.push(KEY, Map.of("a", "b"), Retention.atMost(1000));
      for (int i = 0; i < 100; i++) {
        send(s, "same", 1 + 32L * i, "x");
      }
      var left = new TreeSet<>(s.redis.call(Hashes.keys(META)));
      assertTrue(left.remove("retention"));
      assertTrue(left.remove("request young"));
      assertTrue(left.remove("request same"));
      assertEquals(1, left.stream().filter(it -> !it.startsWith("request old")).count());
      assertTrue(left.size() < 20, left::toString);
    }
  }

  @Test
  void aStreamIsThreeKeysWhateverHappensToIt() throws Exception {
    try (var s = OneStream.open()) {
      s.push(0, 300);
      s.consumeIf(
          message -> message.fields().get("n").endsWith("0"), OneStream.QUICK.withDeliveries(2));
      s.awaitDone();
      var keys = new TreeSet<String>();
      s.redis.call("KEYS", "*").items().forEach(key -> keys.add(key.text()));
      assertEquals(Set.of(KEY, META, "{demo:stream}:dlq"), keys);
      assertEquals(270, s.streams.figures(KEY).deadLetters());
    }
  }
}
