package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.redstart.agent.AgentOptions;
import dev.redstart.agent.EchoAgent;
import dev.redstart.event.EventOptions;
import dev.redstart.event.EventStore;
import dev.redstart.event.RunEnd;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.KeyNames;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.message.ContentBlock;
import dev.redstart.message.ContentType;
import dev.redstart.message.MessageOptions;
import dev.redstart.message.MessageStore;
import dev.redstart.message.Role;
import dev.redstart.redis.Redis;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Nothing stays in Redis for ever. */
class LastingKeysTest {
  private static final RedisServer SERVER = RedisServer.shared();
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final AgentOptions AGENTS = AgentOptions.defaults().withGrace(Duration.ZERO);

  private static void read(int port, String path) throws IOException {
    try (var source = EventSource.open(port, path)) {
      while (true) {
        source.next();
      }
    } catch (EOFException over) {
      // To the end.
    }
  }

  private static Set<String> keys() {
    return new TreeSet<>(SERVER.cli("KEYS", "*").lines().filter(key -> !key.isBlank()).toList());
  }

  private static Set<String> lasting() {
    var keys = keys();
    keys.removeIf(key -> !SERVER.cli("PTTL", key).equals("-1"));
    return keys;
  }

  @Test
  void whatSessionsMessagesTasksAndRunsLeaveHasATimeToLive() throws Exception {
    SERVER.cli("FLUSHALL");
    try (var a = new Instance(SERVER, AGENTS);
        var b = new Instance(SERVER, AGENTS)) {
      try (var worker = b.agents.start(EchoAgent.create())) {
        read(a.port(), a.ask("think about an image").stream());
        read(b.port(), a.ask("fail").stream());
        var stopped = a.ask("a long one");
        b.post(stopped.message() + "/cancel", Json.object());
        for (var workflow : new String[] {"simple", "critic", "planner"}) {
          work(a, b, workflow);
        }
      }
      var runs = EventStore.of(a.redis);
      runs.add("1", "llm", "stream", Json.object());
      runs.close("1", RunEnd.COMPLETED);
      runs.add("2", "llm", "stream", Json.object());
      runs.open("3", Duration.ofSeconds(1)).close();
      read(a.port(), "/runs/1/events/stream");
    }
    assertFalse(keys().isEmpty());
    assertEquals(Set.of(), lasting());
  }

  private static void work(Instance a, Instance b, String workflow) throws IOException {
    var session = a.post("/api/v1/sessions", Json.object()).get("session_id").asString();
    var body = Json.object("task_description", "draw, then sing", "workflow", workflow);
    var task = b.post("/api/v1/sessions/" + session + "/tasks", body);
    var id = task.get("message_id").asString();
    read(a.port(), "/api/v1/sessions/" + session + "/messages/" + id + "/stream");
    a.post("/api/v1/sessions", Json.object());
  }

  @Test
  void afterTheirTimeNothingIsLeftButThatARunHasBeenThere() throws Exception {
    SERVER.cli("FLUSHALL");
    var options =
        MessageOptions.defaults()
            .withTtl(SHORT)
            .withContentTtl(SHORT.multipliedBy(2))
            .withSessionTtl(SHORT);
    var kept = EventOptions.defaults().withTtl(SHORT).withTtlAfterEnd(SHORT);
    try (var one = new OneService(SERVER.url());
        var redis = Redis.connect(SERVER.url());
        var store = MessageStore.of(redis, options)) {
      var session = store.createSession(Optional.empty(), Json.object()).sessionId();
      var message = store.loadOrCreate("m", session, Role.ASSISTANT);
      message.appendText("some");
      message.addContent(ContentBlock.of(ContentType.CODE, "x".repeat(20_000)));
      message.startTask("t", "image_generation");
      message.complete();
      read(one.port(), "/api/v1/sessions/" + session + "/messages/m/stream");
      var runs = EventStore.of(redis, kept);
      runs.add("1", "llm", "stream", Json.object());
      runs.close("1", RunEnd.COMPLETED);
      runs.add("2", "llm", "stream", Json.object());
      read(one.port(), "/runs/1/events/stream");
      assertEquals(200, one.get("/runs/2/events").status());
      var left = Set.copyOf(KeyNames.keys("{run:1:events}:meta", "{run:2:events}:meta"));
      Eventually.within(LIMIT, "only that is left: " + left, () -> keys().equals(left));
      assertEquals(Set.of(), lasting());
      assertEquals(410, one.get("/runs/1/events").status());
      assertEquals(404, one.get("/api/v1/messages/m").status());
      assertEquals(404, one.get("/api/v1/sessions/" + session).status());
      assertEquals(left, keys());
    }
  }
}
