package dev.redstart.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.json.Json;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A web server with a few routes of its own, that needs no Redis. */
final class Site implements AutoCloseable {
  /** Kept, because the JDK forgets loggers that nobody keeps. */
  private static final Logger QUIET = Logger.getLogger("dev.redstart.http");

  private static final Duration LIMIT = Duration.ofSeconds(10);

  static {
    QUIET.setLevel(Level.OFF);
  }

  private final HttpClient client = HttpClient.newHttpClient();
  private final WebServer server;

  /** What is told to the followers of {@code /feed}; they see it once. */
  final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  Site(ServiceOptions options) {
    var router =
        new Router()
            .add("GET", "/things/{id}", call -> Response.of(Json.object("id", id(call))))
            .add("POST", "/things", call -> Response.of(201, call.json()))
            .add("GET", "/things", Site::list)
            .add("GET", "/runs/{id}", call -> Response.of(Json.object("id", id(call))))
            .add("GET", "/large/{id}", call -> Response.of(Json.of("x".repeat(number(call)))))
            .add("GET", "/nothing", call -> Response.ofNothing(Map.of()))
            .add("GET", "/bug", Site::bug)
            .add("GET", "/error", Site::error)
            .add("GET", Dispatch.HEALTH, call -> Response.of(Json.object("status", "healthy")))
            .add("GET", "/feed", Response.EVENTS, call -> new Response.Stream(feed()));
    server = WebServer.start(router, options.withPort(0));
  }

  private static String id(Request call) {
    return call.parameter("id");
  }

  private static int number(Request call) {
    return Integer.parseInt(call.parameter("id"));
  }

  private static Response list(Request call) {
    return Response.of(
        Json.object(
            "limit",
            call.query().number("limit", 50, 1, 100),
            "name",
            call.query().value("name").orElse("")));
  }

  private static Response bug(Request call) {
    throw new IllegalStateException("secret of the house");
  }

  private static Response error(Request call) {
    throw new AssertionError("secret of the house");
  }

  private Feed feed() {
    return new Feed() {
      private static final String STOP = "(stop)";

      @Override
      public boolean next(EventWriter out, Duration wait) throws IOException {
        try {
          var text = told.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
          if (text != null && !text.equals(STOP)) {
            if (text.equals("bug")) {
              throw new IllegalStateException("secret of the house");
            }
            out.event("1-0", "told", text.getBytes(UTF_8));
            out.flush();
          }
          return text == null || !text.equals("end");
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }

      @Override
      public void close() {
        told.add(STOP);
      }
    };
  }

  WebServer server() {
    return server;
  }

  int port() {
    return server.uri().getPort();
  }

  RawClient raw() throws IOException {
    return new RawClient(port());
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.uri().resolve(path)).timeout(LIMIT);
  }

  HttpResponse<String> get(String path, String... headers) throws Exception {
    var request = request(path);
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  HttpResponse<String> post(String path, String type, String body) throws Exception {
    var request = request(path).POST(HttpRequest.BodyPublishers.ofString(body));
    return send(type.isEmpty() ? request : request.header("Content-Type", type));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    server.close();
  }
}
