package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.agent.Agent;
import dev.redstart.agent.Agents;
import dev.redstart.event.EventStore;
import dev.redstart.event.RunEnd;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import dev.redstart.message.MessageStore;
import dev.redstart.queue.TaskQueue;
import dev.redstart.queue.Worker;
import dev.redstart.redis.Redis;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A request that is repeated with its Idempotency-Key does nothing again, at any instance. */
class IdempotencyTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Redis redis = Redis.connect(RedisServer.shared().url());
  private final MessageStore store = MessageStore.of(redis);
  private final EventStore events = EventStore.of(redis);
  private final Agents agents = Agents.of(redis, store);
  private final AtomicInteger answered = new AtomicInteger();
  private final List<Service> services = new ArrayList<>();
  private final Worker worker;
  private final String session;

  IdempotencyTest() {
    RedisServer.shared().cli("FLUSHALL");
    var options = ServiceOptions.defaults().withPort(0).withoutAccessLog();
    services.add(Service.start(redis, options, agents));
    services.add(Service.start(redis, options, agents));
    Agent agent =
        (prompt, answer) -> {
          answered.incrementAndGet();
          answer.text("Yes");
        };
    worker = agents.start(agent);
    session = session();
  }

  private String session() {
    return store.createSession(Optional.empty(), Json.object()).sessionId();
  }

  @AfterEach
  void close() {
    worker.close();
    services.forEach(Service::close);
    store.close();
    redis.close();
  }

  private CompletableFuture<HttpResponse<String>> send(
      int instance, String path, String key, JsonObject body) {
    var request =
        HttpRequest.newBuilder(services.get(instance).uri().resolve(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    if (!key.isEmpty()) {
      request.header("Idempotency-Key", key);
    }
    return client.sendAsync(request.build(), BodyHandlers.ofString());
  }

  private JsonValue post(int status, String path, String key, JsonObject body) {
    var reply = send(0, path, key, body).join();
    assertEquals(status, reply.statusCode(), reply.body());
    return Json.parse(reply.body());
  }

  private static String messages(String session) {
    return "/api/v1/sessions/" + session + "/messages";
  }

  private void awaitEnd(String messageId) {
    Eventually.within(
        LIMIT, "it is answered", () -> store.load(messageId).orElseThrow().snapshot().isComplete());
    Eventually.within(
        LIMIT, "nothing is left", () -> TaskQueue.of(redis, "agent:messages").size() == 0);
  }

  @Test
  void aMessageIsSentOnceHoweverOftenAndWhereverItIsRepeated() {
    var body = Json.object("content", "Hello", "metadata", Json.object("a", 1));
    var first = post(200, messages(session), "key", body);
    var id = first.get("assistant_message_id").asString();
    awaitEnd(id);
    assertEquals(first, post(200, messages(session), "\"key\"", body));
    assertEquals(200, send(1, messages(session), "key", body).join().statusCode());
    awaitEnd(id);
    assertEquals(1, answered.get());
    assertEquals(2, store.sessionMessages(session, 10, 0).size());
    assertNotEquals(first, post(200, messages(session), "", body));
    assertNotEquals(first, post(200, messages(session), "other", body));
    assertNotEquals(first, post(200, messages(session()), "key", body));
  }

  @Test
  void allAtOnceGetTheSameAnswer() {
    var body = Json.object("content", "Hello");
    var replies = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (int i = 0; i < 20; i++) {
      replies.add(send(i % 2, messages(session), "key", body));
    }
    var said = replies.stream().map(reply -> reply.join().body()).distinct().toList();
    assertEquals(1, said.size(), said::toString);
    awaitEnd(Json.parse(said.get(0)).get("assistant_message_id").asString());
    assertEquals(1, answered.get());
    assertEquals(2, store.sessionMessages(session, 10, 0).size());
  }

  @Test
  void withAnotherBodyItIsRefused() {
    post(200, messages(session), "key", Json.object("content", "Hello"));
    for (var other :
        List.of(
            Json.object("content", "Hello!"),
            Json.object("content", "Hell"),
            Json.object("content", "Hello", "type", "code"),
            Json.object("content", "Hello", "metadata", Json.object("a", 1)))) {
      var refused = post(422, messages(session), "key", other);
      assertTrue(refused.get("detail").asString().contains("Idempotency-Key"));
    }
    assertEquals(2, store.sessionMessages(session, 10, 0).size());
  }

  @Test
  void whateverItHas() {
    var metadata = Json.parse("{\"a\":1.0,\"b\":1e3,\"c\":[null,true,{\"é\\u0001\":-0}],\"d\":{}}");
    var large = "x".repeat(20_000);
    int n = 0;
    for (var body :
        List.of(
            Json.object("content", "é😀\n", "metadata", metadata),
            Json.object("content", large),
            Json.object("content", large, "type", "code"),
            Json.object("content", "http://localhost/a.png", "type", "image"),
            Json.object("content", "{}", "type", "json"))) {
      var first = post(200, messages(session), "key" + ++n, body);
      assertEquals(first, post(200, messages(session), "key" + n, body));
    }
    assertEquals(2 * n, store.sessionMessages(session, 100, 0).size());
  }

  @Test
  void aTaskIsRunOnce() {
    var path = "/api/v1/sessions/" + session + "/tasks";
    var body = Json.object("task_description", "This");
    var first = post(200, path, "key", body);
    awaitEnd(first.get("message_id").asString());
    assertEquals(first, post(200, path, "key", body));
    awaitEnd(first.get("message_id").asString());
    assertEquals(1, answered.get());
    assertEquals(2, store.sessionMessages(session, 10, 0).size());
    post(422, path, "key", Json.object("task_description", "That"));
    post(422, path, "key", Json.object("task_description", "This", "max_iterations", 9));
    post(422, path, "key", Json.object("task_description", "This", "workflow", "critic"));
    assertNotEquals(first, post(200, path, "", body));
  }

  @Test
  void anEventIsAddedOnce() {
    var path = "/runs/7/events";
    var body = Json.object("category", "llm", "action", "stream", "data", Json.object("a", 1.5));
    var first = post(201, path, "key", body);
    assertEquals(first, post(201, path, "key", body));
    assertEquals(first.toString(), send(1, path, "key", body).join().body());
    assertEquals(1, events.length("7"));
    var refused = post(422, path, "key", Json.object("category", "llm", "action", "end"));
    assertEquals("IDEMPOTENCY_KEY_REUSED", refused.get("code").asString());
    post(201, "/runs/8/events", "key", body);
    post(201, path, "other", body);
    assertEquals(2, events.length("7"));
    events.close("7", RunEnd.COMPLETED);
    assertEquals(first, post(201, path, "key", body));
    post(409, path, "new", body);
  }

  @Test
  void aKeyHasAForm() {
    for (var key : List.of("a b", "\"\"", "a\"b", "x".repeat(256))) {
      post(400, messages(session), key, Json.object("content", "Hello"));
      post(400, "/runs/7/events", key, Json.object("category", "a", "action", "b"));
    }
    assertEquals(0, store.sessionMessages(session, 10, 0).size());
  }
}
