package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonNull;
import dev.redstart.json.JsonValue;
import dev.redstart.message.ContentBlock;
import dev.redstart.message.ContentType;
import dev.redstart.message.Message;
import dev.redstart.message.MessageOptions;
import dev.redstart.message.MessageSnapshot;
import dev.redstart.message.MessageStore;
import dev.redstart.message.Role;
import java.io.EOFException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions and messages over HTTP, as the seed's API has them. */
class MessageRoutesTest {
  private static final RedisServer SERVER = RedisServer.shared();
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String SESSIONS = "/api/v1/sessions";

  private record Asked(MessageSnapshot question, Message answer) {}

  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private final OneService site = site();
  private final MessageStore store = MessageStore.of(site.redis);

  private OneService site() {
    SERVER.cli("FLUSHALL");
    var options = ServiceOptions.defaults().withHeartbeat(Duration.ofMillis(50));
    return new OneService(SERVER.url(), options, (question, answer) -> take(question, answer));
  }

  private void take(MessageSnapshot question, Message answer) {
    if (question.text().equals("bug")) {
      throw new IllegalStateException("secret of the house");
    }
    asked.add(new Asked(question, answer));
  }

  @AfterEach
  void nobodyIsLeft() {
    Eventually.within(LIMIT, "no follower is left", () -> site.service.followers() == 0);
    store.close();
    site.close();
  }

  private String session() throws Exception {
    return site.post(SESSIONS).text("session_id");
  }

  private static String messages(String session) {
    return SESSIONS + "/" + session + "/messages";
  }

  private static String stream(String session, String message) {
    return messages(session) + "/" + message + "/stream";
  }

  private static void assertRefused(int status, OneService.Reply reply) {
    assertEquals(status, reply.status(), reply.json().toString());
    assertFalse(reply.text("detail").isBlank());
    assertFalse(reply.text("detail").contains("Exception"), reply.text("detail"));
  }

  // ---- sessions

  @Test
  void aSessionIsOpenedLookedAtAndClosed() throws Exception {
    var metadata = Json.object("a", List.of(1));
    var opened = site.post(SESSIONS, "user_id", "user_123", "metadata", metadata);
    assertEquals(200, opened.status());
    assertEquals("active", opened.text("status"));
    assertEquals(List.of("session_id", "status", "created_at"), names(opened.json()));
    assertTrue(Instant.parse(opened.text("created_at")).isAfter(Instant.EPOCH));
    var path = SESSIONS + "/" + opened.text("session_id");
    var session = site.get(path);
    assertEquals("user_123", session.text("user_id"));
    assertEquals(metadata, session.json().get("metadata"));
    assertEquals(
        List.of("session_id", "user_id", "metadata", "status", "created_at", "updated_at"),
        names(session.json()));
    var closed = site.delete(path);
    assertEquals(List.of("session_id", "status"), names(closed.json()));
    assertEquals("closed", closed.text("status"));
    assertEquals("closed", site.get(path).text("status"));
    assertRefused(400, site.post(path + "/messages", "content", "x"));
  }

  private static List<String> names(JsonValue json) {
    return List.copyOf(json.asMap().keySet());
  }

  @Test
  void whatIsNoSessionIsRefused() throws Exception {
    for (var body :
        List.of("{\"user_id\":1}", "{\"metadata\":[]}", "{\"metadata\":\"x\"}", "[]", "x")) {
      assertRefused(400, site.post(SESSIONS, body));
    }
    assertEquals(200, site.post(SESSIONS, "{\"user_id\":null,\"metadata\":null}").status());
    assertRefused(404, site.get(SESSIONS + "/nobody"));
    assertRefused(404, site.delete(SESSIONS + "/nobody"));
    assertRefused(404, site.post(messages("nobody"), "content", "x"));
    assertRefused(404, site.get(messages("nobody")));
    assertRefused(400, site.get(SESSIONS + "/a%7Bb"));
    assertRefused(400, site.get(SESSIONS + "/a:b"));
  }

  // ---- messages

  @Test
  void aMessageIsKeptAndItsAnswerIsHandedOver() throws Exception {
    var session = session();
    var metadata = Json.object("lang", "zh");
    var sent = site.post(messages(session), "content", "\u4f60\u597d", "metadata", metadata);
    assertEquals(200, sent.status());
    assertEquals(
        List.of("user_message_id", "assistant_message_id", "session_id"), names(sent.json()));
    var hand = asked.take();
    assertEquals(sent.text("user_message_id"), hand.question.head().messageId());
    assertEquals(sent.text("assistant_message_id"), hand.answer.id());
    var question = site.get("/api/v1/messages/" + sent.text("user_message_id"));
    assertEquals("\u4f60\u597d", question.text("text"));
    assertEquals("user", question.text("role"));
    assertTrue(question.json().get("is_complete").asBoolean());
    assertEquals(metadata, question.json().get("metadata"));
    var answer = site.get("/api/v1/messages/" + sent.text("assistant_message_id"));
    assertEquals("assistant", answer.text("role"));
    assertFalse(answer.json().get("is_complete").asBoolean());
    assertEquals(sent.text("user_message_id"), answer.text("parent_message_id"));
    hand.answer.complete();
  }

