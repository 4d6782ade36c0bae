package dev.redstart.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.StreamEntry;
import dev.redstart.redis.Streams;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How much of a stream is kept, and what is never dropped. */
class RetentionTest {
  private static final String KEY = OneStream.KEY;
  private static final String GROUP = OneStream.GROUP;
  private static final Map<String, String> ONE = Map.of("n", "x");

  /** The values of "n" that the stream has. */
  private static List<String> left(OneStream s) {
    return s.redis.call(Streams.range(KEY, EntryId.MIN, EntryId.MAX)).stream()
        .map(entry -> entry.field("n").orElseThrow())
        .toList();
  }

  private static void ack(OneStream s, String... ids) {
    for (var id : ids) {
      s.redis.call("XACK", KEY, GROUP, id);
    }
  }

  /** Reads and acknowledges so many. */
  private static void finish(OneStream s, int count) {
    s.readAndDie("c", count);
    s.pending().forEach(it -> ack(s, it.split(" ")[0]));
  }

  @Test
  void theLastOnesAreKept() {
    try (var s = OneStream.open()) {
      s.streams.ensureGroup(KEY, GROUP);
      s.push(0, 10);
      finish(s, 10);
      s.streams.push(KEY, ONE, Retention.atMost(4));
      assertEquals(List.of("7", "8", "9", "x"), left(s));
      finish(s, 1);
      s.streams.push(KEY, Map.of("n", "y"));
      assertEquals(List.of("8", "9", "x", "y"), left(s), "the retention was remembered");
      finish(s, 1);
      s.streams.push(KEY, Map.of("n", "z"), Retention.keepAll());
      s.streams.push(KEY, Map.of("n", "z"));
      assertEquals(6, left(s).size(), "until another one was given");
    }
  }

  @Test
  void whatSomeGroupHasNotFinishedIsKept() {
    try (var s = OneStream.open()) {
      s.streams.ensureGroup(KEY, GROUP);
      s.streams.ensureGroup(KEY, "behind");
      s.push(0, 10);
      finish(s, 10);
      s.streams.push(KEY, ONE, Retention.atMost(2));
      assertEquals(11, left(s).size());
      s.redis.call("XREADGROUP", "GROUP", "behind", "c", "COUNT", "5", "STREAMS", KEY, ">");
      var ids = s.redis.call(Streams.range(KEY, EntryId.MIN, EntryId.MAX));
      for (int i : List.of(0, 1, 3, 4)) {
        s.redis.call("XACK", KEY, "behind", ids.get(i).id().toString());
      }
      s.streams.push(KEY, ONE);
      assertEquals("2", left(s).get(0), "entry 2 is pending with the group that is behind");
      assertEquals(10, left(s).size());
      s.redis.call("XGROUP", "SETID", KEY, "behind", "0");
      s.redis.call("XACK", KEY, "behind", ids.get(2).id().toString());
      s.streams.push(KEY, ONE);
      assertEquals("2", left(s).get(0), "a group that was set back has yet to read it");
    }
  }

  @Test
  void withoutAGroupNothingIsFinishedUnlessOneSaysSo() {
    try (var s = OneStream.open()) {
      for (int i = 0; i < 5; i++) {
        s.streams.push(KEY, ONE, Retention.atMost(2));
      }
      assertEquals(5, left(s).size());
      s.streams.push(KEY, ONE, Retention.atMost(2).evenIfUnread());
      assertEquals(2, left(s).size());
      s.streams.ensureGroup(KEY, GROUP);
      s.streams.push(KEY, ONE);
      assertEquals(3, left(s).size(), "a group protects what it has not finished all the same");
    }
  }

  @Test
  void whatIsOldIsDropped() {
    try (var s = OneStream.open()) {
      s.streams.ensureGroup(KEY, GROUP);
      long now = s.redis.call("TIME").items().get(0).integer() * 1000;
      for (long age : List.of(3_700_000L, 3_650_000L, 3_500_000L)) {
        s.redis.call("XADD", KEY, (now - age) + "-0", "n", Long.toString(age));
      }
      var hour = Retention.youngerThan(Duration.ofHours(1));
      s.streams.push(KEY, ONE, hour);
      assertEquals(4, left(s).size(), "nothing is finished yet");
      finish(s, 1);
      s.streams.push(KEY, ONE);
      assertEquals(List.of("3650000", "3500000", "x", "x"), left(s));
      finish(s, 9);
      s.streams.push(KEY, ONE);
      assertEquals(List.of("3500000", "x", "x", "x"), left(s));
    }
  }

  @Test
  void anAcknowledgementTrimsToo() {
    try (var s = OneStream.open()) {
      s.streams.pushAll(KEY, OneStream.numbered(0, 50), Retention.atMost(3));
      assertEquals(50, left(s).size());
      s.consume(message -> {}, OneStream.QUICK);
      Eventually.within(OneStream.LIMIT, "three are left", () -> left(s).size() == 3);
      s.awaitDone();
      assertEquals(List.of("47", "48", "49"), left(s));
    }
  }

  @Test
  void aFullStreamRefusesUntilSomethingIsFinished() {
    try (var s = OneStream.open()) {
      s.streams.ensureGroup(KEY, GROUP);
      var capacity = Retention.keepAll().withCapacity(4);
      s.streams.pushAll(KEY, OneStream.numbered(0, 4), capacity);
      var refused = assertThrows(StreamException.Full.class, () -> s.streams.push(KEY, ONE));
      assertEquals(
          "the stream demo:stream is full: its groups have yet to finish 4 entries; push again"
              + " later",
          refused.getMessage());
      finish(s, 2);
      assertThrows(
          StreamException.Full.class, () -> s.streams.pushAll(KEY, OneStream.numbered(9, 3)));
      s.streams.push(KEY, ONE);
      assertEquals(List.of("2", "3", "x"), left(s), "all or none, and what is finished made room");
      finish(s, 3);
      s.streams.pushAll(KEY, OneStream.numbered(5, 4));
      assertEquals(List.of("5", "6", "7", "8"), left(s));
    }
  }

  @Test
  void ofABatchThatDoesNotFitTheExceptionSaysWhatWasAdded() {
    try (var s = OneStream.open()) {
      var refused =
          assertThrows(
              StreamException.Full.class,
              () ->
                  s.streams.pushAll(
                      KEY, OneStream.numbered(0, 1200), Retention.keepAll().withCapacity(1100)));
      assertEquals(1000, refused.added().size());
      assertEquals(
          refused.added(),
          s.redis.call(Streams.range(KEY, EntryId.MIN, EntryId.MAX)).stream()
              .map(StreamEntry::id)
              .toList());
    }
  }

  @Test
  void muchThatCouldBeDroppedIsDroppedABitAtATime() {
    try (var s = OneStream.open()) {
      s.push(0, 5000);
      s.streams.ensureGroup(KEY, GROUP, GroupStart.END);
      s.streams.push(KEY, ONE, Retention.atMost(10));
      int first = left(s).size();
      assertTrue(first < 5001 && first >= 5001 - 130, "after one call there were " + first);
      var large = Map.of("n", "y".repeat(500_000));
      s.redis.call("DEL", KEY);
      for (int i = 0; i < 20; i++) {
        s.streams.push(KEY, large, Retention.keepAll());
      }
      s.streams.ensureGroup(KEY, GROUP, GroupStart.END);
      s.streams.push(KEY, ONE, Retention.atMost(1));
      assertEquals(20, left(s).size(), "large ones one at a time");
    }
  }
}
