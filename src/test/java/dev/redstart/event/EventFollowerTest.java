package dev.redstart.event;

import static dev.redstart.harness.KeyNames.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.event.RunUpdate.Added;
import dev.redstart.event.RunUpdate.Ended;
import dev.redstart.event.RunUpdate.Gap;
import dev.redstart.harness.Admin;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.redis.EntryId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Runs are followed. The weaknesses of the original have a test each. */
class EventFollowerTest {
  private static final Ended CLOSED = new Ended(RunState.CLOSED);

  @Test
  void aRunCanBeFollowedFromItsStartAlsoWhenItHasEnded() {
    try (var runs = Runs.open()) {
      runs.add(1, 3);
      runs.store.close("1", RunEnd.COMPLETED);
      for (int i = 0; i < 2; i++) {
        try (var follower = runs.store.follow("1", EventStart.START)) {
          var updates = Runs.take(follower, 5);
          assertEquals(Runs.numbers(1, 4), Runs.sequences(updates));
          assertEquals(CLOSED, updates.get(4));
          assertTrue(follower.isEnded());
          assertEquals(Optional.of(CLOSED), follower.next(Duration.ZERO));
        }
      }
    }
  }

  @Test
  void manyClientsOfOneRunEachGetEveryEvent() throws Exception {
    try (var runs = Runs.open()) {
      var results = new ArrayList<CompletableFuture<List<RunUpdate>>>();
      for (int i = 0; i < 50; i++) {
        var follower = runs.store.follow("1", EventStart.START);
        results.add(Runs.async(() -> Runs.takeAll(follower)));
      }
      runs.add(1, 100);
      runs.store.close("1", RunEnd.COMPLETED);
      for (var result : results) {
        assertEquals(Runs.numbers(1, 101), Runs.sequences(result.get(20, TimeUnit.SECONDS)));
      }
      Eventually.within(Runs.LONG, "nobody listens", () -> Runs.threads("redstart-tail") == 0);
    }
  }

  @Test
  void manyRunsAreFollowedOverOneConnection() {
    try (var runs = Runs.open()) {
      var followers = new ArrayList<EventFollower>();
      for (int i = 0; i < 60; i++) {
        followers.add(runs.store.follow("run-" + i % 20, EventStart.START));
      }
      followers.forEach(it -> assertEquals(Optional.empty(), it.next(Duration.ZERO)));
      var listening = Admin.call(runs.redis, "CLIENT", "LIST", "TYPE", "pubsub").text();
      assertEquals(1, listening.lines().count(), listening);
      assertTrue(listening.contains(" sub=20 "), listening);
      assertTrue(Runs.threads("redstart-tail") <= 1);
      for (int i = 0; i < 20; i++) {
        runs.store.close("run-" + i, RunEnd.COMPLETED);
      }
      followers.forEach(it -> assertEquals(List.of(1L), Runs.sequences(Runs.takeAll(it))));
      Eventually.within(Runs.LONG, "nobody listens", () -> Runs.threads("redstart-tail") == 0);
      Eventually.within(
          Runs.LONG,
          "no channel is left",
          () -> Admin.call(runs.redis, "PUBSUB", "CHANNELS", "*").items().isEmpty());
    }
  }

  @Test
  void anotherInstanceCanFollow() {
    try (var runs = Runs.open();
        var other = Runs.on(RedisServer.shared().url(), EventOptions.defaults());
        var follower = other.store.follow("1", EventStart.START)) {
      assertEquals(Optional.empty(), follower.next(Runs.SHORT));
      runs.add(1, 5);
      assertEquals(Runs.numbers(1, 5), Runs.sequences(Runs.take(follower, 5)));
    }
  }

