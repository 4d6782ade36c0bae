package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.agent.Agents;
import dev.redstart.agent.EchoAgent;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import dev.redstart.message.MessageStore;
import dev.redstart.queue.Worker;
import dev.redstart.redis.Redis;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A service whose messages are answered by agents, on this instance or another. */
class AgentRoutesTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** Kept, because the JDK forgets loggers that nobody keeps. */
  private static final Logger QUIET = Logger.getLogger("dev.redstart.http");

  static {
    QUIET.setLevel(Level.OFF);
  }

  private final HttpClient client = HttpClient.newHttpClient();
  private final Redis redis = Redis.connect(RedisServer.shared().url());
  private final MessageStore store = MessageStore.of(redis);
  private final Agents agents = Agents.of(redis, store);
  private final Service service;

  AgentRoutesTest() {
    RedisServer.shared().cli("FLUSHALL");
    service = Service.start(redis, ServiceOptions.defaults().withPort(0), agents);
  }

  @AfterEach
  void close() {
    service.close();
    store.close();
    redis.close();
  }

  private JsonValue post(int status, String path, JsonObject body) throws Exception {
    var request =
        HttpRequest.newBuilder(service.uri().resolve(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    var reply = client.send(request, BodyHandlers.ofString());
    assertEquals(status, reply.statusCode(), reply.body());
    return Json.parse(reply.body());
  }

  private String session() throws Exception {
    return post(200, "/api/v1/sessions", Json.object()).get("session_id").asString();
  }

  private JsonValue message(String id) throws Exception {
    URI uri = service.uri().resolve("/api/v1/messages/" + id);
    return Json.parse(
        client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body());
  }

  private JsonValue ended(String id) throws Exception {
    Eventually.within(
        LIMIT, "the answer ends", () -> store.load(id).orElseThrow().snapshot().isComplete());
    return message(id);
  }

  @Test
  void aMessageIsAnsweredByAnAgentOfAnyInstance() throws Exception {
    var path = "/api/v1/sessions/" + session() + "/messages";
    var sent = post(200, path, Json.object("content", "good morning"));
    var id = sent.get("assistant_message_id").asString();
    assertFalse(message(id).get("is_complete").asBoolean(), "nobody answers yet");
    try (Worker worker = agents.start(EchoAgent.create())) {
      assertEquals("You said: good morning", ended(id).get("text").asString());
    }
  }

  @Test
  void aTaskIsDoneStepByStep() throws Exception {
    try (Worker worker = agents.start(EchoAgent.create())) {
      for (var workflow : new String[] {"simple", "critic", "planner"}) {
        var body = Json.object("task_description", "draw, then sing", "workflow", workflow);
        var task = post(200, "/api/v1/sessions/" + session() + "/tasks", body);
        assertTrue(task.get("task_id").asString().startsWith("task_"));
        assertEquals("processing", task.get("status").asString());
        var answer = ended(task.get("message_id").asString());
        assertFalse(answer.get("text").asString().isEmpty(), workflow);
      }
    }
  }

  @Test
  void anAnswerIsStoppedFromAnotherInstance() throws Exception {
    var slow = EchoAgent.create().withPause(Duration.ofMillis(50));
    try (Worker worker = agents.start(slow)) {
      var path = "/api/v1/sessions/" + session() + "/messages";
      var sent = post(200, path, Json.object("content", "a long answer, please"));
      var id = sent.get("assistant_message_id").asString();
      Eventually.within(
          LIMIT, "it begins", () -> !store.load(id).orElseThrow().snapshot().text().isEmpty());
      var said = post(200, "/api/v1/messages/" + id + "/cancel", Json.object());
      assertEquals("cancelled", said.get("status").asString());
      var text = message(id).get("text").asString();
      assertEquals(text, ended(id).get("text").asString(), "nothing comes any more");
      post(200, "/api/v1/messages/" + id + "/cancel", Json.object());
    }
  }

  @Test
  void whatIsNoTaskIsRefused() throws Exception {
    var tasks = "/api/v1/sessions/" + session() + "/tasks";
    post(400, tasks, Json.object());
    post(400, tasks, Json.object("task_description", " "));
    post(400, tasks, Json.object("task_description", 7));
    post(400, tasks, Json.object("task_description", "x", "workflow", "dance"));
    post(400, tasks, Json.object("task_description", "x", "max_iterations", 0));
    post(400, tasks, Json.object("task_description", "x", "max_iterations", 101));
    post(400, tasks, Json.object("task_description", "x", "max_iterations", 1.5));
    post(400, tasks, Json.object("task_description", "x", "max_iterations", "three"));
    post(404, "/api/v1/sessions/nobody/tasks", Json.object("task_description", "x"));
    post(404, "/api/v1/messages/nothing/cancel", Json.object());
  }
}
