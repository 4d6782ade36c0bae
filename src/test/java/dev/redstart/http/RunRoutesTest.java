package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.event.EventOptions;
import dev.redstart.event.EventStart;
import dev.redstart.event.EventStore;
import dev.redstart.event.RunEnd;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.KeyNames;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonNull;
import java.io.EOFException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events of runs over HTTP, as the seed's contract has them. */
class RunRoutesTest {
  private static final RedisServer SERVER = RedisServer.shared();
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String EVENTS = "/runs/1/events";
  private static final String STREAM = "/runs/1/events/stream";

  private final OneService site = OneService.onEmpty(SERVER);
  private final EventStore store = EventStore.of(site.redis);

  @AfterEach
  void nobodyIsLeft() {
    Eventually.within(LIMIT, "no follower is left", () -> site.service.followers() == 0);
    site.close();
  }

  private void add(int number) {
    store.add("1", "llm", "stream", Json.object("content", "\u00e9" + number));
  }

  private void assertRefused(int status, String code, OneService.Reply reply) {
    assertEquals(status, reply.status(), reply.json().toString());
    assertEquals(code, reply.text("code"));
    assertFalse(reply.text("message").isBlank());
  }

  private List<Integer> sequences(OneService.Reply page) {
    return page.json().get("events").asList().stream()
        .map(event -> event.get("sequence").asInt())
        .toList();
  }

  // ---- pages

  @Test
  void aPageHasTheFieldsOfTheContract() throws Exception {
    add(1);
    var json = site.get(EVENTS).json();
    assertEquals(1, json.get("run_id").asInt());
    assertEquals(1, json.get("count").asInt());
    assertFalse(json.get("has_more").asBoolean());
    var event = json.get("events").get(0);
    assertEquals("llm", event.get("event").get("category").asString());
    assertEquals("stream", event.get("event").get("action").asString());
    assertEquals("\u00e91", event.get("data").get("content").asString());
    assertEquals(JsonNull.of(), event.get("source"));
    assertTrue(event.get("timestamp").asString().endsWith("Z"));
  }

  @Test
  void pagesFollowOneAnotherWithoutOverlapOrHole() throws Exception {
    for (int i = 1; i <= 250; i++) {
      add(i);
    }
    for (int limit : List.of(1, 7, 100, 249, 250, 251, 10_000)) {
      var all = new ArrayList<Integer>();
      var start = "-";
      boolean more = true;
      while (more) {
        var page = site.get(EVENTS + "?limit=" + limit + "&start_id=" + start);
        all.addAll(sequences(page));
        assertTrue(all.size() % limit == 0 || all.size() == 250, "no page is short but the last");
        more = page.json().get("has_more").asBoolean();
        start = page.text("next_id");
      }
      assertEquals(250, all.size());
      assertEquals(250, all.stream().distinct().count());
      assertEquals(250, all.get(249));
    }
  }

  @Test
  void whoHasReadAllAsksAgainLater() throws Exception {
    add(1);
    var next = site.get(EVENTS).text("next_id");
    assertEquals(List.of(), sequences(site.get(EVENTS + "?start_id=" + next)));
    assertEquals(JsonNull.of(), site.get(EVENTS + "?start_id=" + next).json().get("next_id"));
    add(2);
    assertEquals(List.of(2), sequences(site.get(EVENTS + "?start_id=" + next)));
  }

  @Test
  void bothEndsOfARangeBelongToIt() throws Exception {
    for (int i = 1; i <= 5; i++) {
      add(i);
    }
    var ids = store.events("1").stream().map(event -> event.id().toString()).toList();
    var range = "?start_id=" + ids.get(1) + "&end_id=" + ids.get(3);
    assertEquals(List.of(2, 3, 4), sequences(site.get(EVENTS + range)));
    assertEquals(List.of(3, 4, 5), sequences(site.get(EVENTS + "?start_id=(" + ids.get(1))));
    var all = List.of(1, 2, 3, 4, 5);
    assertEquals(all, sequences(site.get(EVENTS + "?start_id=-&end_id=+&limit=1000")));
    assertEquals(all, sequences(site.get(EVENTS + "?start_id=0&end_id=%2B")));
    assertEquals(all, sequences(site.get(EVENTS + "?end_id=" + ids.get(4).split("-")[0])));
  }

  @Test
  void aPageSaysHowManyEventsAreGone() throws Exception {
    var few = EventStore.of(site.redis, EventOptions.defaults().withKept(3));
    few.add("1", "llm", "stream");
    var next = site.get(EVENTS).text("next_id");
    for (int i = 2; i <= 8; i++) {
      few.add("1", "llm", "stream");
    }
    var page = site.get(EVENTS + "?start_id=" + next);
    assertEquals(List.of(6, 7, 8), sequences(page));
    assertEquals(4, page.json().get("gap").get("lost").asInt());
  }

