package dev.redstart.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Channels;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Notice;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Streams are followed. */
class LiveTailTest {
  private static final Duration LONG = OneTail.LONG;
  private static final Duration SHORT = OneTail.SHORT;

  @Test
  void aFollowerGetsWhatIsThereAndWhatComes() {
    try (var t = OneTail.open();
        var follower = t.follow()) {
      t.add(1, 200);
      assertEquals(OneTail.numbers(1, 200), OneTail.take(follower, 200));
      assertTrue(follower.next(SHORT).isEmpty());
      t.add(201, 300);
      assertEquals(OneTail.numbers(201, 300), OneTail.take(follower, 100));
      var last = t.add(301);
      assertEquals(List.of(301), OneTail.take(follower, 1));
      assertEquals(last, follower.cursor());
    }
  }

  @Test
  void itMayBeginAnywhereAlsoInAStreamThatIsNotThereYet() {
    try (var t = OneTail.open();
        var early = t.follow()) {
      assertTrue(early.next(SHORT).isEmpty());
      var first = t.add(1);
      var second = t.add(2);
      assertEquals(List.of(1, 2), OneTail.take(early, 2));
      assertEquals(List.of(2), OneTail.take(t.follow(first), 1));
      var late = t.follow(second);
      assertTrue(late.next(Duration.ZERO).isEmpty());
      t.add(3);
      assertEquals(List.of(3), OneTail.take(late, 1));
    }
  }

  @Test
  void anEntryIsHandedOutAtOnceAndNotWhenTheWaitIsOver() throws Exception {
    try (var t = OneTail.open();
        var follower = t.caughtUp()) {
      var page = OneTail.awaited(follower);
      t.add(1);
      assertEquals(List.of(1), OneTail.numbers(page.get(5, TimeUnit.SECONDS)));
    }
  }

  @Test
  void manyFollowersShareOneSubscriptionAndWhatItBrings() throws Exception {
    try (var t = OneTail.open()) {
      t.add(1);
      var followers = new ArrayList<Follower>();
      var results = new ArrayList<CompletableFuture<List<Integer>>>();
      for (int i = 0; i < 100; i++) {
        var follower = t.caughtUp();
        followers.add(follower);
        results.add(OneTail.async(() -> OneTail.take(follower, 50)));
      }
      int before = t.reads.get();
      t.add(2, 51);
      for (var result : results) {
        assertEquals(OneTail.numbers(2, 51), result.get(20, TimeUnit.SECONDS));
      }
      assertEquals(1, t.listeners());
      assertEquals(1, t.tail.topics());
      assertTrue(OneTail.threads() <= 1);
      assertTrue(t.reads.get() - before <= 5, "the stream was read " + t.reads.get() + " times");
      followers.forEach(Follower::close);
      assertEquals(0, t.tail.topics());
      Eventually.within(LONG, "nothing is left", () -> t.listeners() + OneTail.threads() == 0);
    }
  }

  @Test
  void aTopicThatComesAgainIsHeardAgain() {
    try (var t = OneTail.open();
        var other = t.tail.follow(OneTail.elsewhere(t), EntryId.MIN)) {
      other.next(Duration.ZERO);
      for (int i = 1; i <= 50; i++) {
        try (var follower = t.caughtUp()) {
          t.add(i);
          assertEquals(List.of(i), OneTail.take(follower, 1));
        }
      }
      assertEquals(1, t.tail.topics());
      Eventually.within(LONG, "it listens no more", () -> t.listeners() == 0);
    }
  }

  @Test
  void whatNobodyToldIsFoundWhenTheStreamIsLookedAtAgain() {
    try (var t = OneTail.open()) {
      t.trust = Duration.ofMillis(100);
      var follower = t.caughtUp();
      t.addPlainly(1);
      assertEquals(List.of(1), OneTail.take(follower, 1));
    }
  }

  @Test
  void whatNobodyToldComesBeforeWhatWasToldNext() {
    try (var t = OneTail.open()) {
      var follower = t.caughtUp();
      t.add(1);
      t.addPlainly(2);
      t.add(3);
      t.addPlainly(4);
      t.addPlainly(5);
      t.add(6);
      assertEquals(OneTail.numbers(1, 6), OneTail.take(follower, 6));
    }
  }

  @Test
  void nothingIsLostWhenTheSubscriptionBreaks() {
    try (var t = OneTail.open()) {
      var followers = List.of(t.caughtUp(), t.caughtUp(), t.caughtUp());
      for (int i = 0; i < 10; i++) {
        t.add(10 * i + 1, 10 * i + 5);
        Admin.call(t.redis, "CLIENT", "KILL", "TYPE", "pubsub");
        t.add(10 * i + 6, 10 * i + 10);
      }
      for (var follower : followers) {
        assertEquals(OneTail.numbers(1, 100), OneTail.take(follower, 100));
      }
    }
  }

