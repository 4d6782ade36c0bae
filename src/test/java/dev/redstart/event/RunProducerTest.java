package dev.redstart.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.event.RunUpdate.Added;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.redis.Requests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Runs have producers, and these may die. */
class RunProducerTest {
  private static final Duration LEASE = Duration.ofMillis(300);

  /** For those who have to live, on a machine with much else to do. */
  private static final Duration LONGER = Duration.ofSeconds(1);

  /** A producer that dies at once: nobody renews its lease. */
  private static void openAndDie(Runs runs, Duration lease) {
    var keys = RunKeys.of(runs.redis, "1");
    var run = new StoredRun(runs.redis, new Requests(), EventOptions.defaults(), keys);
    run.open("dead", lease);
  }

  private static String name(RunUpdate update) {
    return ((Added) update).event().action();
  }

  @Test
  void aRunIsOpenForAsLongAsItsProducerLives() {
    try (var runs = Runs.open();
        var producer = runs.store.open("1", LONGER);
        var follower = runs.store.follow("1", EventStart.START)) {
      producer.add("lifecycle", "started", Json.object());
      Runs.take(follower, 1);
      assertEquals(Optional.empty(), follower.next(LONGER.multipliedBy(3)));
      assertEquals(RunState.OPEN, runs.store.state("1"));
      assertFalse(producer.isOver());
      runs.add(2, 2); // Others may, too.
      producer.end(RunEnd.COMPLETED, Json.object("result", 1));
      assertTrue(producer.isOver());
      assertEquals(List.of(2L, 3L), Runs.sequences(Runs.takeAll(follower)));
      Eventually.within(Runs.LONG, "no thread is left", () -> Runs.threads("redstart-runs") == 0);
    }
  }

  @Test
  void aRunWhoseProducerDiedEndsOnceForAllWithinASecondOfTheLease() throws Exception {
    try (var runs = Runs.open();
        var other = Runs.on(RedisServer.shared().url(), EventOptions.defaults())) {
      var ends = new ArrayList<CompletableFuture<List<RunUpdate>>>();
      for (int i = 0; i < 40; i++) {
        var follower = (i % 2 == 0 ? runs : other).store.follow("1", EventStart.START);
        ends.add(Runs.async(() -> Runs.takeAll(follower)));
      }
      runs.add(1, 1);
      openAndDie(runs, LEASE);
      long start = System.nanoTime();
      for (var end : ends) {
        var updates = end.get(20, TimeUnit.SECONDS);
        assertEquals(Runs.numbers(1, 2), Runs.sequences(updates));
        assertEquals("abandoned", name(updates.get(1)));
      }
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(millis < LEASE.toMillis() + 1000, "after " + millis + " ms");
      assertEquals(2, runs.store.length("1"));
      assertTrue(runs.ttl(Runs.KEY) <= 24 * 3_600_000);
    }
  }

  @Test
  void alsoInARunThatWasQuietForLong() {
    try (var runs = Runs.open();
        var follower = runs.store.follow("1", EventStart.START)) {
      runs.add(1, 1);
      Runs.take(follower, 1);
      // It has looked, and would look again in seconds only.
      assertEquals(Optional.empty(), follower.next(Duration.ofMillis(100)));
      openAndDie(runs, LEASE);
      long start = System.nanoTime();
      assertEquals("abandoned", name(Runs.take(follower, 1).get(0)));
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(millis < LEASE.toMillis() + 1000, "after " + millis + " ms");
    }
  }

  @Test
  void whoeverLooksFirstEndsARunWhoseProducerDied() {
    try (var runs = Runs.open()) {
      List<Runnable> looks =
          List.of(
              () -> runs.store.state("1"),
              () -> runs.store.events("1"),
              () -> runs.store.follow("1", EventStart.NEW).close(),
              () -> runs.store.tryAdd("1", "llm", "stream", Json.object(), Source.NONE),
              () -> assertThrows(EventException.Closed.class, () -> runs.store.open("1", LEASE)));
      for (var look : looks) {
        openAndDie(runs, LEASE);
        // As if the time had passed.
        runs.redis.call("HSET", Runs.META, "lease", "dead 1000 300");
        look.run();
        assertEquals(1, runs.store.length("1"));
        look.run();
        assertEquals(RunState.CLOSED, runs.store.state("1"));
        var events = runs.store.events("1");
        assertEquals(List.of("abandoned"), events.stream().map(Event::action).toList());
        assertEquals(
            "{\"reason\":\"no sign of life of its producer for 300 ms\"}",
            events.get(0).data().toString());
        runs.store.delete("1");
      }
    }
  }

