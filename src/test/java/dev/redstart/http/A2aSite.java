package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.a2a.AgentCard;
import dev.redstart.a2a.MemoryTaskManager;
import dev.redstart.a2a.RedisTaskManager;
import dev.redstart.a2a.TaskManager;
import dev.redstart.a2a.TaskOptions;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.Redis;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A service of one agent, and a client of it. */
final class A2aSite implements AutoCloseable {
  static final String RPC = "/a2a";
  static final String REST = "/a2a/rest";
  static final String CARD = "/.well-known/agent-card.json";

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** Kept, because the JDK forgets loggers that nobody keeps. */
  private static final Logger QUIET = Logger.getLogger("dev.redstart");

  static {
    QUIET.setLevel(Level.OFF);
  }

  final Speaker speaker = new Speaker();
  final TaskManager manager;
  final Service service;

  A2aSite() {
    this(options -> options, endpoint -> endpoint);
  }

  A2aSite(UnaryOperator<ServiceOptions> options, UnaryOperator<A2aEndpoint> endpoint) {
    manager = MemoryTaskManager.of(speaker, TaskOptions.defaults().withInternalPushes());
    service = start(manager, options, endpoint);
  }

  /** One of several services whose tasks are in the same Redis. */
  A2aSite(Redis redis) {
    manager = RedisTaskManager.of(redis, speaker);
    service = Service.start(redis, options(manager, endpoint -> endpoint));
  }

  /** With a manager that does what it is told, and never what the speaker would. */
  A2aSite(TaskManager manager) {
    this.manager = manager;
    service = start(manager, options -> options, endpoint -> endpoint);
  }

  static AgentCard card() {
    return AgentCard.of("Speaker", "Says what it is told to", "1.0.0");
  }

  private static Service start(
      TaskManager manager,
      UnaryOperator<ServiceOptions> change,
      UnaryOperator<A2aEndpoint> endpoint) {
    return Service.start(change.apply(options(manager, endpoint)));
  }

  private static ServiceOptions options(TaskManager manager, UnaryOperator<A2aEndpoint> endpoint) {
    return ServiceOptions.defaults()
        .withPort(0)
        .withHeartbeat(Duration.ofMillis(50))
        .withA2a(endpoint.apply(A2aEndpoint.of(manager, card())));
  }

  int port() {
    return service.uri().getPort();
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(service.uri().resolve(path)).timeout(LIMIT);
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path, String... headers) throws Exception {
    var request = request(path);
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    var request = request(path).header("Content-Type", "application/json");
    return send(
        (headers.length == 0 ? request : request.headers(headers))
            .POST(BodyPublishers.ofString(body)));
  }

  HttpResponse<String> delete(String path) throws Exception {
    return send(request(path).DELETE());
  }

  /** The body of an answer with this status. */
  static JsonValue json(int status, HttpResponse<String> response) {
    assertEquals(status, response.statusCode(), response.body());
    return Json.parse(response.body());
  }

  /** A whole answer. */
  JsonValue call(String method, JsonObject params) throws Exception {
    return json(200, post(RPC, envelope(method, params)));
  }

  static String envelope(String method, JsonObject params) {
    return Json.object("jsonrpc", "2.0", "id", 1, "method", method, "params", params).toString();
  }

  /** The result, where there must be one. */
  JsonValue result(String method, JsonObject params) throws Exception {
    var reply = call(method, params);
    assertEquals(Json.of("2.0"), reply.get("jsonrpc"));
    return reply
        .tryGet("result")
        .orElseThrow(() -> new AssertionError(method + " is answered " + reply));
  }

  /** The error's code, where there must be one. */
  int error(String method, JsonObject params) throws Exception {
    var reply = call(method, params);
    return reply
        .tryGet("error")
        .orElseThrow(() -> new AssertionError(method + " is answered " + reply))
        .get("code")
        .asInt();
  }

  static JsonObject message(String id, String text) {
    return Json.object(
        "messageId", id, "role", "ROLE_USER", "parts", Json.array(Json.object("text", text)));
  }

  /** What says this for the first time. */
  static JsonObject saying(String text) {
    return Json.object("message", message("m-" + System.nanoTime(), text));
  }

  /** The same in 0.3. */
  static JsonObject saying03(String text) {
    return Json.object(
        "message",
        Json.object(
            "kind",
            "message",
            "messageId",
            "m-" + System.nanoTime(),
            "role",
            "user",
            "parts",
            Json.array(Json.object("kind", "text", "text", text))));
  }

  /** The id of a task that was made by saying this. */
  String task(String text) throws Exception {
    var params =
        Json.object(
            "message",
            message("m-" + System.nanoTime(), text),
            "configuration",
            Json.object("returnImmediately", true));
    return result("SendMessage", params).get("task").get("id").asString();
  }

  EventSource stream(String method, JsonObject params, String... headers) throws IOException {
    return EventSource.post(port(), RPC, envelope(method, params), headers);
  }

  @Override
  public void close() {
    service.close();
    manager.close();
  }
}