  @Test
  void aMessageOfAnotherTypeIsAContentBlock() throws Exception {
    var session = session();
    for (var type : List.of("code", "image", "thinking")) {
      var sent = site.post(messages(session), "content", "http://x/y", "type", type);
      var message = site.get("/api/v1/messages/" + sent.text("user_message_id")).json();
      var block = message.get("content_blocks").get(0);
      assertEquals(type, block.get("content_type").asString());
      var value = type.equals("image") ? block.get("image").get("url") : block.get("text");
      assertEquals("http://x/y", value.asString());
      asked.take().answer.complete();
    }
  }

  @Test
  void whatIsNoMessageIsRefused() throws Exception {
    var session = session();
    for (var body :
        List.of(
            "{}",
            "{\"content\":\"\"}",
            "{\"content\":1}",
            "{\"content\":null}",
            "{\"content\":\"x\",\"type\":\"smell\"}",
            "{\"content\":\"x\",\"type\":1}",
            "{\"content\":\"x\",\"metadata\":1}",
            "{\"content\":\"\\ud800\"}")) {
      assertRefused(400, site.post(messages(session), body));
    }
    assertRefused(404, site.get("/api/v1/messages/nothing"));
    assertRefused(400, site.get("/api/v1/messages/a%20b"));
    assertEquals(0, site.get(messages(session)).json().get("count").asInt());
  }

  @Test
  void anAnswerThatCannotBeHandedOverFails() throws Exception {
    var sent = site.post(messages(session()), "content", "bug");
    assertEquals(200, sent.status());
    var answer = site.get("/api/v1/messages/" + sent.text("assistant_message_id"));
    assertEquals("failed", answer.text("status"));
    assertFalse(answer.text("error").contains("secret"));
  }