  @Test
  void largeEventsMakeSmallPages() throws Exception {
    var large = Json.of("x".repeat(900_000));
    for (int i = 0; i < 14; i++) {
      store.add("1", "llm", "stream", large);
    }
    var page = site.get(EVENTS);
    assertEquals(5, page.json().get("count").asInt());
    assertTrue(page.json().get("has_more").asBoolean());
    var second = site.get(EVENTS + "?start_id=" + page.text("next_id"));
    var rest = site.get(EVENTS + "?start_id=" + second.text("next_id"));
    assertEquals(List.of(11, 12, 13, 14), sequences(rest));
    assertFalse(rest.json().get("has_more").asBoolean());
  }

  @Test
  void whatCannotBeIsRefused() throws Exception {
    add(1);
    for (var id : List.of("x", "1-", "-1", "evt_001", "1-2-3", "")) {
      assertRefused(400, "INVALID_EVENT_ID", site.get(EVENTS + "?start_id=" + id + "%20x"));
      assertRefused(400, "INVALID_EVENT_ID", site.get(EVENTS + "?end_id=x" + id));
      assertRefused(400, "INVALID_EVENT_ID", site.get(STREAM + "?last_event_id=x" + id));
    }
    for (var limit : List.of("0", "10001", "x")) {
      assertRefused(400, "BAD_REQUEST", site.get(EVENTS + "?limit=" + limit));
    }
    assertRefused(400, "BAD_REQUEST", site.get(STREAM + "?from=then"));
    assertRefused(400, "INVALID_RUN_ID", site.get("/runs/%7Bx%7D/events"));
    assertRefused(400, "INVALID_EVENT_ID", site.get(STREAM + "?last_event_id=99999999999999-0"));
  }

  @Test
  void aRunThatNobodyKnowsIsNotFoundAndOneThatHasExpiredIsGone() throws Exception {
    for (var path : List.of(EVENTS, STREAM)) {
      assertRefused(404, "RUN_NOT_FOUND", site.get(path));
    }
    add(1);
    store.expire("1", Duration.ofMillis(1));
    Eventually.within(LIMIT, "it has expired", () -> !store.exists("1"));
    for (var path : List.of(EVENTS, STREAM)) {
      assertRefused(410, "RUN_EXPIRED", site.get(path));
    }
    assertRefused(410, "RUN_EXPIRED", site.post(EVENTS, "category", "a", "action", "b"));
    assertRefused(410, "RUN_EXPIRED", site.post("/runs/1/close"));
  }

  // ---- writing

  @Test
  void eventsAreAddedAndTheRunIsClosed() throws Exception {
    var source = Json.object("agent_id", "7", "agent_type", "worker", "agent_name", null);
    var reply =
        site.post(
            EVENTS, "category", "llm", "action", "stream", "data", List.of(1), "source", source);
    assertEquals(201, reply.status());
    assertEquals("worker", reply.json().get("source").get("agent_type").asString());
    assertEquals(1, reply.json().get("sequence").asInt());
    var closed = site.post("/runs/1/close", "status", "failed", "data", Json.object("e", "x"));
    assertEquals("failed", closed.text("status"));
    assertEquals("failed", site.post("/runs/1/close").text("status"));
    assertRefused(409, "RUN_CLOSED", site.post(EVENTS, "category", "a", "action", "b"));
    assertEquals(List.of(1, 2), sequences(site.get(EVENTS)));
  }

  @Test
  void whatIsNoEventIsRefused() throws Exception {
    for (var body :
        List.of(
            "{}",
            "{\"category\":\"a\"}",
            "{\"category\":1,\"action\":\"b\"}",
            "{\"category\":\"\",\"action\":\"b\"}",
            "{\"category\":\"a\\nb\",\"action\":\"b\"}",
            "{\"category\":\"a\",\"action\":\"b\",\"source\":1}",
            "{\"category\":\"a\",\"action\":\"b\",\"source\":{\"agent_id\":1}}")) {
      assertRefused(400, "BAD_REQUEST", site.post(EVENTS, body));
    }
    assertRefused(400, "BAD_REQUEST", site.post("/runs/1/close", "status", "done"));
    assertRefused(
        400, "BAD_REQUEST", site.post("/runs/%7B1/events", "category", "a", "action", "b"));
    assertFalse(store.exists("1"));
  }

  // ---- streams

  @Test
  void aStreamBringsWhatWasAndWhatComes() throws Exception {
    add(1);
    try (var source = site.follow(STREAM)) {
      assertEquals(200, source.status());
      assertEquals("text/event-stream; charset=utf-8", source.headers().get("content-type"));
      for (int i = 1; i <= 5; i++) {
        var shown = source.next();
        assertEquals("llm.stream", shown.name());
        var json = Json.parse(shown.data());
        assertEquals(shown.id(), json.get("id").asString());
        assertEquals("\u00e9" + i, json.get("data").get("content").asString());
        add(i + 1);
      }
    }
  }

