package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.json.Json;
import dev.redstart.json.JsonNumber;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events of an agent's tasks, by both bindings and in both versions. */
class A2aStreamTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final A2aSite site = new A2aSite();

  @AfterEach
  void nobodyFollowsAnyMore() {
    Eventually.within(LIMIT, "all have left", () -> site.service.followers() == 0);
    site.close();
  }

  /** What comes to the end of the stream. */
  private static List<JsonValue> all(EventSource stream) throws IOException {
    var all = new ArrayList<JsonValue>();
    try (stream) {
      assertEquals(200, stream.status());
      assertEquals("text/event-stream; charset=utf-8", stream.headers().get("content-type"));
      assertEquals("no-cache", stream.headers().get("cache-control"));
      while (true) {
        var shown = stream.next();
        assertEquals("message", shown.name(), "a browser hears events without a name");
        all.add(Json.parse(shown.data()));
      }
    } catch (EOFException end) {
      return all;
    }
  }

  private static List<JsonValue> results(List<JsonValue> frames) {
    return frames.stream().map(frame -> frame.get("result")).toList();
  }

  /** The members by which 1.0 tells what an event is. */
  private static List<String> names(List<JsonValue> events) {
    return events.stream().map(it -> it.asMap().keySet().iterator().next()).toList();
  }

  private static List<String> kinds(List<JsonValue> events) {
    return events.stream().map(it -> it.get("kind").asString()).toList();
  }

  private static String state(JsonValue event) {
    return event.get("status").get("state").asString();
  }

  private static final List<String> WORK =
      List.of("task", "statusUpdate", "artifactUpdate", "artifactUpdate", "statusUpdate");

  @Test
  void aStreamBeginsWithTheTaskAndEndsWithItsEnd() throws Exception {
    var frames = all(site.stream("SendStreamingMessage", A2aSite.saying("hello")));
    for (var frame : frames) {
      assertEquals(List.of("jsonrpc", "id", "result"), List.copyOf(frame.asMap().keySet()));
      assertEquals(JsonNumber.of(1), frame.get("id"));
    }
    var events = results(frames);
    assertEquals(WORK, names(events));
    assertEquals("TASK_STATE_COMPLETED", state(events.get(4).get("statusUpdate")));
  }

  @Test
  void restHasTheEventsWithoutAnEnvelope() throws Exception {
    var body = A2aSite.saying("hello").toString();
    var events = all(EventSource.post(site.port(), A2aSite.REST + "/message:stream", body));
    assertEquals(WORK, names(events));
  }

  @Test
  void version03HasItsOwnWords() throws Exception {
    var events = results(all(site.stream("message/stream", A2aSite.saying03("hello"))));
    var update = "status-update";
    assertEquals(
        List.of("task", update, "artifact-update", "artifact-update", update), kinds(events));
    assertFalse(events.get(1).get("final").asBoolean());
    assertTrue(events.get(4).get("final").asBoolean());
    assertEquals("completed", state(events.get(4)));
  }

  @Test
  void aReplyIsTheOnlyEvent() throws Exception {
    try (var stream = site.stream("SendStreamingMessage", A2aSite.saying("reply"))) {
      var shown = stream.next();
      assertEquals("", shown.id(), "there is no place to come back to");
      assertEquals(List.of("message"), names(results(List.of(Json.parse(shown.data())))));
      assertThrows(EOFException.class, stream::next);
    }
  }

  @Test
  void aStreamOfAMessageEndsWhereItsTaskWaits() throws Exception {
    var events = results(all(site.stream("SendStreamingMessage", A2aSite.saying("ask"))));
    assertEquals(
        "TASK_STATE_INPUT_REQUIRED", state(events.get(events.size() - 1).get("statusUpdate")));
  }

  @Test
  void eventsHaveTheirGenerationsForIds() throws Exception {
    try (var stream = site.stream("SendStreamingMessage", A2aSite.saying("hello"))) {
      for (int generation = 1; generation <= 5; generation++) {
        assertEquals(Integer.toString(generation), stream.next().id());
      }
    }
  }

  @Test
  void theIdOfACallIsRepeatedAsItCame() throws Exception {
    for (var id : List.of("1.50e1", "\"an id\"", "null", "123456789012345678901234567890")) {
      var call = A2aSite.envelope("SendStreamingMessage", A2aSite.saying("hello"));
      var json = call.replace("\"id\":1,", "\"id\":" + id + ",");
      try (var stream = EventSource.post(site.port(), A2aSite.RPC, json)) {
        var data = stream.next().data();
        assertTrue(data.startsWith("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":"), data);
      }
    }
  }

  // ---- coming back

  private static JsonObject id(String task) {
    return Json.object("id", task);
  }

  @Test
  void whoComesBackGetsWhatHeMissedAndNothingTwice() throws Exception {
    var task = site.task("hold");
    var first = site.stream("SubscribeToTask", id(task));
    assertEquals("task", names(results(List.of(Json.parse(first.next().data())))).get(0));
    site.speaker.steps.release();
    first.next();
    var last = first.lastId();
    first.close();
    site.speaker.steps.release(2);
    Eventually.within(LIMIT, "it is over", () -> isOver(task));
    var again = site.stream("SubscribeToTask", id(task), "Last-Event-ID: " + last);
    assertEquals(Long.toString(Long.parseLong(last) + 1), again.next().id());
    var events = results(all(again));
    assertEquals(List.of("artifactUpdate", "statusUpdate"), names(events));
  }

  private boolean isOver(String task) throws Exception {
    return state(site.result("GetTask", id(task))).equals("TASK_STATE_COMPLETED");
  }

  @Test
  void aBrowserComesBackByGet() throws Exception {
    var task = site.task("hold");
    var path = A2aSite.REST + "/tasks/" + task + ":subscribe";
    String last;
    try (var stream = EventSource.open(site.port(), path)) {
      assertEquals(List.of("task"), names(List.of(Json.parse(stream.next().data()))));
      last = stream.lastId();
    }
    site.speaker.steps.release(3);
    var events = all(EventSource.open(site.port(), path, last));
    assertEquals(
        List.of("artifactUpdate", "artifactUpdate", "artifactUpdate", "statusUpdate"),
        names(events));
  }

  @Test
  void anOldClientResubscribes() throws Exception {
    var task = site.task("hold");
    var stream = site.stream("tasks/resubscribe", id(task));
    site.speaker.steps.release(3);
    var events = results(all(stream));
    assertEquals("task", kinds(events).get(0));
    assertTrue(events.get(events.size() - 1).get("final").asBoolean());
  }

  @Test
  void aPlaceThatIsNoneIsRefusedBeforeTheStreamBegins() throws Exception {
    var task = site.task("hold");
    for (var place : List.of("x", "-1", "1-0", "9".repeat(30))) {
      try (var stream = site.stream("SubscribeToTask", id(task), "Last-Event-ID: " + place)) {
        assertEquals(200, stream.status());
        assertEquals("application/json", stream.headers().get("content-type"));
        assertEquals(-32602, Json.parse(stream.body()).get("error").get("code").asInt(), place);
      }
    }
  }

  @Test
  void aMessageThatIsSentAgainIsFollowedAgain() throws Exception {
    var saying = A2aSite.saying("hold");
    String task;
    try (var first = site.stream("SendStreamingMessage", saying)) {
      task = task(first);
    }
    var again = site.stream("SendStreamingMessage", saying);
    assertEquals(task, task(again));
    site.speaker.steps.release(3);
    var names = names(results(all(again)));
    assertEquals("statusUpdate", names.get(names.size() - 1));
    var history = site.result("GetTask", id(task)).get("history").asList();
    assertEquals(1, history.size(), "it was worked on once");
  }

  private static String task(EventSource stream) throws IOException {
    return Json.parse(stream.next().data()).get("result").get("task").get("id").asString();
  }

  @Test
  void errorsBeforeTheStreamAreAnswersAsOthers() throws Exception {
    try (var stream = site.stream("SubscribeToTask", id("nobody"))) {
      assertEquals(200, stream.status());
      assertEquals("application/json", stream.headers().get("content-type"));
      assertEquals(-32001, Json.parse(stream.body()).get("error").get("code").asInt());
    }
    var path = A2aSite.REST + "/tasks/nobody:subscribe";
    try (var stream = EventSource.post(site.port(), path, "")) {
      assertEquals(404, stream.status());
      assertEquals("application/json", stream.headers().get("content-type"));
    }
  }

  @Test
  void aTaskThatIsOverCannotBeFollowed() throws Exception {
    var task = site.task("hello");
    Eventually.within(LIMIT, "it is over", () -> isOver(task));
    assertEquals(-32004, site.error("SubscribeToTask", id(task)));
    var path = A2aSite.REST + "/tasks/" + task + ":subscribe";
    assertEquals(400, site.get(path).statusCode());
  }

  // ---- many, and leaving

  @Test
  void aClientThatLeavesStopsNothing() throws Exception {
    String task;
    try (var stream = site.stream("SendStreamingMessage", A2aSite.saying("hold"))) {
      task = task(stream);
    }
    Eventually.within(LIMIT, "it is noticed", () -> site.service.followers() == 0);
    site.speaker.steps.release(3);
    Eventually.within(LIMIT, "it is done", () -> isOver(task));
  }

  @Test
  void allWhoFollowHearTheSame() throws Exception {
    var task = site.task("hold");
    var streams = new ArrayList<EventSource>();
    for (int i = 0; i < 10; i++) {
      streams.add(site.stream("SubscribeToTask", id(task)));
      streams.get(i).next();
    }
    streams.remove(3).close();
    site.speaker.steps.release(3);
    var first = all(streams.get(0));
    assertEquals(4, first.size());
    for (var stream : streams.subList(1, streams.size())) {
      assertEquals(first, all(stream));
    }
  }

  @Test
  void whoeverFollowsHearsOfACancel() throws Exception {
    var task = site.task("hold");
    var stream = site.stream("SubscribeToTask", id(task));
    stream.next();
    var canceled = site.result("CancelTask", id(task));
    assertEquals("TASK_STATE_CANCELED", state(canceled));
    var events = results(all(stream));
    assertEquals("TASK_STATE_CANCELED", state(events.get(events.size() - 1).get("statusUpdate")));
    assertTrue(site.speaker.canceled.await(10, TimeUnit.SECONDS), "the agent was told");
  }

  @Test
  void aSilentStreamHasHeartbeats() throws Exception {
    var task = site.task("hold");
    try (var stream = site.stream("SubscribeToTask", id(task))) {
      var shown = new CountDownLatch(1);
      var reader = new Thread(() -> readAll(stream, shown));
      reader.start();
      Eventually.within(LIMIT, "heartbeats come", () -> stream.comments() > 1);
      site.speaker.steps.release(3);
      assertTrue(shown.await(10, TimeUnit.SECONDS));
    }
  }

  private static void readAll(EventSource stream, CountDownLatch end) {
    try {
      while (true) {
        stream.next();
      }
    } catch (IOException over) {
      end.countDown();
    }
  }

  /** Whoever stops the service closes feeds that are being read. */
  @Test
  void aFeedThatIsClosedSaysNothing() throws Exception {
    var task = site.task("hold");
    var stream = site.manager.onResubscribe(task, OptionalLong.empty());
    var feed = new TaskFeed(stream, event -> Json.object());
    feed.close();
    assertThrows(IllegalStateException.class, () -> stream.next(Duration.ZERO));
    assertTrue(feed.next(new EventWriter(OutputStream.nullOutputStream(), null, LIMIT), LIMIT));
  }
}
