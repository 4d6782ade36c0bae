package dev.redstart.http;

import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisOptions;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A service on a Redis, with a client of each. */
final class OneService implements AutoCloseable {
  /** Kept, because the JDK forgets loggers that nobody keeps. */
  private static final Logger QUIET = Logger.getLogger("dev.redstart.http");

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  static {
    QUIET.setLevel(Level.OFF);
  }

  final Redis redis;
  final Service service;

  /** What came back; the body as JSON, empty if there is none. */
  record Reply(int status, JsonValue json, HttpResponse<String> response) {
    String text(String name) {
      return json.get(name).asString();
    }
  }

  OneService(String url) {
    // A short heartbeat: so it is soon noticed that a test has left.
    this(
        url,
        ServiceOptions.defaults().withHeartbeat(Duration.ofMillis(50)),
        (question, answer) -> {});
  }

  OneService(String url, ServiceOptions options, Responder responder) {
    // Shorter than by default: a test waits for it.
    redis = Redis.connect(RedisOptions.of(url).withTimeout(Duration.ofSeconds(2)));
    service = Service.start(redis, options.withPort(0), responder);
  }

  static OneService onEmpty(RedisServer server) {
    server.cli("FLUSHALL");
    return new OneService(server.url());
  }

  int port() {
    return service.uri().getPort();
  }

  Reply get(String path) throws Exception {
    return send(request(path));
  }

  Reply post(String path, Object... namesAndValues) throws Exception {
    return post(path, Json.object(namesAndValues).toString());
  }

  Reply post(String path, String body) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  Reply delete(String path) throws Exception {
    return send(request(path).DELETE());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(service.uri().resolve(path)).timeout(LIMIT);
  }

  private static Reply send(HttpRequest.Builder request) throws Exception {
    var response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    var body = response.body().isEmpty() ? "{}" : response.body();
    return new Reply(response.statusCode(), Json.parse(body), response);
  }

  EventSource follow(String path) throws IOException {
    return EventSource.open(port(), path);
  }

  EventSource follow(String path, String lastId) throws IOException {
    return EventSource.open(port(), path, lastId);
  }

  @Override
  public void close() {
    service.close();
    redis.close();
  }
}