  @Test
  void whoReconnectsGetsNoEventTwiceAndMissesNone() {
    try (var runs = Runs.open()) {
      var seen = new ArrayList<RunUpdate>();
      var cursor = EntryId.MIN;
      for (int i = 0; i < 20; i++) {
        runs.add(3 * i + 1, 3 * i + 2);
        try (var follower = runs.store.follow("1", EventStart.after(cursor))) {
          seen.addAll(Runs.take(follower, 1 + i % 3));
          cursor = follower.cursor();
          runs.add(3 * i + 3, 3 * i + 3);
        }
      }
      try (var follower = runs.store.follow("1", EventStart.after(cursor))) {
        seen.addAll(Runs.take(follower, 60 - seen.size()));
      }
      assertEquals(Runs.numbers(1, 60), Runs.sequences(seen));
    }
  }

  @Test
  void noEventIsLostBetweenTwoCalls() {
    try (var runs = Runs.open()) {
      runs.add(1, 3);
      try (var follower = runs.store.follow("1", EventStart.NEW)) {
        for (int i = 4; i <= 60; i += 3) {
          runs.add(i, i + 2);
          assertEquals(Runs.numbers(i, i + 2), Runs.sequences(Runs.take(follower, 3)));
        }
      }
    }
  }

  @Test
  void onlyWhatIsNewComesToWhomThatIsEnough() {
    try (var runs = Runs.open();
        var first = runs.store.follow("1", EventStart.NEW)) {
      runs.add(1, 3);
      try (var second = runs.store.follow("1", EventStart.NEW)) {
        assertEquals(Optional.empty(), second.next(Runs.SHORT));
        runs.add(4, 4);
        assertEquals(List.of(4L), Runs.sequences(Runs.take(second, 1)));
      }
      assertEquals(Runs.numbers(1, 4), Runs.sequences(Runs.take(first, 4)));
    }
  }

  @Test
  void theEndIsSeenByThoseWhoComeLater() {
    try (var runs = Runs.open()) {
      runs.add(1, 3);
      var closing = runs.store.close("1", RunEnd.CANCELLED);
      for (var start : List.of(EventStart.after(closing.id()), EventStart.NEW)) {
        try (var follower = runs.store.follow("1", start)) {
          assertTrue(follower.isEnded(), "from " + start);
          assertEquals(Optional.of(CLOSED), follower.next(Duration.ZERO));
        }
      }
      assertEquals(0, Runs.threads("redstart-tail"));
    }
  }

  @Test
  void aTrimmedCursorIsAGapBeforeTheNextEvent() {
    try (var runs = Runs.open(EventOptions.defaults().withKept(5))) {
      runs.add(1, 3);
      var second = runs.store.events("1").get(1).id();
      runs.add(4, 20);
      try (var follower = runs.store.follow("1", EventStart.after(second))) {
        var updates = Runs.take(follower, 6);
        assertEquals(new Gap(OptionalLong.of(13)), updates.get(0));
        assertEquals(Runs.numbers(16, 20), Runs.sequences(updates));
      }
      try (var follower = runs.store.follow("1", EventStart.START)) {
        assertEquals(new Gap(OptionalLong.of(15)), Runs.take(follower, 1).get(0));
      }
    }
  }

  @Test
  void whoWasTooSlowForTheLimitIsTold() {
    try (var runs = Runs.open(EventOptions.defaults().withKept(10));
        var follower = runs.store.follow("1", EventStart.START)) {
      runs.add(1, 1);
      assertEquals(List.of(1L), Runs.sequences(Runs.take(follower, 1)));
      runs.add(2, 1000);
      var updates = Runs.take(follower, 11);
      assertEquals(new Gap(OptionalLong.of(989)), updates.get(0));
      assertEquals(Runs.numbers(991, 1000), Runs.sequences(updates));
    }
  }

