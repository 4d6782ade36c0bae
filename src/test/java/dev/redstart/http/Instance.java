package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.agent.AgentOptions;
import dev.redstart.agent.Agents;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import dev.redstart.message.MessageStore;
import dev.redstart.redis.Redis;
import java.io.IOException;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A service whose messages are answered by agents, here if one is started, or elsewhere. */
final class Instance implements AutoCloseable {
  /** Kept, because the JDK forgets loggers that nobody keeps. */
  private static final Logger QUIET = Logger.getLogger("dev.redstart.http");

  static {
    QUIET.setLevel(Level.OFF);
  }

  final Redis redis;
  final MessageStore store;
  final Agents agents;
  final Service service;

  Instance(RedisServer server, AgentOptions options) {
    redis = Redis.connect(server.url());
    store = MessageStore.of(redis);
    agents = Agents.of(redis, store, options);
    // A short heartbeat: so it is soon noticed that a reader has left.
    var quick = ServiceOptions.defaults().withPort(0).withHeartbeat(Duration.ofMillis(50));
    service = Service.start(redis, quick, agents);
  }

  int port() {
    return service.uri().getPort();
  }

  JsonValue post(String path, JsonObject body) throws IOException {
    var text = body.toString();
    try (var client = new RawClient(port())) {
      client.send("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
      client.send("Content-Type: application/json\r\nContent-Length: " + text.length());
      var reply = client.send("\r\n\r\n" + text).reply();
      assertEquals(200, reply.status(), reply.body());
      return Json.parse(reply.body());
    }
  }

  JsonValue get(String path) throws IOException {
    try (var client = new RawClient(port())) {
      return Json.parse(client.get(path).body());
    }
  }

  /** A question in a session of its own; gives the answer's path below the session's. */
  Asked ask(String question) throws IOException {
    var session = post("/api/v1/sessions", Json.object()).get("session_id").asString();
    var path = "/api/v1/sessions/" + session + "/messages";
    var id = post(path, Json.object("content", question)).get("assistant_message_id").asString();
    return new Asked("/api/v1/messages/" + id, path + "/" + id + "/stream");
  }

  /** Where the answer is, and where it can be followed. */
  record Asked(String message, String stream) {}

  @Override
  public void close() {
    service.close();
    store.close();
    redis.close();
  }
}
