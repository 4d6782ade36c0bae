package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.KeyNames;
import dev.redstart.harness.RedisServer;
import dev.redstart.http.EventSource.Shown;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.message.ContentBlock;
import dev.redstart.message.ContentType;
import dev.redstart.message.Media;
import dev.redstart.message.Message;
import dev.redstart.message.MessageSnapshot;
import dev.redstart.message.MessageStore;
import dev.redstart.message.TaskUpdate;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the two original documents show, over HTTP and on two instances: the four scenarios of
 * messages, and the Python client of runs.
 */
class SeedScenariosTest {
  private static final RedisServer SERVER = RedisServer.shared();
  private static final long LIMIT_SECONDS = 10;
  private static final ServiceOptions OPTIONS =
      ServiceOptions.defaults().withHeartbeat(Duration.ofMillis(50));

  static {
    SERVER.cli("FLUSHALL");
  }

  /** What is to be done with an answer, by whoever answers. */
  private final SynchronousQueue<Consumer<Message>> script = new SynchronousQueue<>();

  private final OneService a = new OneService(SERVER.url(), OPTIONS, this::respond);
  private final OneService b = new OneService(SERVER.url(), OPTIONS, this::respond);
  private final MessageStore storeOfA = MessageStore.of(a.redis);
  private final MessageStore storeOfB = MessageStore.of(b.redis);

  @AfterEach
  void close() {
    storeOfA.close();
    storeOfB.close();
    a.close();
    b.close();
  }

  private void respond(MessageSnapshot question, Message answer) {
    assertTrue(question.isComplete());
    new Thread(() -> answerAsToldTo(answer)).start();
  }