  @Test
  void plainAddsAreFollowedToo() {
    try (var runs = Runs.open();
        var follower = runs.store.follow("1", EventStart.START)) {
      assertEquals(Optional.empty(), follower.next(Runs.SHORT));
      runs.add(1, 1);
      runs.addPlainly("event_category", "llm", "event_action", "stream", "data", "{\"n\":2}");
      runs.add(3, 3);
      var updates = new ArrayList<>(Runs.take(follower, 3));
      // Whoever adds without telling is looked after more often.
      assertEquals(Optional.empty(), follower.next(Runs.SHORT));
      runs.addPlainly("event_category", "lifecycle", "event_action", "completed");
      long start = System.nanoTime();
      updates.addAll(Runs.takeAll(follower));
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(millis < 2500, "after " + millis + " ms");
      assertEquals(4, updates.size());
      assertEquals(Runs.number(2), ((Added) updates.get(1)).event().data());
      assertTrue(((Added) updates.get(3)).event().isEnd());
      assertEquals(Optional.of(CLOSED), follower.next(Duration.ZERO));
    }
  }

  @Test
  void aRunThatIsDeletedOrExpiresIsOverForThoseWhoFollowIt() throws Exception {
    try (var runs = Runs.open();
        var deleted = runs.store.follow("1", EventStart.START);
        var expired = runs.store.follow("2", EventStart.START);
        var waiting = runs.store.follow("3", EventStart.START)) {
      runs.add(1, 1);
      runs.store.add("2", "llm", "stream");
      Runs.take(deleted, 1);
      Runs.take(expired, 1);
      assertEquals(Optional.empty(), waiting.next(Duration.ZERO));
      var end = Runs.async(() -> deleted.next(Runs.LONG));
      runs.store.delete("1");
      assertEquals(Optional.of(new Ended(RunState.UNKNOWN)), end.get(2, TimeUnit.SECONDS));
      runs.redis.call("PEXPIRE", key("run:2:events"), "1");
      // Nobody tells; it is found at the next look, which is now.
      Eventually.within(Runs.LONG, "it expires", () -> !runs.store.exists("2"));
      Admin.call(runs.redis, "CLIENT", "KILL", "TYPE", "pubsub");
      assertEquals(Optional.of(new Ended(RunState.EXPIRED)), expired.next(Runs.LONG));
      try (var late = runs.store.follow("2", EventStart.START)) {
        assertTrue(late.isEnded());
        assertEquals(Optional.of(new Ended(RunState.EXPIRED)), late.next(Duration.ZERO));
      }
      runs.store.delete("3");
      assertEquals(Optional.empty(), waiting.next(Runs.SHORT));
      assertFalse(waiting.isEnded());
    }
  }

  @Test
  void closingAFollowerEndsItsWait() throws Exception {
    try (var runs = Runs.open();
        var follower = runs.store.follow("1", EventStart.START)) {
      assertEquals(Optional.empty(), follower.next(Duration.ZERO));
      var thread = new CompletableFuture<Thread>();
      var nothing =
          Runs.async(
              () -> {
                thread.complete(Thread.currentThread());
                return follower.next(Runs.LONG);
              });
      var waiting = thread.get();
      Eventually.within(
          Runs.LONG, "it waits", () -> waiting.getState() == Thread.State.TIMED_WAITING);
      follower.close();
      assertEquals(Optional.empty(), nothing.get(2, TimeUnit.SECONDS));
      assertThrows(IllegalStateException.class, () -> follower.next(Runs.SHORT));
    }
  }

  @Test
  void theSeedsExampleOfThreeReadersWorks() {
    try (var runs = Runs.open()) {
      var data = Json.object("task", "分析数据");
      runs.store.add("1", "lifecycle", "started", data);
      runs.store.add("1", "llm", "stream", Json.object("content", "thinking"));
      var history = runs.store.events("1");
      try (var live = runs.store.follow("1", EventStart.after(history.get(0).id()))) {
        runs.store.close("1", RunEnd.COMPLETED, Json.object("result", "ok"));
        var names =
            Runs.takeAll(live).stream()
                .map(it -> ((Added) it).event())
                .map(it -> it.category() + "." + it.action())
                .toList();
        assertEquals(List.of("llm.stream", "lifecycle.completed"), names);
      }
    }
  }
}