  @Test
  void aStreamEndsWithItsRunAndABrowserThatComesBackIsToldSo() throws Exception {
    add(1);
    try (var source = site.follow(STREAM)) {
      source.next();
      store.close("1", RunEnd.COMPLETED);
      assertEquals("lifecycle.completed", source.next().name());
      var close = source.next();
      assertEquals("close", close.name());
      assertEquals(
          "{\"message\":\"Stream closed\",\"event\":{\"category\":\"system\",\"action\":\"close\"},"
              + "\"data\":{\"message\":\"Stream closed\"}}",
          close.data());
      assertThrows(EOFException.class, source::next);
      try (var again = site.follow(STREAM, source.lastId())) {
        assertEquals(204, again.status());
      }
    }
    assertEquals(204, site.get(STREAM + "?from=now").status());
  }

  @Test
  void aRunThatIsOverCanBeFollowedFromTheStart() throws Exception {
    add(1);
    store.close("1", RunEnd.CANCELLED);
    try (var source = site.follow(STREAM)) {
      assertEquals("llm.stream", source.next().name());
      assertEquals("lifecycle.cancelled", source.next().name());
      assertEquals("close", source.next().name());
      assertThrows(EOFException.class, source::next);
    }
  }

  @Test
  void whoWasCutOffGoesOnAfterTheLastEvent() throws Exception {
    for (int i = 1; i <= 4; i++) {
      add(i);
    }
    var ids = store.events("1").stream().map(event -> event.id().toString()).toList();
    try (var header = site.follow(STREAM, ids.get(1))) {
      assertEquals(ids.get(2), header.next().id());
    }
    try (var query = site.follow(STREAM + "?last_event_id=" + ids.get(2))) {
      assertEquals(ids.get(3), query.next().id());
    }
    // A browser repeats the query with which it was opened, and says in the header where it is.
    try (var both = site.follow(STREAM + "?from=now&last_event_id=" + ids.get(0), ids.get(2))) {
      assertEquals(ids.get(3), both.next().id());
    }
  }

  @Test
  void fromNowOnMissesNothingEvenWhenItIsCutOffBeforeTheFirstEvent() throws Exception {
    add(1);
    String place;
    try (var source = site.follow(STREAM + "?from=now")) {
      Eventually.within(LIMIT, "it follows", () -> site.service.followers() == 1);
      add(2);
      assertEquals(2, Json.parse(source.next().data()).get("sequence").asInt());
    }
    try (var source = site.follow(STREAM + "?from=now")) {
      place = source.place();
    }
    add(3);
    try (var source = site.follow(STREAM + "?from=now", place)) {
      assertEquals(3, Json.parse(source.next().data()).get("sequence").asInt());
    }
  }

  @Test
  void whatIsGoneIsToldAsAGap() throws Exception {
    var few = EventStore.of(site.redis, EventOptions.defaults().withKept(3));
    var first = few.add("1", "llm", "stream").id().toString();
    for (int i = 2; i <= 8; i++) {
      few.add("1", "llm", "stream");
    }
    try (var source = site.follow(STREAM, first)) {
      var gap = source.next();
      assertEquals("gap", gap.name());
      assertEquals(
          "{\"lost\":4,\"event\":{\"category\":\"system\",\"action\":\"gap\"},"
              + "\"data\":{\"lost\":4}}",
          gap.data());
      assertEquals(first, gap.id());
      assertEquals(6, Json.parse(source.next().data()).get("sequence").asInt());
    }
  }

  @Test
  void anEventOfAPlainClientIsShownToo() throws Exception {
    add(1);
    try (var source = site.follow(STREAM)) {
      source.next();
      SERVER.cli(
          "XADD", KeyNames.key("run:1:events"), "*", "event_category", "a\nid: 9", "data", "{bad");
      var shown = source.next();
      assertEquals("a id: 9.unknown", shown.name());
      assertEquals("{}", Json.parse(shown.data()).get("data").toString());
    }
  }

  static EventWriter nowhere() {
    return new EventWriter(
        OutputStream.nullOutputStream(), new Watch(Thread.currentThread()), LIMIT);
  }

  /** An instance that stops closes feeds, whatever their threads are about to do. */
  @Test
  void aStreamThatIsClosedBeforeItIsReadIsNoMistake() throws Exception {
    add(1);
    var feed = new RunFeed(store.follow("1", EventStart.START), false, true);
    feed.close();
    assertTrue(feed.next(nowhere(), Duration.ZERO));
  }

  @Test
  void manyFollowersHearTheSame() throws Exception {
    add(1);
    var sources = new ArrayList<EventSource>();
    for (int i = 0; i < 50; i++) {
      sources.add(site.follow(STREAM));
    }
    for (int i = 2; i <= 20; i++) {
      add(i);
    }
    store.close("1", RunEnd.COMPLETED);
    for (var source : sources) {
      for (int i = 1; i <= 20; i++) {
        assertEquals(i, Json.parse(source.next().data()).get("sequence").asInt());
      }
      assertEquals("lifecycle.completed", source.next().name());
      source.close();
    }
  }
}
