package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonString;
import dev.redstart.redis.Redis;
import java.io.EOFException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What holds for all of the service holds for an agent, too: limits, doors, and an end. */
class A2aServiceTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static JsonObject id(String task) {
    return Json.object("id", task);
  }

  @Test
  void anAgentNeedsNoRedis() throws Exception {
    try (var site = new A2aSite()) {
      var health = A2aSite.json(200, site.get("/api/v1/health"));
      assertEquals("healthy", health.get("status").asString());
      assertEquals("unused", health.get("redis").asString());
      assertEquals(404, site.get("/runs").statusCode());
      assertEquals(404, site.get("/api/v1/sessions/x").statusCode());
      var routes = A2aSite.json(200, site.get("/docs")).get("routes").asList();
      assertTrue(routes.contains(JsonString.of("POST /a2a/rest/message:send")), routes.toString());
    }
    var none = ServiceOptions.defaults();
    assertThrows(IllegalArgumentException.class, () -> Service.start(none));
  }

  @Test
  void anAgentStandsBesideAllElse() throws Exception {
    try (var site = new A2aSite();
        var redis = Redis.connect(RedisServer.shared().url());
        var service = Service.start(redis, options(site))) {
      var uri = service.uri();
      for (var path : new String[] {"/runs", A2aSite.REST + "/tasks", A2aSite.CARD}) {
        var absolute = uri.resolve(path).toString();
        assertEquals(200, site.get(absolute).statusCode(), path);
      }
    }
  }

  private static ServiceOptions options(A2aSite site) {
    var endpoint = A2aEndpoint.of(site.manager, A2aSite.card());
    return ServiceOptions.defaults().withPort(0).withA2a(endpoint);
  }

  // ---- limits

  @Test
  void aBodyThatIsTooLargeIsRefused() throws Exception {
    try (var site = new A2aSite(options -> options.withBodyMax(1000), it -> it)) {
      var large = A2aSite.saying("x".repeat(2000));
      var refused =
          A2aSite.json(413, site.post(A2aSite.RPC, A2aSite.envelope("SendMessage", large)));
      assertEquals(-32600, refused.get("error").get("code").asInt());
      assertEquals("null", refused.get("id").toString());
      var rest = A2aSite.json(413, site.post(A2aSite.REST + "/message:send", large.toString()));
      assertEquals("RESOURCE_EXHAUSTED", rest.get("error").get("status").asString());
      site.result("SendMessage", A2aSite.saying("hello"));
    }
  }

  /** A message whose stream nobody could be given is not worked on. */
  @Test
  void tooManyStreamsAreRefusedBeforeTheyBegin() throws Exception {
    try (var site = new A2aSite(options -> options.withStreamsMax(2), it -> it)) {
      var task = site.task("hold");
      try (var one = site.stream("SubscribeToTask", id(task));
          var two = site.stream("SubscribeToTask", id(task))) {
        assertEquals(200, one.status());
        assertEquals(200, two.status());
        Eventually.within(LIMIT, "both are there", () -> site.service.followers() == 2);
        try (var three = site.stream("SendStreamingMessage", A2aSite.saying("hello"))) {
          assertEquals(503, three.status());
          assertTrue(three.headers().containsKey("retry-after"));
          var refused = Json.parse(three.body());
          assertEquals(Json.of(1), refused.get("id"));
          assertEquals(-32603, refused.get("error").get("code").asInt());
        }
        var path = A2aSite.REST + "/tasks/" + task + ":subscribe";
        assertEquals(503, site.get(path).statusCode());
        assertEquals(1, site.result("ListTasks", Json.object()).get("totalSize").asInt());
      }
      Eventually.within(LIMIT, "both have left", () -> site.service.followers() == 0);
      site.stream("SubscribeToTask", id(task)).close();
    }
  }

  // ---- doors

  @Test
  void aPageOfAnotherOriginMayBeLetIn() throws Exception {
    var origin = "https://example.org";
    try (var site = new A2aSite(options -> options.withOrigins(origin), it -> it)) {
      for (var path : new String[] {A2aSite.RPC, A2aSite.CARD, A2aSite.REST + "/tasks/t:cancel"}) {
        var asked =
            site.request(path)
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST");
        var headers = site.send(asked).headers();
        assertEquals(origin, headers.firstValue("Access-Control-Allow-Origin").orElse(""), path);
        var allowed = Set.of(headers.firstValue("Access-Control-Allow-Headers").get().split(", "));
        assertTrue(allowed.containsAll(Set.of("A2A-Version", "A2A-Extensions", "Last-Event-ID")));
      }
      var card = site.get(A2aSite.CARD, "Origin", origin).headers();
      assertEquals(origin, card.firstValue("Access-Control-Allow-Origin").orElse(""));
      assertTrue(String.join(",", card.allValues("Vary")).contains("Origin"));
      var stranger = site.get(A2aSite.CARD, "Origin", "https://example.com").headers();
      assertTrue(stranger.firstValue("Access-Control-Allow-Origin").isEmpty());
    }
  }

  @Test
  void aBrowserShowsItsTokenInTheQuery() throws Exception {
    try (var site = new A2aSite(options -> options.withToken("secret"), it -> it)) {
      var path = A2aSite.REST + "/tasks?access_token=";
      assertEquals(200, site.get(path + "secret").statusCode());
      assertEquals(401, site.get(path + "guess").statusCode());
      var call = A2aSite.envelope("ListTasks", Json.object());
      assertEquals(401, site.post(A2aSite.RPC + "?access_token=secret", call).statusCode());
    }
  }

  // ---- the end

  @Test
  void followersOfAServiceThatStopsAreToldToComeBack() throws Exception {
    try (var site = new A2aSite()) {
      var task = site.task("hold");
      try (var stream = site.stream("SubscribeToTask", id(task))) {
        stream.next();
        site.service.close();
        assertThrows(EOFException.class, stream::next);
        assertTrue(stream.retryMillis() >= 200, "it is told when");
      }
      site.speaker.steps.release(3);
      Eventually.within(
          LIMIT,
          "the task goes on",
          () -> site.manager.onGetTask(task, OptionalInt.of(0)).state().isTerminal());
    }
  }

  @Test
  void whoeverWaitsForAnAnswerIsNotWaitedForLongerThanTheGrace() throws Exception {
    var grace = Duration.ofMillis(100);
    try (var site = new A2aSite(options -> options.withGrace(grace), it -> it)) {
      var call = A2aSite.envelope("SendMessage", A2aSite.saying("hold"));
      var waiting = CompletableFuture.runAsync(() -> quietly(site, call));
      Eventually.within(
          LIMIT,
          "it has begun",
          () -> site.result("ListTasks", Json.object()).get("totalSize").asInt() == 1);
      long start = System.nanoTime();
      site.service.close();
      assertTrue(System.nanoTime() - start < Duration.ofSeconds(5).toNanos());
      waiting.get(10, TimeUnit.SECONDS);
      assertFalse(site.speaker.canceled.await(0, TimeUnit.SECONDS), "the agent goes on");
      site.speaker.steps.release(3);
    }
  }

  private static void quietly(A2aSite site, String call) {
    try {
      site.post(A2aSite.RPC, call);
    } catch (Exception cut) {
      // The service has stopped.
    }
  }

  @Test
  void nothingIsLeft() throws Exception {
    new A2aSite().close(); // what is loaded once
    var before = Leftovers.since(RedisServer.shared());
    for (int i = 0; i < 3; i++) {
      try (var site = new A2aSite()) {
        var task = site.task("hold");
        var streams = new ArrayList<EventSource>();
        for (int k = 0; k < 20; k++) {
          streams.add(site.stream("SubscribeToTask", id(task)));
          streams.get(k).next();
        }
        for (var stream : streams) {
          stream.close();
        }
        site.result("SendMessage", A2aSite.saying("hello"));
        site.result("CancelTask", id(task));
      }
    }
    Eventually.within(LIMIT, "all is gone", before::areNone);
  }
}