  @Test
  void ofOneRunThereIsOneProducer() {
    try (var runs = Runs.open();
        var producer = runs.store.open("1", Runs.LONG)) {
      assertThrows(EventException.Taken.class, () -> runs.store.open("1", LEASE));
      producer.end(RunEnd.COMPLETED, Json.object());
      assertThrows(EventException.Closed.class, () -> runs.store.open("1", LEASE));
      assertThrows(EventException.Closed.class, () -> producer.add("llm", "x", Json.object()));
    }
  }

  @Test
  void whoLeavesWithoutAWordAbandonsTheRun() {
    try (var runs = Runs.open()) {
      runs.store.open("1", Runs.LONG).close();
      var events = runs.store.events("1");
      assertEquals(List.of("abandoned"), events.stream().map(Event::action).toList());
      assertEquals(RunState.CLOSED, runs.store.state("1"));
    }
  }

  @Test
  void aProducerHearsThatOthersEndedTheRun() {
    try (var runs = Runs.open();
        var producer = runs.store.open("1", LEASE)) {
      runs.store.close("1", RunEnd.CANCELLED);
      Eventually.within(Runs.LONG, "it hears", producer::isOver);
      producer.close();
      assertEquals(1, runs.store.length("1"));
    }
  }

  @Test
  void aProducerOfADeletedRunDoesNotBringItBack() {
    try (var runs = Runs.open();
        var producer = runs.store.open("1", LEASE)) {
      runs.add(1, 1);
      runs.store.delete("1");
      Eventually.within(Runs.LONG, "it hears", producer::isOver);
      assertEquals(0, runs.dbSize());
    }
  }

  @Test
  void aLivingProducerKeepsAQuietRun() {
    try (var runs = Runs.open(EventOptions.defaults().withTtl(Duration.ofMillis(600)));
        var producer = runs.store.open("1", LEASE);
        var follower = runs.store.follow("1", EventStart.START)) {
      runs.add(1, 1);
      Runs.take(follower, 1);
      assertEquals(Optional.empty(), follower.next(Duration.ofMillis(1200)));
      assertEquals(1, runs.store.length("1"));
      assertFalse(producer.isOver());
    }
  }

  @Test
  void aClientThatIsClosedLeavesNoThread() {
    try (var runs = Runs.open()) {
      runs.store.open("1", Duration.ofMillis(300));
    }
    Eventually.within(Runs.LONG, "no thread is left", () -> Runs.threads("redstart-runs") == 0);
  }

  @Test
  void manyProducersShareOneThread() {
    try (var runs = Runs.open()) {
      var producers = new ArrayList<RunProducer>();
      for (int i = 0; i < 200; i++) {
        producers.add(runs.store.open("run-" + i, Duration.ofMillis(i == 100 ? 900 : 3000)));
      }
      assertTrue(Runs.threads("redstart-runs") <= 1);
      var last = producers.get(100);
      var follower = runs.store.follow("run-100", EventStart.START);
      assertEquals(Optional.empty(), follower.next(Duration.ofMillis(1500)));
      assertFalse(last.isOver());
      for (var producer : producers) {
        assertEquals(RunState.OPEN, runs.store.state(producer.runId()));
        producer.end(RunEnd.COMPLETED, Json.object());
      }
      Eventually.within(Runs.LONG, "no thread is left", () -> Runs.threads("redstart-runs") == 0);
    }
  }

  @Test
  void aProducerThatWasStoppedForTooLongChangesNothing() {
    try (var runs = Runs.open()) {
      openAndDie(runs, LEASE);
      Eventually.within(Runs.LONG, "it is over", () -> runs.store.state("1") == RunState.CLOSED);
      var run =
          new StoredRun(
              runs.redis, new Requests(), EventOptions.defaults(), RunKeys.of(runs.redis, "1"));
      assertEquals("closed", runs.redis.call(run.renewing("dead", LEASE)).split(" ")[0]);
      assertEquals(1, runs.store.length("1"));
    }
  }
}
