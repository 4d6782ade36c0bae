package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.a2a.A2AError;
import dev.redstart.a2a.AgentCard.Capabilities;
import dev.redstart.a2a.AgentCard.Extension;
import dev.redstart.a2a.TaskManager;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a client hears when something is refused, or goes wrong. */
class A2aErrorTest {
  private static final Map<String, JsonObject> CALLS = new TreeMap<>();

  static {
    var id = Json.object("id", "t");
    var push = Json.object("taskId", "t", "id", "c", "url", "https://example.org/");
    CALLS.put("SendMessage", A2aSite.saying("hello"));
    CALLS.put("SendStreamingMessage", A2aSite.saying("hello"));
    CALLS.put("GetTask", id);
    CALLS.put("ListTasks", Json.object());
    CALLS.put("CancelTask", id);
    CALLS.put("SubscribeToTask", id);
    CALLS.put("CreateTaskPushNotificationConfig", push);
    CALLS.put("GetTaskPushNotificationConfig", push);
    CALLS.put("ListTaskPushNotificationConfigs", push);
    CALLS.put("DeleteTaskPushNotificationConfig", push);
  }

  /** Does nothing but that. */
  private static TaskManager failing(Supplier<? extends Throwable> failure) {
    return (TaskManager)
        Proxy.newProxyInstance(
            TaskManager.class.getClassLoader(),
            new Class<?>[] {TaskManager.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                return null;
              }
              throw failure.get();
            });
  }

  // ---- what the manager refuses, in each binding

  @Test
  void everyErrorHasItsCodeInVersion10() throws Exception {
    for (var error : A2AError.values()) {
      try (var site = new A2aSite(failing(() -> error.because("so it is")))) {
        for (var call : CALLS.entrySet()) {
          var told = site.call(call.getKey(), call.getValue()).get("error");
          assertEquals(error.code(), told.get("code").asInt(), call.getKey());
          assertEquals("so it is", told.get("message").asString());
          assertEquals(error.isOfProtocol(), told.tryGet("data").isPresent());
          if (error.isOfProtocol()) {
            var info = told.get("data").get(0);
            assertEquals("type.googleapis.com/google.rpc.ErrorInfo", info.get("@type").asString());
            assertEquals(error.name(), info.get("reason").asString());
            assertEquals("a2a-protocol.org", info.get("domain").asString());
          }
        }
      }
    }
  }

  @Test
  void everyErrorHasItsCodeInVersion03() throws Exception {
    for (var error : A2AError.values()) {
      try (var site = new A2aSite(failing(() -> error.because("so it is")))) {
        var told = site.call("tasks/get", Json.object("id", "t")).get("error");
        assertEquals(Json.object("code", error.code(), "message", "so it is"), told);
      }
    }
  }

  @Test
  void everyErrorHasItsStatusInRest() throws Exception {
    for (var error : A2AError.values()) {
      try (var site = new A2aSite(failing(() -> error.because("so it is")))) {
        var response = site.get(A2aSite.REST + "/tasks/t");
        var told = A2aSite.json(error.httpStatus(), response).get("error");
        assertEquals(error.httpStatus(), told.get("code").asInt());
        assertEquals("so it is", told.get("message").asString());
        assertTrue(told.get("status").asString().matches("[A-Z_]+"));
        assertEquals(error.name(), told.get("details").get(0).get("reason").asString());
        assertEquals("application/json", response.headers().firstValue("Content-Type").get());
      }
    }
  }

  // ---- what is not of the protocol

  @Test
  void aMistakeOfOursIsNotTold() throws Exception {
    var secret = "secret of the house";
    for (Supplier<Throwable> failure :
        List.<Supplier<Throwable>>of(
            () -> new IllegalStateException(secret), () -> new AssertionError(secret))) {
      try (var site = new A2aSite(failing(failure))) {
        for (var call : CALLS.entrySet()) {
          var response = site.post(A2aSite.RPC, A2aSite.envelope(call.getKey(), call.getValue()));
          var answer = A2aSite.json(200, response);
          assertEquals(-32603, answer.get("error").get("code").asInt());
          assertEquals(Json.of(1), answer.get("id"));
          assertFalse(response.body().contains(secret));
        }
        var rest = site.get(A2aSite.REST + "/tasks/t");
        assertEquals("INTERNAL", A2aSite.json(500, rest).get("error").get("status").asString());
        assertFalse(rest.body().contains(secret));
      }
    }
  }

  @Test
  void whoeverIsNotWaitedForAnyMoreIsToldToComeBack() throws Exception {
    try (var site = new A2aSite(failing(CancellationException::new))) {
      var response = site.post(A2aSite.RPC, A2aSite.envelope("GetTask", Json.object("id", "t")));
      assertEquals(-32603, A2aSite.json(503, response).get("error").get("code").asInt());
      assertEquals(503, site.get(A2aSite.REST + "/tasks/t").statusCode());
    }
  }

  /** Never as a task that is not there: a client would give up what still goes on. */
  @Test
  void aRedisThatIsAwayIsSaidToBeAway() throws Exception {
    try (var site = new A2aSite(failing(A2aErrorTest::away))) {
      var call = A2aSite.envelope("GetTask", Json.object("id", "t"));
      var response = site.post(A2aSite.RPC, call);
      var answer = A2aSite.json(503, response);
      assertEquals(-32603, answer.get("error").get("code").asInt());
      assertEquals(Json.of(1), answer.get("id"));
      assertTrue(response.headers().firstValue("Retry-After").isPresent());
      var rest = site.get(A2aSite.REST + "/tasks/t");
      assertEquals("UNAVAILABLE", A2aSite.json(503, rest).get("error").get("status").asString());
    }
  }

  private static RedisException away() {
    var redis = Redis.connect(RedisServer.shared().url());
    redis.close();
    return assertThrows(RedisException.class, () -> redis.call("PING"));
  }

  // ---- what the card says

  private static A2aSite with(Capabilities capabilities) {
    var card = A2aSite.card().withCapabilities(capabilities);
    return new A2aSite(options -> options, it -> A2aEndpoint.of(it.manager(), card));
  }

  @Test
  void anAgentThatDoesNotStreamSaysSo() throws Exception {
    try (var site = with(new Capabilities(false, true, false, List.of()))) {
      assertEquals(-32004, site.error("SendStreamingMessage", A2aSite.saying("hello")));
      assertEquals(-32004, site.error("SubscribeToTask", Json.object("id", "t")));
      assertEquals(-32004, site.error("message/stream", A2aSite.saying03("hello")));
      assertEquals(-32004, site.error("tasks/resubscribe", Json.object("id", "t")));
      var body = A2aSite.saying("hello").toString();
      assertEquals(400, site.post(A2aSite.REST + "/message:stream", body).statusCode());
      assertEquals(0, site.result("ListTasks", Json.object()).get("totalSize").asInt());
      site.result("SendMessage", A2aSite.saying("hello"));
    }
  }

  @Test
  void anAgentThatDoesNotPushSaysSo() throws Exception {
    try (var site = with(new Capabilities(true, false, false, List.of()))) {
      var push = Json.object("taskId", "t", "id", "c", "url", "https://example.org/");
      for (var method : CALLS.keySet()) {
        if (method.contains("Push")) {
          assertEquals(-32003, site.error(method, push), method);
        }
      }
      assertEquals(-32003, site.error("tasks/pushNotificationConfig/get", Json.object("id", "t")));
      var place = Json.object("url", "https://example.org/");
      var configuration = Json.object("taskPushNotificationConfig", place);
      var message = A2aSite.message("m", "hello");
      var saying = Json.object("message", message, "configuration", configuration);
      assertEquals(-32003, site.error("SendMessage", saying));
      assertEquals(0, site.result("ListTasks", Json.object()).get("totalSize").asInt());
    }
  }

  @Test
  void anExtendedCardIsThereOrNot() throws Exception {
    var old = "agent/getAuthenticatedExtendedCard";
    try (var without = new A2aSite()) {
      assertEquals(-32004, without.error("GetExtendedAgentCard", Json.object()));
      assertEquals(-32004, without.error(old, Json.object()));
      assertEquals(400, without.get(A2aSite.REST + "/extendedAgentCard").statusCode());
    }
    try (var promised = with(new Capabilities(true, true, true, List.of()))) {
      assertEquals(-32007, promised.error("GetExtendedAgentCard", Json.object()));
    }
    var more = A2aSite.card().withDocumentation("https://example.org/all");
    try (var site = new A2aSite(options -> options, it -> it.withExtendedCard(more))) {
      var card = site.result("GetExtendedAgentCard", Json.object());
      assertEquals("https://example.org/all", card.get("documentationUrl").asString());
      assertEquals(card, A2aSite.json(200, site.get(A2aSite.REST + "/extendedAgentCard/")));
      assertTrue(site.result(old, Json.object()).tryGet("protocolVersion").isPresent());
    }
  }

  @Test
  void anExtensionThatIsNeededMustBeKnown() throws Exception {
    var needed = new Extension("https://example.org/needed", "", true);
    var other = new Extension("https://example.org/other", "", false);
    try (var site = with(new Capabilities(true, true, false, List.of(needed, other)))) {
      var call = A2aSite.envelope("ListTasks", Json.object());
      var refused = A2aSite.json(200, site.post(A2aSite.RPC, call)).get("error");
      assertEquals(-32008, refused.get("code").asInt());
      assertEquals(400, site.get(A2aSite.REST + "/tasks").statusCode());
      for (var header : List.of("A2A-Extensions", "X-A2A-Extensions")) {
        var known = "https://example.org/x, https://example.org/needed";
        var answer = A2aSite.json(200, site.post(A2aSite.RPC, call, header, known));
        assertTrue(answer.tryGet("result").isPresent(), header);
      }
    }
  }
}