  @Test
  void oneReadsForAllWhenSomethingWasMissed() throws Exception {
    try (var t = OneTail.open()) {
      t.add(1);
      var results = new ArrayList<CompletableFuture<List<Integer>>>();
      for (int i = 0; i < 100; i++) {
        var follower = t.caughtUp();
        results.add(OneTail.async(() -> OneTail.take(follower, 3)));
      }
      int before = t.reads.get();
      t.addPlainly(2);
      t.addPlainly(3);
      t.add(4);
      for (var result : results) {
        assertEquals(OneTail.numbers(2, 4), result.get(20, TimeUnit.SECONDS));
      }
      assertTrue(t.reads.get() - before <= 5, "read " + (t.reads.get() - before) + " times");
    }
  }

  @Test
  void whatIsToldWhileSomebodyReadsForAllIsNotLost() throws Exception {
    try (var t = OneTail.open()) {
      var follower = t.caughtUp();
      var other = t.tail.follow(OneTail.elsewhere(t), EntryId.MIN);
      other.next(Duration.ZERO);
      t.meanwhile.set(
          () -> {
            t.add(1);
            t.add(2);
            awaitHeard(t, other);
          });
      // Nothing is there yet, but somebody says that one should look.
      t.redis.call(Channels.publish(t.channel(), ""));
      assertEquals(List.of(1, 2), OneTail.take(follower, 2));
    }
  }

  @Test
  void whatWasNotHeardWhileSomebodyReadsForAllIsNotLost() {
    try (var t = OneTail.open()) {
      var follower = t.caughtUp();
      var other = t.tail.follow(OneTail.elsewhere(t), EntryId.MIN);
      other.next(Duration.ZERO);
      t.meanwhile.set(
          () -> {
            t.add(1);
            awaitHeard(t, other);
            missOne(t, other, 2);
          });
      t.redis.call(Channels.publish(t.channel(), ""));
      assertEquals(List.of(1, 2), OneTail.take(follower, 2));
    }
  }

  @Test
  void whatIsToldTwiceComesOnceAndCostsNothing() {
    try (var t = OneTail.open()) {
      var follower = t.caughtUp();
      var first = t.add(1);
      var second = t.add(2);
      t.add(3);
      assertEquals(List.of(1, 2, 3), OneTail.take(follower, 3));
      int before = t.reads.get();
      var again = net(first.toString()) + net(second.toString()) + net("n") + net("2");
      t.redis.call(Channels.publish(t.channel(), again));
      t.add(4);
      assertEquals(List.of(4), OneTail.take(follower, 1));
      assertEquals(before, t.reads.get());
    }
  }

  private static String net(String word) {
    return word.length() + ":" + word + ",";
  }

  @Test
  void whatWasNotHeardWhileTheFirstReadsIsNotLost() {
    try (var t = OneTail.open()) {
      var other = t.tail.follow(OneTail.elsewhere(t), EntryId.MIN);
      other.next(Duration.ZERO);
      t.meanwhile.set(() -> missOne(t, other, 1));
      assertEquals(List.of(1), OneTail.take(t.follow(), 1));
    }
  }

  /** An entry that is not heard of, and the follower knows that this may be so. */
  private static void missOne(OneTail t, Follower elsewhere, int n) {
    Admin.call(t.redis, "CLIENT", "KILL", "TYPE", "pubsub");
    t.addPlainly(n);
    Eventually.within(LONG, "it listens again", () -> t.listeners() == 1);
    awaitHeard(t, elsewhere);
  }

  /** Whatever was said up to now has been heard. */
  private static void awaitHeard(OneTail t, Follower elsewhere) {
    var channel = OneTail.elsewhere(t).channel();
    Eventually.within(
        LONG,
        "it hears",
        () -> {
          var id = "" + System.nanoTime() + "-1";
          var told = net(elsewhere.cursor().toString()) + net(id) + net("n") + net("1");
          t.redis.call(Channels.publish(channel, told));
          return !elsewhere.next(SHORT).isEmpty();
        });
  }

  @Test
  void whatIsTooLargeToBeToldIsRead() {
    try (var t = OneTail.open();
        var told = t.redis.subscribe(t.channel())) {
      var follower = t.caughtUp();
      t.add(1);
      t.add(2, "x".repeat(100_000));
      for (int i = 0; i < 2; i++) {
        var word = (Notice.Message) told.next(LONG).orElseThrow();
        assertTrue(word.payload().length < 200);
      }
      assertEquals(List.of(1, 2), OneTail.take(follower, 2));
      t.add(3);
      assertEquals(List.of(3), OneTail.take(follower, 1));
    }
  }

