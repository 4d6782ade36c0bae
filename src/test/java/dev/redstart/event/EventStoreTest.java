package dev.redstart.event;

import static dev.redstart.harness.KeyNames.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Runs are written and read. The weaknesses of the original have a test each. */
@Apart
class EventStoreTest {
  private static final Source WORKER = new Source("a-1", "worker", "Анна", "");
  private static final long HOUR = 3_600_000;

  @Test
  void anEventIsWhatTheOriginalsWriteAndRead() {
    try (var runs = Runs.open()) {
      var data = Json.object("task", "测试任务");
      var event = runs.store.add("1", "lifecycle", "started", data, WORKER);

      assertEquals(List.of(Runs.KEY, Runs.META), runs.keys());
      var entry = runs.redis.call("XRANGE", Runs.KEY, "-", "+").items().get(0).items();
      assertEquals(event.id().toString(), entry.get(0).text());
      var words = entry.get(1).items().stream().map(it -> it.text()).toList();
      assertTrue(words.get(1).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"));
      assertEquals(event.timestamp(), Instant.parse(words.get(1)));
      var time = words.get(1);
      assertEquals(
          "timestamp|"
              + time
              + "|sequence|1|event_category|lifecycle|event_action|started|data|"
              + "{\"task\":\"测试任务\"}|source_agent_id|a-1|source_agent_type|worker|"
              + "source_agent_name|Анна|source_team_name|",
          String.join("|", words));
      assertEquals(List.of(event), runs.store.events("1"));
    }
  }

  @Test
  void anEventIsTheJsonThatClientsKnow() {
    try (var runs = Runs.open()) {
      var event = runs.store.add("123", "llm", "stream", Json.object("content", "hi"), WORKER);
      assertEquals(
          "{\"id\":\""
              + event.id()
              + "\",\"run_id\":123,\"timestamp\":\""
              + runs.redis
                  .call("XRANGE", key("run:123:events"), "-", "+")
                  .items()
                  .get(0)
                  .items()
                  .get(1)
                  .items()
                  .get(1)
                  .text()
              + "\",\"sequence\":1,\"source\":{\"agent_id\":\"a-1\",\"agent_type\":\"worker\","
              + "\"agent_name\":\"Анна\",\"team_name\":null},"
              + "\"event\":{\"category\":\"llm\",\"action\":\"stream\"},"
              + "\"data\":{\"content\":\"hi\"}}",
          event.toJson().toString());
      var plain = runs.store.add("r-2", "system", "warning").toJson().toString();
      assertTrue(plain.contains("\"run_id\":\"r-2\""), plain);
      assertTrue(plain.contains("\"source\":null") && plain.endsWith("\"data\":{}}"), plain);
    }
  }

  @Test
  void whatOthersAddedIsReadAsFarAsItCanBe() {
    try (var runs = Runs.open()) {
      var id = runs.addPlainly("data", "no json", "source_agent_id", "x", "sequence", "many");
      var event = runs.store.events("1").get(0);
      var expected =
          new Event(
              EntryId.parse(id),
              "1",
              Instant.ofEpochMilli(EntryId.parse(id).millis()),
              0,
              Optional.empty(),
              "unknown",
              "unknown",
              Json.object());
      assertEquals(expected, event);
      runs.addPlainly(
          "timestamp",
          "2025-01-01T12:00:00.000Z",
          "sequence",
          "7",
          "event_category",
          "llm",
          "event_action",
          "stream",
          "data",
          "[1]",
          "source_agent_type",
          "worker");
      event = runs.store.events("1").get(1);
      assertEquals(Instant.parse("2025-01-01T12:00:00Z"), event.timestamp());
      assertEquals(Optional.of(new Source("", "worker", "", "")), event.source());
      assertEquals("7 [1]", event.sequence() + " " + event.data());
      // Ours go on with the numbers of theirs.
      assertEquals(8, runs.store.add("1", "llm", "stream").sequence());
      assertEquals(RunState.OPEN, runs.store.state("1"));
    }
  }

  @Test
  void theTimestampIsRightOnAnyDay() throws IOException {
    var days = List.of("2024-02-29", "2025-12-31", "2100-02-28", "2100-03-01", "2000-02-29");
    try (var runs = Runs.open();
        var in = EventStore.class.getResourceAsStream("run.lua")) {
      var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      int begin = text.indexOf("local function iso");
      var iso = text.substring(begin, text.indexOf("\nend\n", begin) + 5);
      for (var day : days) {
        var at = Instant.parse(day + "T23:59:59.007Z");
        var said =
            runs.redis.call(
                "EVAL",
                iso + "return iso(tonumber(ARGV[1]))",
                "0",
                Long.toString(at.toEpochMilli()));
        assertEquals(day + "T23:59:59.007Z", said.text());
      }
    }
  }

  @Test
  void sequencesHaveNoHoleAndAreInOrderHoweverManyWrite() throws Exception {
    try (var runs = Runs.open();
        var other = Runs.on(RedisServer.shared().url(), EventOptions.defaults())) {
      var writers = new ArrayList<CompletableFuture<List<Event>>>();
      for (int i = 0; i < 8; i++) {
        var store = i % 2 == 0 ? runs.store : other.store;
        writers.add(
            Runs.async(
                () -> {
                  var added = new ArrayList<Event>();
                  for (int n = 0; n < 250; n++) {
                    added.add(store.add("1", "llm", "stream", Runs.number(n)));
                  }
                  return added;
                }));
      }
      var added = new ArrayList<Event>();
      for (var writer : writers) {
        added.addAll(writer.get(20, TimeUnit.SECONDS));
      }
      var events = runs.store.events("1");
      assertEquals(Runs.numbers(1, 2000), Runs.sequencesOf(events));
      added.sort((a, b) -> a.id().compareTo(b.id()));
      assertEquals(added, events);
    }
  }

  @Test
  void sequencesGoOnWhenAProducerWasRestarted() {
    try (var runs = Runs.open()) {
      runs.add(1, 3);
      try (var again = Runs.on(RedisServer.shared().url(), EventOptions.defaults())) {
        again.add(4, 5);
      }
      runs.add(6, 6);
      assertEquals(Runs.numbers(1, 6), Runs.sequencesOf(runs.store.events("1")));
    }
  }

  @Test
  void runsDoNotMix() {
    try (var runs = Runs.open()) {
      for (var id : List.of("1", "11", "1:events", "a b".replace(' ', '_'), "Ж", "..", "*")) {
        runs.store.add(id, "llm", "stream", Json.object("run", id));
        runs.store.add(id, "llm", "stream", Json.object("run", id));
        assertEquals(List.of(1L, 2L), Runs.sequencesOf(runs.store.events(id)));
        assertTrue(
            runs.store.events(id).stream()
                .allMatch(it -> it.data().equals(Json.object("run", id))));
      }
      assertEquals(14, runs.dbSize());
    }
  }

  @Test
  void theLimitIsExact() {
    try (var runs = Runs.open(EventOptions.defaults().withKept(100))) {
      runs.add(1, 150);
      assertEquals(100, runs.store.length("1"));
      assertEquals(Runs.numbers(51, 150), Runs.sequencesOf(runs.store.events("1")));
    }
  }

  @Test
  void pagesDoNotOverlapAndLeaveNothingOut() {
    try (var runs = Runs.open()) {
      runs.add(1, 25);
      var all = new ArrayList<Event>();
      var query = EventQuery.all().withLimit(10);
      var page = runs.store.page("1", query);
      all.addAll(page.events());
      while (page.hasMore()) {
        assertEquals(10, page.events().size());
        page = runs.store.page("1", query.withAfter(page.next().orElseThrow()));
        all.addAll(page.events());
      }
      assertEquals(5, page.events().size());
      assertEquals(Runs.numbers(1, 25), Runs.sequencesOf(all));
      assertEquals(runs.store.events("1"), all);
    }
  }

  @Test
  void aPageHasWhatWasAskedFor() {
    try (var runs = Runs.open()) {
      runs.add(1, 20);
      var ids = runs.store.events("1").stream().map(Event::id).toList();
      var some = EventQuery.all().withFrom(ids.get(4)).withTo(ids.get(9));
      var page = runs.store.page("1", some);
      assertEquals(Runs.numbers(5, 10), Runs.sequencesOf(page.events()));
      assertFalse(page.hasMore());
      assertEquals(Optional.of(ids.get(9)), page.next());
      assertEquals(RunState.OPEN, page.state());
      assertEquals(Optional.empty(), page.gap());
      var exact = runs.store.page("1", some.withLimit(6));
      assertFalse(exact.hasMore());
      assertTrue(runs.store.page("1", some.withLimit(5)).hasMore());
      var after = runs.store.page("1", some.withAfter(ids.get(4)));
      assertEquals(Runs.numbers(6, 10), Runs.sequencesOf(after.events()));
      var rest = runs.store.eventsAfter("1", ids.get(17));
      assertEquals(Runs.numbers(19, 20), Runs.sequencesOf(rest.events()));
      var nothing = runs.store.eventsAfter("1", ids.get(19));
      assertEquals(List.of(), nothing.events());
      assertEquals(Optional.empty(), nothing.next());
    }
  }

  @Test
  void largeEventsAreReadInSeveralSteps() {
    try (var runs = Runs.open()) {
      var data = Json.object("text", "x".repeat(700_000));
      for (int i = 0; i < 12; i++) {
        runs.store.add("1", "llm", "stream", data);
      }
      assertEquals(Runs.numbers(1, 12), Runs.sequencesOf(runs.store.events("1")));
      for (int limit = 1; limit < 6; limit++) {
        var page = runs.store.page("1", EventQuery.all().withLimit(limit));
        assertTrue(page.hasMore() && page.events().size() == limit, limit + " of 12");
      }
      long start = System.nanoTime();
      try (var follower = runs.store.follow("1", EventStart.START)) {
        assertEquals(Runs.numbers(1, 12), Runs.sequences(Runs.take(follower, 12)));
        assertTrue(System.nanoTime() - start < 4_000_000_000L, "it looks again soon");
      }
    }
  }

  @Test
  void aPageOfLargeEventsIsShorterThanItsLimit() {
    try (var runs = Runs.open()) {
      var data = Json.of("x".repeat((1 << 20) - 1000));
      for (int i = 0; i < 10; i++) {
        runs.store.add("1", "llm", "stream", data);
      }
      var first = runs.store.page("1", EventQuery.all());
      assertEquals(Runs.numbers(1, 5), Runs.sequencesOf(first.events()));
      assertTrue(first.hasMore());
      var second = runs.store.eventsAfter("1", first.next().orElseThrow());
      assertEquals(Runs.numbers(6, 10), Runs.sequencesOf(second.events()));
      assertFalse(second.hasMore());
    }
  }

  @Test
  void aTrimmedCursorIsAGapWithANumber() {
    try (var runs = Runs.open(EventOptions.defaults().withKept(10))) {
      runs.add(1, 10);
      var third = runs.store.events("1").get(2).id();
      assertEquals(Optional.empty(), runs.store.eventsAfter("1", third).gap());
      runs.add(11, 13);
      assertEquals(Optional.empty(), runs.store.eventsAfter("1", third).gap());
      runs.add(14, 14);
      assertEquals(gap(1), runs.store.eventsAfter("1", third).gap());
      runs.add(15, 30);
      assertEquals(gap(17), runs.store.eventsAfter("1", third).gap());
      assertEquals(gap(20), runs.store.eventsAfter("1", EntryId.MIN).gap());
      assertEquals(Optional.empty(), runs.store.page("1", EventQuery.all()).gap());
    }
  }

  private static Optional<RunUpdate.Gap> gap(long lost) {
    return Optional.of(new RunUpdate.Gap(OptionalLong.of(lost)));
  }

  @Test
  void whereOthersAddEventsAGapHasNoNumber() {
    try (var runs = Runs.open(EventOptions.defaults().withKept(5))) {
      runs.add(1, 1);
      var first = runs.store.events("1").get(0).id();
      runs.addPlainly("data", "{}");
      runs.add(2, 10);
      var page = runs.store.eventsAfter("1", first);
      assertEquals(Optional.of(new RunUpdate.Gap(OptionalLong.empty())), page.gap());
      assertEquals(5, page.events().size());
    }
  }

  @Test
  void anInvalidIdIsRefused() {
    try (var runs = Runs.open()) {
      runs.add(1, 3);
      var last = runs.store.events("1").get(2).id();
      var future = new EntryId(last.millis() + 1000, 0);
      assertThrows(IllegalArgumentException.class, () -> EntryId.parse("evt_001"));
      assertThrows(IllegalArgumentException.class, () -> runs.store.eventsAfter("1", future));
      assertThrows(
          IllegalArgumentException.class,
          () -> runs.store.page("1", EventQuery.all().withAfter(future)));
      assertThrows(
          IllegalArgumentException.class, () -> runs.store.follow("1", EventStart.after(future)));
      assertThrows(
          IllegalArgumentException.class,
          () -> runs.store.follow("1", EventStart.after(EntryId.MAX)));
      assertThrows(IllegalArgumentException.class, () -> runs.store.eventsAfter("1", EntryId.MAX));
    }
  }

  @Test
  void closingIsOneStepAndMayBeRepeated() {
    try (var runs = Runs.open()) {
      runs.add(1, 2);
      assertTrue(runs.ttl(Runs.KEY) > 6 * 24 * HOUR);
      var closing = runs.store.close("1", RunEnd.FAILED, Json.object("error", "no"));
      assertEquals(RunEnd.FAILED, closing.end());
      assertTrue(closing.isFirst());
      assertEquals(RunState.CLOSED, runs.store.state("1"));
      long left = runs.ttl(Runs.KEY);
      assertTrue(left > 23 * HOUR && left <= 24 * HOUR, "ms left: " + left);
      long known = runs.ttl(Runs.META);
      assertTrue(known > 47 * HOUR && known <= 48 * HOUR, "ms left: " + known);
      var again = runs.store.close("1", RunEnd.COMPLETED);
      assertEquals(new Closing(closing.id(), RunEnd.FAILED, false), again);
      var events = runs.store.events("1");
      assertEquals(3, events.size());
      assertEquals("lifecycle.failed", events.get(2).category() + "." + events.get(2).action());
      assertEquals(Json.object("error", "no"), events.get(2).data());
      assertTrue(events.get(2).isEnd());
    }
  }

  @Test
  void aRunThatEndedTakesNoMore() {
    try (var runs = Runs.open()) {
      runs.add(1, 1);
      runs.store.close("1", RunEnd.COMPLETED);
      var refused =
          assertThrows(EventException.Closed.class, () -> runs.store.add("1", "llm", "stream"));
      assertEquals(
          "the run 1 has ended (completed): it takes no more events", refused.getMessage());
      assertEquals(2, runs.store.length("1"));
      assertThrows(EventException.Closed.class, () -> runs.store.open("1", Runs.LONG));
    }
  }

  @Test
  void anEventThatSaysThatTheRunEndedEndsIt() {
    try (var runs = Runs.open()) {
      runs.store.add("1", "lifecycle", "completed", Json.object("result", "as the originals do"));
      assertEquals(RunState.CLOSED, runs.store.state("1"));
      assertFalse(runs.store.close("1", RunEnd.FAILED).isFirst());
      // Of an agent, and not of the run.
      runs.store.add("2", "agent", "completed");
      assertEquals(RunState.OPEN, runs.store.state("2"));
      // By a plain client.
      runs.redis.call(
          "XADD",
          key("run:3:events"),
          "*",
          "event_category",
          "lifecycle",
          "event_action",
          "cancelled");
      assertEquals(RunState.CLOSED, runs.store.state("3"));
      assertThrows(EventException.Closed.class, () -> runs.store.add("3", "llm", "stream"));
      assertEquals(RunEnd.CANCELLED, runs.store.close("3", RunEnd.FAILED).end());
    }
  }

  @Test
  void anEventAfterTheExpiryDoesNotReviveTheRun() {
    try (var runs = Runs.open()) {
      runs.add(1, 2);
      runs.redis.call("PEXPIRE", Runs.KEY, "1");
      Eventually.within(Runs.LONG, "it expires", () -> !runs.store.exists("1"));
      assertEquals(RunState.EXPIRED, runs.store.state("1"));
      assertThrows(EventException.Expired.class, () -> runs.add(3, 3));
      assertThrows(EventException.Expired.class, () -> runs.store.close("1", RunEnd.COMPLETED));
      assertThrows(EventException.Expired.class, () -> runs.store.open("1", Runs.LONG));
      assertEquals(List.of(), runs.store.events("1"));
      assertEquals(RunState.EXPIRED, runs.store.page("1", EventQuery.all()).state());
      assertEquals(List.of(Runs.META), runs.keys());
    }
  }

  @Test
  void aRunThatNeverEndsExpiresAndNothingIsLeft() {
    var options =
        EventOptions.defaults()
            .withTtl(Duration.ofMillis(300))
            .withTtlAfterEnd(Duration.ofMillis(200));
    try (var runs = Runs.open(options)) {
      runs.add(1, 5);
      runs.store.add("2", "llm", "stream");
      runs.store.close("2", RunEnd.COMPLETED);
      try (var producer = runs.store.open("3", Duration.ofMillis(250))) {
        assertEquals(RunState.OPEN, runs.store.state("3"));
      }
      assertEquals(6, runs.dbSize());
      for (var meta : List.of("1", "2", "3")) {
        // What is known of a run stays a day longer; time is made to fly.
        long left = runs.ttl(key("{run:" + meta + ":events}:meta"));
        assertTrue(left > 24 * HOUR - 1 && left < 24 * HOUR + 1000, "ms left: " + left);
        runs.redis.call("PEXPIRE", key("{run:" + meta + ":events}:meta"), "400");
      }
      Eventually.within(Runs.LONG, "nothing is left", () -> runs.dbSize() == 0);
      assertEquals(RunState.UNKNOWN, runs.store.state("1"));
      assertEquals(0, runs.dbSize());
    }
  }

  @Test
  void eventsRenewTheTimeOfAnOpenRunUnlessItWasSaid() {
    try (var runs = Runs.open()) {
      runs.add(1, 1);
      runs.redis.call("PEXPIRE", Runs.KEY, "1000");
      runs.redis.call("PEXPIRE", Runs.META, "1000");
      runs.add(2, 2);
      assertTrue(runs.ttl(Runs.KEY) > 6 * 24 * HOUR && runs.ttl(Runs.META) > 6 * 24 * HOUR);
      assertTrue(runs.store.expire("1", Duration.ofHours(1)));
      runs.add(3, 3);
      runs.store.close("1", RunEnd.COMPLETED);
      assertTrue(runs.ttl(Runs.KEY) <= HOUR && runs.ttl(Runs.META) > 24 * HOUR);
      assertFalse(runs.store.expire("nothing", Duration.ofHours(1)));
      assertEquals(2, runs.dbSize());
    }
  }

  @Test
  void aDeletedRunIsAsIfItHadNeverBeen() {
    try (var runs = Runs.open()) {
      assertFalse(runs.store.delete("1"));
      runs.add(1, 2);
      runs.store.close("1", RunEnd.COMPLETED);
      assertTrue(runs.store.exists("1"));
      assertTrue(runs.store.delete("1"));
      assertFalse(runs.store.exists("1"));
      assertEquals(0, runs.dbSize());
      assertEquals(RunState.UNKNOWN, runs.store.state("1"));
      assertEquals(0, runs.store.length("1"));
      assertEquals(List.of(), runs.store.events("1"));
      assertEquals(1, runs.store.add("1", "llm", "stream").sequence());
    }
  }

  @Test
  void anOutageIsNotTheSameAsNoEvents() {
    try (var server = RedisServer.start();
        var redis =
            Redis.connect(RedisOptions.of(server.url()).withTimeout(Duration.ofMillis(100)))) {
      var store = EventStore.of(redis);
      store.add("1", "llm", "stream");
      server.stop();
      assertThrows(RedisException.class, () -> store.events("1"));
      assertThrows(RedisException.class, () -> store.length("1"));
      assertThrows(RedisException.class, () -> store.state("1"));
      assertThrows(RedisException.class, () -> store.add("1", "llm", "stream"));
      var result = store.tryAdd("1", "llm", "stream", Json.object(), WORKER);
      var why = assertInstanceOf(AddResult.NotAdded.class, result).why();
      assertInstanceOf(RedisException.class, why);
    }
  }

  @Test
  void tryingToAddNeverThrows() {
    try (var runs = Runs.open()) {
      var added = runs.store.tryAdd("1", "llm", "stream", Json.object(), WORKER);
      assertEquals(1, assertInstanceOf(AddResult.Added.class, added).event().sequence());
      runs.store.close("1", RunEnd.COMPLETED);
      for (var run : new String[] {"1", "no run", null}) {
        var result = runs.store.tryAdd(run, "llm", "stream", Json.object(), WORKER);
        assertInstanceOf(AddResult.NotAdded.class, result, "run " + run);
      }
      var late = runs.store.tryAdd("1", "llm", "stream", Json.object(), WORKER);
      assertInstanceOf(EventException.Closed.class, ((AddResult.NotAdded) late).why());
    }
  }

  @Test
  void keysThatHoldSomethingElseAreNotTouched() {
    try (var runs = Runs.open()) {
      runs.redis.call("SET", Runs.KEY, "mine");
      var refused = assertThrows(IllegalStateException.class, () -> runs.add(1, 1));
      assertEquals(
          "the key " + Runs.KEY + " holds a string, not the events of a run", refused.getMessage());
      assertThrows(IllegalStateException.class, () -> runs.store.events("1"));
      assertThrows(IllegalStateException.class, () -> runs.store.follow("1", EventStart.START));
      runs.redis.call("SET", key("{run:2:events}:meta"), "mine");
      assertThrows(IllegalStateException.class, () -> runs.store.add("2", "llm", "stream"));
      assertEquals(
          List.of(Runs.KEY, key("{run:2:events}:meta")), runs.keys().stream().sorted().toList());
    }
  }

  @Test
  void whatIsWrongIsRefusedBeforeAnythingIsSent() {
    try (var runs = Runs.open()) {
      var wrong = List.of("", " ", "a b", "a\n", "{1}", "a}", "\u0000", "\u200b", "x".repeat(257));
      for (var id : wrong) {
        assertThrows(IllegalArgumentException.class, () -> runs.store.add(id, "llm", "stream"), id);
        assertThrows(IllegalArgumentException.class, () -> runs.store.state(id), id);
      }
      assertThrows(
          IllegalArgumentException.class, () -> runs.store.state("ж".repeat(129)), "258 bytes");
      runs.store.state("ж".repeat(128));
      for (var name : List.of("", "a b", "a\nb", "x".repeat(101))) {
        assertThrows(
            IllegalArgumentException.class, () -> runs.store.add("1", name, "stream"), name);
        assertThrows(IllegalArgumentException.class, () -> runs.store.add("1", "llm", name), name);
      }
      var large = Json.object("text", "x".repeat(1 << 20));
      assertThrows(
          IllegalArgumentException.class, () -> runs.store.add("1", "llm", "stream", large));
      assertThrows(IllegalArgumentException.class, () -> EventQuery.all().withLimit(10_001));
      assertThrows(
          IllegalArgumentException.class, () -> runs.store.open("1", Duration.ofMillis(199)));
      assertThrows(IllegalArgumentException.class, () -> runs.store.expire("1", Duration.ZERO));
      assertThrows(NullPointerException.class, () -> runs.store.add("1", "llm", "stream", null));
      assertEquals(0, runs.dbSize());
    }
  }

  @Test
  void anEventWithAGreatIdBeforeItIsAddedAllTheSame() {
    try (var runs = Runs.open()) {
      runs.redis.call("XADD", Runs.KEY, "99999999999999-5", "data", "{}");
      runs.add(1, 2);
      runs.redis.call("XADD", Runs.KEY, "99999999999999999-5", "data", "{}");
      runs.redis.call("XDEL", Runs.KEY, "99999999999999999-5");
      runs.add(3, 4);
      assertEquals(List.of(0L, 2L, 3L, 4L, 5L), Runs.sequencesOf(runs.store.events("1")));
    }
  }

  @Test
  void linesOfClientsThatAreGoneDoNotPileUp() {
    try (var runs = Runs.open()) {
      runs.add(1, 1);
      for (int i = 0; i < 200; i++) {
        runs.redis.call("HSET", Runs.META, "request old-" + i, "1 1000 added 1-1 1 1");
      }
      for (int i = 0; i < 120; i++) {
        EventStore.of(runs.redis).add("1", "llm", "stream");
      }
      long left =
          runs.redis.call("HKEYS", Runs.META).items().stream()
              .filter(it -> it.text().startsWith("request old-"))
              .count();
      assertTrue(left < 100, left + " of 200 are left");
    }
  }
}
