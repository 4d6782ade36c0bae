package dev.redstart.event;

import static dev.redstart.harness.KeyNames.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which runs there are. */
class RunListTest {
  private static List<String> ids(Runs runs) {
    return runs.store.runs(1000).stream().map(RunSummary::runId).toList();
  }

  /** A run is entered behind its back: nobody waits for that. */
  private static void listed(Runs runs, String... ids) {
    Eventually.within(Runs.LONG, "they are listed", () -> ids(runs).equals(List.of(ids)));
  }

  private static void begin(Runs runs, String... ids) {
    for (var id : ids) {
      runs.store.add(id, "llm", "stream");
      Eventually.within(Runs.LONG, id, () -> ids(runs).get(0).equals(id));
    }
  }

  @Test
  void runsAreListedTheNewestFirst() {
    try (var runs = Runs.open()) {
      assertEquals(List.of(), runs.store.runs(10));
      begin(runs, "a", "b", "c");
      runs.store.add("a", "llm", "stream");
      EventStore.of(runs.redis).add("a", "llm", "stream"); // it enters it, as if it were new
      var last = runs.store.close("b", RunEnd.FAILED);
      listed(runs, "c", "b", "a");
      var found = runs.store.runs(3);
      var b = new RunSummary("b", RunState.CLOSED, Optional.of(RunEnd.FAILED), 2, last.id());
      assertEquals(b, found.get(1));
      assertEquals(RunState.OPEN, found.get(2).state());
      assertEquals(3, found.get(2).events());
      assertEquals(2, runs.store.runs(2).size());
      assertThrows(IllegalArgumentException.class, () -> runs.store.runs(0));
      assertThrows(IllegalArgumentException.class, () -> runs.store.runs(1001));
    }
  }

  @Test
  void aRunThatIsClosedOrOpenedFirstIsListed() {
    try (var runs = Runs.open()) {
      runs.store.close("a", RunEnd.COMPLETED);
      listed(runs, "a");
      try (var producer = runs.store.open("b", Duration.ofSeconds(5))) {
        Eventually.within(Runs.LONG, "two", () -> ids(runs).size() == 2);
        var b = new RunSummary("b", RunState.OPEN, Optional.empty(), 0, EntryId.MIN);
        assertTrue(runs.store.runs(2).contains(b));
      }
    }
  }

  /** Whoever lists it looks at it, and ends it by that. */
  @Test
  void aRunWhoseProducerDiedIsListedAsAbandoned() {
    try (var runs = Runs.open();
        var other = Runs.on(RedisServer.shared().url(), EventOptions.defaults())) {
      var producer = other.store.open("a", Duration.ofMillis(300));
      producer.add("llm", "stream", Runs.number(1));
      listed(runs, "a");
      other.redis.close();
      Eventually.within(
          Runs.LONG,
          "it is abandoned",
          () -> runs.store.runs(1).get(0).end().equals(Optional.of(RunEnd.ABANDONED)));
    }
  }

  @Test
  void whatIsGoneIsNotListedAndLeavesTheList() {
    try (var runs = Runs.open()) {
      begin(runs, "a", "b", "c", "d", "e");
      runs.store.delete("b");
      assertEquals("4", runs.redis.call("ZCARD", RunList.KEY).text());
      runs.redis.call("DEL", key("run:c:events"), key("{run:c:events}:meta"));
      runs.redis.call("PEXPIRE", key("run:d:events"), "1");
      runs.redis.call("SET", key("run:e:events"), "mine");
      Eventually.within(Runs.LONG, "d expires", () -> !runs.store.exists("d"));
      assertEquals(List.of("a"), ids(runs));
      assertEquals("1", runs.redis.call("ZCARD", RunList.KEY).text());
      runs.store.add("b", "llm", "stream");
      listed(runs, "b", "a");
      EventStore.of(runs.redis).delete("a"); // of which this one hears nothing
      runs.store.add("a", "llm", "stream");
      listed(runs, "a", "b");
      runs.store.delete("a");
      runs.store.delete("b");
      assertEquals("0", runs.redis.call("EXISTS", RunList.KEY).text());
    }
  }

  /** Room is left for those that are there: what is gone is skipped, and not counted. */
  @Test
  void whoMayNotLookAtRunsDoesNotRemoveThem() {
    var url = RedisServer.shared().url().replace("://", "://reader:any@");
    try (var runs = Runs.open()) {
      begin(runs, "a");
      var rules = List.of("on", "nopass", "~*", "&*", "+@all", "-eval", "-evalsha");
      rules.forEach(rule -> Admin.call(runs.redis, "ACL", "SETUSER", "reader", rule));
      try (var reader = Redis.connect(url)) {
        assertThrows(RedisException.Rejected.class, () -> EventStore.of(reader).runs(10));
      } finally {
        Admin.call(runs.redis, "ACL", "DELUSER", "reader");
      }
      assertEquals(List.of("a"), ids(runs));
    }
  }

  @Test
  void aListIsFilledUpThoughRunsAreGone() {
    try (var runs = Runs.open()) {
      begin(runs, "a", "b", "c", "d");
      runs.redis.call("DEL", key("run:c:events"), key("{run:c:events}:meta"));
      runs.redis.call("DEL", key("run:d:events"), key("{run:d:events}:meta"));
      assertEquals(List.of("b", "a"), runs.store.runs(2).stream().map(RunSummary::runId).toList());
    }
  }

  @Test
  void onlyTheNewestThousandAreKept() {
    try (var runs = Runs.open()) {
      for (int i = 0; i < 1010; i++) {
        runs.store.add("r" + i, "llm", "stream");
      }
      Eventually.within(Runs.LONG, "the last is there", () -> ids(runs).get(0).equals("r1009"));
      assertEquals("1000", runs.redis.call("ZCARD", RunList.KEY).text());
    }
  }

  /** Each event would be one command more; a run that goes on for long is entered now and then. */
  @Test
  void aRunIsEnteredAgainBeforeTheListExpires() {
    var options = EventOptions.defaults().withTtl(Duration.ofMillis(600));
    try (var runs = Runs.open(options.withTtlAfterEnd(Duration.ofMillis(100)))) {
      runs.add(1, 1);
      listed(runs, "1");
      long ttl = runs.ttl(RunList.KEY);
      assertTrue(ttl > 600 && ttl <= 900, "ms left: " + ttl);
      runs.add(2, 100);
      assertTrue(runs.ttl(RunList.KEY) <= ttl, "it is not entered with each event");
      long end = System.nanoTime() + Duration.ofMillis(1500).toNanos();
      Eventually.within(
          Runs.LONG,
          "for longer than the list would be kept",
          () -> {
            runs.add(1, 1);
            assertEquals(List.of("1"), ids(runs));
            return System.nanoTime() > end;
          });
      Eventually.within(Runs.LONG, "it expires", () -> runs.ttl(RunList.KEY) == -2);
    }
  }

  @Test
  void aListThatIsSomethingElseStopsNoEvent() {
    try (var runs = Runs.open()) {
      runs.redis.call("SET", RunList.KEY, "mine");
      runs.add(1, 3);
      assertEquals(3, runs.store.length("1"));
      assertEquals("mine", runs.redis.call("GET", RunList.KEY).text());
    }
  }
}