  @Test
  void withoutAnybodyWhoAnswersTheAnswerFails() throws Exception {
    try (var service = Service.start(site.redis, ServiceOptions.defaults().withPort(0));
        var raw = new RawClient(service.uri().getPort())) {
      var body = "{\"content\":\"x\"}";
      raw.send(
          "POST "
              + messages(session())
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
      var sent = Json.parse(raw.reply().body());
      var id = sent.get("assistant_message_id").asString();
      assertEquals("failed", site.get("/api/v1/messages/" + id).text("status"));
    }
  }

  @Test
  void theMessagesOfASessionComeInPages() throws Exception {
    var session = session();
    for (int i = 0; i < 7; i++) {
      store.loadOrCreate("m" + i, session, Role.AGENT).complete();
    }
    var all = new ArrayList<String>();
    for (int offset = 0; offset < 9; offset += 3) {
      var page = site.get(messages(session) + "?limit=3&offset=" + offset);
      assertEquals(session, page.text("session_id"));
      page.json().get("messages").asList().forEach(it -> all.add(it.get("message_id").asString()));
      assertEquals(offset == 6 ? 1 : 3, page.json().get("count").asInt());
    }
    assertEquals(List.of("m0", "m1", "m2", "m3", "m4", "m5", "m6"), all);
    assertEquals(7, site.get(messages(session)).json().get("count").asInt());
    for (var wrong : List.of("limit=0", "limit=101", "offset=-1", "limit=x")) {
      assertRefused(400, site.get(messages(session) + "?" + wrong));
    }
  }

  @Test
  void contentIsLoadedWhereverItIsKept() throws Exception {
    var message = store.loadOrCreate("m1", session(), Role.ASSISTANT);
    var small = ContentBlock.of(ContentType.CODE, "x = 1");
    var large = ContentBlock.of(ContentType.MARKDOWN, "y".repeat(50_000));
    message.addContent(small);
    message.addContent(large);
    var path = "/api/v1/messages/m1/content/";
    assertEquals("x = 1", site.get(path + small.contentId()).text("text"));
    assertEquals(50_000, site.get(path + large.contentId()).text("text").length());
    assertRefused(404, site.get(path + "nothing"));
    assertRefused(404, site.get("/api/v1/messages/m2/content/" + small.contentId()));
    store.loadOrCreate("m2", "s2", Role.ASSISTANT);
    assertRefused(404, site.get("/api/v1/messages/m2/content/" + large.contentId()));
  }

  // ---- streams

  @Test
  void anAnswerIsReadWhileItIsWritten() throws Exception {
    var session = session();
    var sent = site.post(messages(session), "content", "hello");
    var answer = asked.take().answer;
    var id = sent.text("assistant_message_id");
    try (var source = site.follow(stream(session, id) + "?last_id=0")) {
      var start = source.next();
      assertEquals("message_start", start.name());
      for (var delta : List.of("Hel", "lo ", "\u4e16\u754c")) {
        answer.appendText(delta);
        var shown = source.next();
        assertEquals("text_delta", shown.name());
        var json = Json.parse(shown.data());
        assertEquals(shown.id(), json.get("event_id").asString());
        assertEquals(delta, json.get("payload").get("delta").asString());
      }
      answer.complete();
      assertEquals("message_end", source.next().name());
      assertThrows(EOFException.class, source::next);
      try (var again = site.follow(stream(session, id) + "?last_id=0", source.lastId())) {
        assertEquals(204, again.status());
      }
      assertEquals(204, site.get(stream(session, id) + "?last_id=" + source.lastId()).status());
    }
  }

  @Test
  void whoWasCutOffGoesOnAfterTheLastEvent() throws Exception {
    var message = store.loadOrCreate("m1", "s1", Role.ASSISTANT);
    message.appendText("one");
    message.appendText("two");
    String last;
    try (var source = site.follow(stream("s1", "m1"))) {
      source.next();
      last = source.next().id();
    }
    for (boolean header : List.of(true, false)) {
      var path = stream("s1", "m1") + (header ? "?last_id=0" : "?last_id=" + last);
      try (var source = header ? site.follow(path, last) : site.follow(path)) {
        var payload = Json.parse(source.next().data()).get("payload");
        assertEquals("two", payload.get("delta").asString());
      }
    }
  }

  @Test
  void whoComesTooLateForSomeEventsGetsTheWholeMessage() throws Exception {
    var few = MessageStore.of(site.redis, MessageOptions.defaults().withEvents(2));
    var message = few.loadOrCreate("m1", "s1", Role.ASSISTANT);
    for (int i = 0; i < 5; i++) {
      message.appendText("x" + i);
    }
    try (var source = site.follow(stream("s1", "m1"))) {
      var whole = source.next();
      assertEquals("snapshot", whole.name());
      assertEquals("x0x1x2x3x4", Json.parse(whole.data()).get("text").asString());
      message.appendText("!");
      assertEquals("text_delta", source.next().name());
      message.complete();
      assertEquals("message_end", source.next().name());
    }
    try (var source = site.follow(stream("s1", "m1"))) {
      var whole = source.next();
      assertEquals("snapshot", whole.name());
      assertEquals("", source.lastId());
      assertEquals("message_end", source.next().name());
      assertThrows(EOFException.class, source::next);
    }
    few.close();
  }

  @Test
  void aStreamThatCannotBeIsRefused() throws Exception {
    store.loadOrCreate("m1", "s1", Role.ASSISTANT);
    assertRefused(404, site.get(stream("s1", "m2")));
    assertRefused(404, site.get(stream("s2", "m1")));
    for (var id : List.of("evt_001", "-", "$", "1-2-3", "%20")) {
      assertRefused(400, site.get(stream("s1", "m1") + "?last_id=" + id));
    }
    try (var wrong = site.follow(stream("s1", "m1"), "evt_001")) {
      assertEquals(400, wrong.status());
    }
  }

  @Test
  void aMessageThatIsDeletedEndsItsStream() throws Exception {
    store.loadOrCreate("m1", "s1", Role.ASSISTANT);
    try (var source = site.follow(stream("s1", "m1"))) {
      source.next();
      store.cleanup("s1", 0);
      assertEquals(
          "the stream is over", assertThrows(EOFException.class, source::next).getMessage());
    }
    assertRefused(404, site.get(stream("s1", "m1")));
  }

  @Test
  void aStreamThatIsClosedBeforeItIsReadIsNoMistake() throws Exception {
    store.loadOrCreate("m1", "s1", Role.ASSISTANT);
    var feed = new MessageFeed(store.subscribe("s1", "m1", "0"));
    feed.close();
    assertTrue(feed.next(RunRoutesTest.nowhere(), Duration.ZERO));
  }

  // ---- the rest

  @Test
  void theServiceSaysWhatItIsAndHowItIs() throws Exception {
    var about = site.get("/").json();
    assertEquals(List.of("name", "version", "docs", "health"), names(about));
    var health = site.get(about.get("health").asString());
    assertEquals(List.of("status", "redis", "timestamp"), names(health.json()));
    assertEquals("healthy", health.text("status"));
    assertEquals("connected", health.text("redis"));
    var routes = site.get(about.get("docs").asString()).json().get("routes").toString();
    assertTrue(routes.contains("\"GET /runs/{run_id}/events/stream\""), routes);
    assertEquals(JsonNull.of(), site.get(SESSIONS + "/" + session()).json().get("user_id"));
  }
}
