package dev.redstart.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.agent.AgentOptions;
import dev.redstart.agent.Agents;
import dev.redstart.agent.EchoAgent;
import dev.redstart.http.Service;
import dev.redstart.http.ServiceOptions;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import dev.redstart.message.MessageStore;
import dev.redstart.queue.TaskQueue;
import dev.redstart.queue.Worker;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Redis;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * The other half of the demo: an agent's answer is streamed through the service to a reader that is
 * cut off in the middle, and goes on.
 */
final class Conversation implements AutoCloseable {
  private static final String API = "/api/v1/sessions";

  /** The agent says that twenty times. */
  private static final String QUESTION = "Tell me a long story, word by word.";

  private static final int DELTAS_BEFORE_CUT = 30;
  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final int LIMIT_MILLIS = 15_000;

  private final Redis redis;
  private final BiConsumer<String, String> timeline;
  private final String queue = "demo:" + UUID.randomUUID();
  private final MessageStore store;
  private final Worker worker;
  private final Service service;
  private final StringBuilder heard = new StringBuilder();
  private String session = "";
  private String lastId = "";
  private boolean ended;

  /**
   * @param timeline is told who did what
   */
  Conversation(Redis redis, BiConsumer<String, String> timeline) {
    this.redis = redis;
    this.timeline = timeline;
    this.store = MessageStore.of(redis);
    var agents = Agents.of(redis, store, AgentOptions.defaults().withQueue(queue));
    this.worker = agents.start(EchoAgent.create().withPause(PAUSE));
    var options = ServiceOptions.defaults().withPort(0).withoutAccessLog();
    this.service = Service.start(redis, options, agents);
  }

  /**
   * The answer as the reader got it, in two pieces.
   *
   * @throws IllegalStateException if that is not what the message says in the end
   */
  String play() throws IOException {
    session = post(API, Json.object()).get("session_id").asString();
    var sent = post(API + "/" + session + "/messages", Json.object("content", QUESTION));
    var answer = sent.get("assistant_message_id").asString();
    timeline.accept("user", "asks an agent, through the service");
    var stream = API + "/" + session + "/messages/" + answer + "/stream";
    follow(stream, DELTAS_BEFORE_CUT);
    timeline.accept("reader", "is cut off after " + heard.length() + " characters");
    follow(stream, Integer.MAX_VALUE);
    timeline.accept("reader", "came back, and has " + heard.length() + " characters");
    var text = get("/api/v1/messages/" + answer).get("text").asString();
    if (!ended || !text.contentEquals(heard)) {
      throw new IllegalStateException("the reader has " + heard + " instead of " + text);
    }
    return text;
  }

  /** Reads the stream until so many pieces of text have come, or its end. */
  private void follow(String path, int deltasMax) throws IOException {
    var connection = open(path);
    if (!lastId.isEmpty()) {
      connection.setRequestProperty("Last-Event-ID", lastId);
    }
    try (var lines =
        new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8))) {
      int deltas = 0;
      for (var line = lines.readLine(); line != null && deltas < deltasMax; ) {
        deltas += line.startsWith("data:") && hear(Json.parse(line.substring(5).strip())) ? 1 : 0;
        line = lines.readLine();
      }
    } finally {
      connection.disconnect();
    }
  }

  /** Whether it was a piece of text. */
  private boolean hear(JsonValue event) {
    lastId = event.get("event_id").asString();
    var type = event.get("event_type").asString();
    ended |= type.equals("message_end");
    if (type.equals("text_delta")) {
      heard.append(event.get("payload").get("delta").asString());
    }
    return type.equals("text_delta");
  }

  private HttpURLConnection open(String path) throws IOException {
    var connection = (HttpURLConnection) service.uri().resolve(path).toURL().openConnection();
    connection.setReadTimeout(LIMIT_MILLIS);
    return connection;
  }

  private JsonValue post(String path, JsonObject body) throws IOException {
    var connection = open(path);
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/json");
    connection.getOutputStream().write(Json.toBytes(body));
    return Json.parse(connection.getInputStream().readAllBytes());
  }

  private JsonValue get(String path) throws IOException {
    return Json.parse(open(path).getInputStream().readAllBytes());
  }

  @Override
  public void close() {
    service.close();
    worker.close();
    TaskQueue.of(redis, queue).clear();
    if (!session.isEmpty()) {
      store.cleanup(session, 0);
      // What a session is called stays for a week otherwise.
      redis.call(Keys.unlink("session:" + redis.tag(session)));
    }
    store.close();
  }
}