  private void answerAsToldTo(Message answer) {
    try {
      script.poll(LIMIT_SECONDS, TimeUnit.SECONDS).accept(answer);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A conversation that has begun: the ids of the session and of the answer to its question. */
  private record Talk(String session, String question, String answer) {
    String stream() {
      return "/api/v1/sessions/" + session + "/messages/" + answer + "/stream";
    }

    String message() {
      return "/api/v1/messages/" + answer;
    }
  }

  /** At both instances. */
  private Talk ask(String content) throws Exception {
    var opened = a.post("/api/v1/sessions", "user_id", "user_123", "metadata", Json.object());
    assertEquals("active", opened.text("status"));
    var session = opened.text("session_id");
    assertEquals("user_123", b.get("/api/v1/sessions/" + session).text("user_id"));
    var path = "/api/v1/sessions/" + session + "/messages";
    var sent = b.post(path, "content", content, "type", "text", "metadata", Json.object());
    assertEquals(session, sent.text("session_id"));
    return new Talk(session, sent.text("user_message_id"), sent.text("assistant_message_id"));
  }

  private static List<Shown> readAll(EventSource source) throws IOException {
    assertEquals(200, source.status());
    var all = new ArrayList<Shown>();
    try (source) {
      while (true) {
        all.add(source.next());
      }
    } catch (EOFException over) {
      return all;
    }
  }

  private static List<String> names(List<Shown> events) {
    return events.stream().map(Shown::name).toList();
  }

  private static String text(List<Shown> events) {
    var text = new StringBuilder();
    for (var event : events) {
      var delta = Json.parse(event.data()).get("payload").tryGet("delta");
      delta.ifPresent(it -> text.append(it.asString()));
    }
    return text.toString();
  }

  @Test
  void theFirstIsASimpleConversation() throws Exception {
    var talk = ask("你好");
    var reading = a.follow(talk.stream() + "?last_id=0");
    script.put(
        answer -> {
          for (var chunk : List.of("你好", "，", "世界")) {
            answer.appendText(chunk);
          }
          answer.complete();
        });
    var events = readAll(reading);
    assertEquals(
        List.of("message_start", "text_delta", "text_delta", "text_delta", "message_end"),
        names(events));
    assertEquals("你好，世界", text(events));
    var listed = b.get("/api/v1/sessions/" + talk.session + "/messages?limit=50&offset=0");
    assertEquals(2, listed.json().get("count").asInt());
    var texts = listed.json().get("messages").asList().stream().map(it -> it.get("text"));
    assertEquals(List.of(Json.of("你好"), Json.of("你好，世界")), texts.toList());
    assertEquals(talk.question, a.get(talk.message()).text("parent_message_id"));
    assertStoredAsTheOriginalDoes(talk);
    var session = "/api/v1/sessions/" + talk.session;
    assertEquals("closed", b.delete(session).text("status"));
    assertEquals("closed", a.get(session).text("status"));
  }

  /** The document's own commands find what it says. */
  private static void assertStoredAsTheOriginalDoes(Talk talk) {
    var message = KeyNames.key("message:" + talk.answer);
    assertEquals("你好，世界", SERVER.cli("HGET", message, "text"));
    var stream = "stream:session:" + talk.session + ":message:" + talk.answer;
    assertEquals("5", SERVER.cli("XLEN", KeyNames.key(stream)));
    var messages = KeyNames.key("session:" + talk.session + ":messages");
    var index = SERVER.cli("ZRANGE", messages, "0", "-1");
    assertEquals(List.of(talk.question, talk.answer), index.lines().toList());
  }

  @Test
  void theSecondIsATaskInTheBackground() throws Exception {
    var talk = ask("风景画");
    script.put(
        answer -> answer.startTask("task_001", "image_generation", Json.object("prompt", "风景画")));
    try (var reading = a.follow(talk.stream())) {
      var events = new ArrayList<Shown>();
      for (int i = 0; i < 3; i++) {
        events.add(reading.next());
      }
      var pending = b.get(talk.message()).json().get("pending_tasks").get("task_001");
      assertEquals("processing", pending.get("status").asString());
      paint(storeOfB.load(talk.answer).orElseThrow());
      events.addAll(readAll(reading));
      assertEquals(
          List.of(
              "message_start",
              "task_started",
              "content_added",
              "task_progress",
              "task_completed",
              "content_updated",
              "message_end"),
          names(events));
    }
    var block = a.get(talk.message()).json().get("content_blocks").asList().get(0);
    assertEquals("https://example.com/image.jpg", block.get("image").get("url").asString());
    assertFalse(block.get("is_placeholder").asBoolean());
  }

  private static void paint(Message message) {
    message.updateTask("task_001", TaskUpdate.progress(0.5));
    var image = Media.url("https://example.com/image.jpg");
    var result = ContentBlock.of(ContentType.IMAGE, image);
    message.updateTask("task_001", TaskUpdate.completed(result));
    message.complete();
  }

  @Test
  void theThirdIsATaskThatAnotherInstanceTakesFromAList() throws Exception {
    var talk = ask("a film");
    script.put(
        answer -> {
          answer.startTask("task_002", "video_generation");
          var job = Json.object("message_id", answer.id(), "task_id", "task_002").toString();
          a.redis.call("LPUSH", "task_queue", job);
        });
    var working = CompletableFuture.runAsync(this::film);
    var events = readAll(a.follow(talk.stream()));
    working.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    assertEquals("task_completed", names(events).get(3));
    assertEquals("content_updated", names(events).get(4));
    assertEquals("message_end", names(events).get(5));
    var message = b.get(talk.message()).json();
    assertEquals("completed", message.get("tasks").get("task_002").get("status").asString());
    assertEquals(Json.object(), message.get("pending_tasks"));
  }

  private void film() {
    var job = b.redis.call("BRPOP", "task_queue", "10").items().get(1).text();
    var task = Json.parse(job);
    var message = storeOfB.load(task.get("message_id").asString()).orElseThrow();
    var video = Media.url("https://example.com/v.mp4");
    message.updateTask(
        task.get("task_id").asString(),
        TaskUpdate.completed(ContentBlock.of(ContentType.VIDEO, video)));
    message.complete();
  }

  @Test
  void theFourthIsAStreamThatIsCutOffAndAPageThatIsLoadedAgain() throws Exception {
    var talk = ask("tell me");
    var half = new CountDownLatch(1);
    script.put(
        answer -> {
          answer.appendText("half of ");
          answer.appendText("it, ");
          await(half);
          answer.appendText("and the rest");
          answer.complete();
        });
    var before = new ArrayList<Shown>();
    try (var first = a.follow(talk.stream() + "?last_id=0")) {
      assertTrue(first.headers().get("content-type").startsWith("text/event-stream"));
      for (int i = 0; i < 3; i++) {
        before.add(first.next());
      }
    }
    var last = before.get(2);
    var lastId = Json.parse(last.data()).get("event_id").asString();
    assertEquals(last.id(), lastId);
    // A page that was loaded again begins with the whole message.
    var loaded = b.get(talk.message()).json();
    var reloaded = b.follow(talk.stream() + "?last_id=" + loaded.get("last_event_id").asString());
    var byQuery = b.follow(talk.stream() + "?last_id=" + lastId);
    var byHeader = b.follow(talk.stream() + "?last_id=0", lastId);
    half.countDown();
    assertEquals("half of it, and the rest", text(before) + text(readAll(byQuery)));
    assertEquals("half of it, and the rest", text(before) + text(readAll(byHeader)));
    assertEquals("half of it, and the rest", loadedText(loaded) + text(readAll(reloaded)));
    var all = readAll(a.follow(talk.stream()));
    assertEquals("message_end", all.get(all.size() - 1).name());
    try (var after = b.follow(talk.stream(), all.get(all.size() - 1).id())) {
      assertEquals(204, after.status());
    }
  }

  private static String loadedText(JsonValue message) {
    assertFalse(message.get("is_complete").asBoolean());
    return message.get("text").asString();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(LIMIT_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anErrorEndsATask() throws Exception {
    var talk = ask("sing");
    script.put(
        answer -> {
          answer.startTask("task_003", "audio_generation");
          answer.updateTask("task_003", TaskUpdate.failed("no voice"));
          answer.complete();
        });
    var events = readAll(b.follow(talk.stream()));
    assertEquals("task_failed", names(events).get(3));
    var task = a.get(talk.message()).json().get("tasks").get("task_003");
    assertEquals("no voice", task.get("error").asString());
  }

  // ---- the clients of runs

  @Test
  void thePythonClientFollowsARunToItsEnd() throws Exception {
    add(a, 1, "lifecycle", "started", Json.object("task", "分析数据"));
    var following = client(a, "1");
    following.awaitOutput("分析数据");
    add(b, 1, "llm", "stream", Json.object("content", "你好"));
    following.awaitOutput("你好");
    add(a, 1, "llm", "stream", Json.object("content", "second"));
    assertEquals(200, b.post("/runs/1/close", "data", Json.object("result", "ok")).status());
    var seen = List.of("[lifecycle.started]", "[llm.stream]", "[llm.stream]");
    assertEquals(seen, following.names().subList(0, 3));
    assertEquals("[lifecycle.completed]", following.names().get(3));
    assertTrue(following.output().contains("second"));
  }

  @Test
  void thePythonClientGoesOnWhereItWasCutOff() throws Exception {
    add(a, 2, "llm", "stream", Json.of(1));
    var second = add(b, 2, "llm", "stream", Json.of(2));
    add(a, 2, "llm", "reasoning", Json.of(3));
    a.post("/runs/2/close", "status", "failed");
    var following = client(b, "2", second);
    assertEquals(List.of("[llm.reasoning]", "[lifecycle.failed]"), following.names().subList(0, 2));
  }

  private static String add(OneService service, int run, String kind, String action, JsonValue data)
      throws Exception {
    var path = "/runs/" + run + "/events";
    var reply = service.post(path, "category", kind, "action", action, "data", data);
    assertEquals(201, reply.status());
    return reply.text("id");
  }

  private static RunClient client(OneService service, String... arguments) throws IOException {
    return RunClient.start(service.service.uri(), arguments);
  }
}