  @Test
  void whoIsSlowReadsForHimselfAndKeepsNobodyWaiting() {
    try (var t = OneTail.open()) {
      var slow = t.caughtUp();
      var quick = t.caughtUp();
      t.add(1, 1000);
      assertEquals(OneTail.numbers(1, 1000), OneTail.take(quick, 1000));
      assertEquals(OneTail.numbers(1, 1000), OneTail.take(slow, 1000));
    }
  }

  @Test
  void whoIsSlowCostsNoMoreMemoryThanOthers() {
    try (var t = OneTail.open()) {
      t.add(1);
      var stalled = new ArrayList<Follower>();
      for (int i = 0; i < 10_000; i++) {
        stalled.add(t.follow());
      }
      stalled.subList(0, 100).forEach(follower -> follower.next(SHORT));
      long before = heap();
      var filling = "x".repeat(60_000);
      for (int i = 2; i <= 700; i++) {
        t.add(i, filling);
      }
      assertEquals(2, OneTail.n(stalled.get(0).next(LONG).entries().get(0)));
      stalled.forEach(follower -> assertFalse(follower.isClosed()));
      long grown = heap() - before;
      assertTrue(grown < 10 << 20, "42 MB went by, and " + grown + " bytes were kept");
    }
  }

  private static long heap() {
    var runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  @Test
  void whatWasTrimmedIsAGapForEachWhoWantedIt() {
    try (var t = OneTail.open()) {
      var followers = List.of(t.caughtUp(), t.caughtUp());
      t.kept = 3;
      for (int i = 1; i <= 9; i++) {
        t.addPlainly(i);
      }
      t.add(10);
      for (var follower : followers) {
        var page = follower.next(LONG);
        assertTrue(page.isGap());
        assertEquals(List.of(8, 9, 10), OneTail.numbers(page));
      }
    }
  }

  @Test
  void whatWasToldBeforeItWasTrimmedIsNoGap() {
    try (var t = OneTail.open()) {
      t.kept = 1;
      var followers = List.of(t.caughtUp(), t.caughtUp());
      t.add(1, 20);
      for (var follower : followers) {
        assertEquals(OneTail.numbers(1, 20), OneTail.take(follower, 20));
      }
    }
  }

  @Test
  void theEndOfAStreamIsSeenByAllWhoFollowIt() {
    try (var t = OneTail.open()) {
      t.add(1);
      var followers = List.of(t.caughtUp(), t.caughtUp(), t.caughtUp());
      t.redis.call(Keys.del(t.key));
      t.redis.call(Channels.publish(t.channel(), ""));
      for (var follower : followers) {
        assertTrue(follower.next(LONG).isGone());
      }
    }
  }

  @Test
  void aStreamThatBeginsAgainIsFollowedFurther() {
    try (var t = OneTail.open()) {
      t.add(1);
      var follower = t.caughtUp();
      t.redis.call(Keys.del(t.key));
      t.add(1);
      t.add(2);
      assertEquals(List.of(1, 2), OneTail.take(follower, 2));
    }
  }

  @Test
  void aCursorFromTheFutureHarmsNobody() {
    try (var t = OneTail.open()) {
      var first = t.add(1);
      try (var dreamer = t.follow(new EntryId(Long.MAX_VALUE, 0))) {
        assertTrue(dreamer.next(Duration.ZERO).isEmpty());
        var follower = t.follow(first);
        assertTrue(follower.next(Duration.ZERO).isEmpty());
        t.add(2);
        t.addPlainly(3);
        t.add(4);
        assertEquals(List.of(2, 3, 4), OneTail.take(follower, 3));
        int before = t.reads.get();
        for (int i = 5; i <= 20; i++) {
          t.add(i);
          assertEquals(List.of(i), OneTail.take(follower, 1));
        }
        assertTrue(t.reads.get() - before <= 8, "read " + (t.reads.get() - before) + " times");
        assertTrue(dreamer.next(SHORT).isEmpty());
      }
    }
  }

  @Test
  void plainAddsAreFoundAlsoBesideACursorFromTheFuture() {
    try (var t = OneTail.open()) {
      t.trust = Duration.ofMillis(100);
      var first = t.add(1);
      var dreamer = t.follow(new EntryId(Long.MAX_VALUE, 0));
      assertTrue(dreamer.next(Duration.ZERO).isEmpty());
      var follower = t.follow(first);
      assertTrue(follower.next(Duration.ZERO).isEmpty());
      t.addPlainly(2);
      assertEquals(List.of(2), OneTail.take(follower, 1));
    }
  }

  // ---- a server that was replaced, and does not know it yet, tells of what is not in the stream

  private static final int LOST = 99;

  /** Comes after {@code before}, and after all that is added for a while; not in the stream. */
  private static void tellOfLost(OneTail t, EntryId before) {
    tellOfLost(t, before, new EntryId(before.millis() + 60_000, 0));
  }

  private static void tellOfLost(OneTail t, EntryId before, EntryId id) {
    var told = net(before.toString()) + net(id.toString()) + net("n") + net("" + LOST);
    t.redis.call(Channels.publish(t.channel(), told));
  }

  private static List<Integer> gap(Follower follower) {
    var page = follower.next(LONG);
    assertTrue(page.isGap() && !page.isGone(), page.toString());
    return OneTail.numbers(page);
  }

  @Test
  void whoWasHandedWhatIsNotThereHearsOfAGapAndMissesNothing() {
    try (var t = OneTail.open()) {
      var before = t.add(1);
      var misled = t.caughtUp();
      var other = t.caughtUp();
      tellOfLost(t, before);
      assertEquals(List.of(LOST), OneTail.take(misled, 1));
      t.add(2, 4);
      assertEquals(OneTail.numbers(2, 4), OneTail.take(other, 3), "it got nothing wrong");
      assertEquals(OneTail.numbers(2, 4), gap(misled));
      t.add(5);
      assertEquals(List.of(5), OneTail.take(misled, 1));
      assertEquals(List.of(5), OneTail.take(other, 1));
    }
  }

  @Test
  void itDoesNotMatterWhetherAllThatCameInsteadIsTold() {
    try (var t = OneTail.open()) {
      var before = t.add(1);
      var misled = t.caughtUp();
      tellOfLost(t, before);
      assertEquals(List.of(LOST), OneTail.take(misled, 1));
      t.addPlainly(2);
      t.addPlainly(3);
      assertTrue(misled.next(SHORT).isEmpty(), "nobody can know yet");
      t.add(4);
      assertEquals(OneTail.numbers(2, 4), gap(misled));
    }
  }

  @Test
  void whatIsNotThereAndIsToldTooLateIsHandedToNobody() {
    try (var t = OneTail.open()) {
      var before = t.add(1);
      var follower = t.caughtUp();
      t.add(2, 3);
      assertEquals(List.of(2, 3), OneTail.take(follower, 2));
      var last = follower.cursor();
      tellOfLost(t, before, new EntryId(last.millis(), last.sequence() + 1));
      t.add(4);
      assertEquals(List.of(4), OneTail.take(follower, 1));
      tellOfLost(t, before, new EntryId(before.millis(), before.sequence() + 1));
      t.add(5);
      var all = new ArrayList<Integer>();
      Eventually.within(
          LONG,
          "it goes on",
          () -> {
            all.addAll(OneTail.numbers(follower.next(SHORT)));
            return all.contains(5);
          });
      assertFalse(all.contains(LOST), "after the gap came " + all);
    }
  }

  @Test
  void aGapIsToldThoughTheReadOfWhatCameInsteadFailsAtFirst() {
    try (var t = OneTail.open()) {
      var before = t.add(1);
      var misled = t.caughtUp();
      tellOfLost(t, before);
      assertEquals(List.of(LOST), OneTail.take(misled, 1));
      t.meanwhile.set(() -> Redis.connect("redis://127.0.0.1:1"));
      t.add(2);
      assertEquals(List.of(2), gap(misled));
    }
  }

  @Test
  void nonsenseOnTheChannelHarmsNobody() {
    try (var t = OneTail.open()) {
      var follower = t.caughtUp();
      var nonsense =
          List.of(
              "",
              "x",
              "1:",
              "1:1",
              "3:0-0,",
              "3:0-0,3:1-1",
              "999999999999:0-0,3:1-1,",
              ":,:,",
              "3:0-0,1:x,",
              "3:0-0,3:0-0,",
              "0:,0:,",
              "-1:,",
              "3:1-1;3:1-2,",
              "3:9-9,5:1-999,");
      for (int i = 0; i < nonsense.size(); i++) {
        t.redis.call(Channels.publish(t.channel(), nonsense.get(i)));
        t.add(i + 1);
        assertEquals(List.of(i + 1), OneTail.take(follower, 1), "after " + nonsense.get(i));
      }
    }
  }

  @Test
  @Tag(RedisServer.SINGLE) // a cluster has one database
  void followersOfAnotherDatabaseHearNothingOfIt() {
    var url = RedisServer.shared().url();
    try (var t = OneTail.open();
        var redis = Redis.connect(RedisOptions.of(url).withDatabase(1))) {
      redis.call(Server.flushDb());
      var other = new OneTail(redis);
      var follower = other.caughtUp();
      t.add(1);
      assertTrue(follower.next(SHORT).isEmpty());
      other.add(2);
      assertEquals(List.of(2), OneTail.take(follower, 1));
      other.tail.close();
    }
  }
}
