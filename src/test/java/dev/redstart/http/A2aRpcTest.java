package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** JSON-RPC: the envelope, the methods of both versions, and which version is meant. */
class A2aRpcTest {
  private final A2aSite site = new A2aSite();

  @AfterEach
  void close() {
    site.close();
  }

  private static JsonObject id(String task) {
    return Json.object("id", task);
  }

  private JsonValue answer(String body) throws Exception {
    return A2aSite.json(200, site.post(A2aSite.RPC, body));
  }

  private void assertRefused(int code, String id, String body) throws Exception {
    var answer = answer(body);
    assertEquals(List.of("jsonrpc", "id", "error"), List.copyOf(answer.asMap().keySet()));
    assertEquals(code, answer.get("error").get("code").asInt(), body);
    assertEquals(id, answer.get("id").toString(), body);
    assertFalse(answer.get("error").get("message").asString().isBlank());
  }

  private static String call(String id, String rest) {
    return "{\"jsonrpc\":\"2.0\",\"id\":" + id + "," + rest + "}";
  }

  private static final String LIST = "\"method\":\"ListTasks\"";

  // ---- the envelope

  @Test
  void whatIsNotJsonIsToldSo() throws Exception {
    for (var body : List.of("{", "", "nothing", "{}{}", "{\"a\":1,\"a\":2}", "{\"jsonrpc\":'2'}")) {
      assertRefused(-32700, "null", body);
    }
    assertRefused(-32700, "null", "[".repeat(100_000));
  }

  @Test
  void whatIsNoCallIsToldSo() throws Exception {
    for (var body : List.of("7", "\"x\"", "null", "true", "[]", "[" + call("1", LIST) + "]")) {
      assertRefused(-32600, "null", body);
    }
  }

  @Test
  void aCallHasItsVersionAndItsMethod() throws Exception {
    assertRefused(-32600, "1", "{\"id\":1," + LIST + "}");
    assertRefused(-32600, "1", "{\"jsonrpc\":\"1.0\",\"id\":1," + LIST + "}");
    assertRefused(-32600, "1", "{\"jsonrpc\":2.0,\"id\":1," + LIST + "}");
    assertRefused(-32600, "1", "{\"jsonrpc\":\"2.0\",\"id\":1}");
    assertRefused(-32600, "1", call("1", "\"method\":7"));
    assertRefused(-32600, "1", call("1", "\"method\":null"));
  }

  @Test
  void anIdIsAnsweredAsItCame() throws Exception {
    var ids =
        List.of(
            "1",
            "-7",
            "0",
            "1.0",
            "1.50e1",
            "123456789012345678901234567890",
            "\"\"",
            "\"1\"",
            "\"\u00e4 \\\"quoted\\\" \u20ac\"",
            "null");
    for (var id : ids) {
      var response = site.post(A2aSite.RPC, call(id, LIST));
      var start = "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{";
      assertTrue(response.body().startsWith(start), response.body());
      assertRefused(-32601, id, call(id, "\"method\":\"Nothing\""));
    }
  }

  @Test
  void whatIsNoIdIsRefusedAndNotRepeated() throws Exception {
    var longest = "x".repeat(254);
    for (var id : List.of("{}", "[]", "[1]", "true", "false", "\"" + longest + "x\"")) {
      assertRefused(-32600, "null", call(id, LIST));
    }
    assertTrue(answer(call("\"" + longest + "\"", LIST)).tryGet("result").isPresent());
  }

  @Test
  void aCallWithoutAnIdWouldHaveNoAnswerAndIsNotDone() throws Exception {
    var saying = A2aSite.saying("hello");
    assertRefused(
        -32600,
        "null",
        Json.object("jsonrpc", "2.0", "method", "SendMessage", "params", saying).toString());
    assertEquals(0, site.result("ListTasks", Json.object()).get("totalSize").asInt());
  }

  @Test
  void unknownMethodsAreUnknownInBothGrammars() throws Exception {
    for (var name : List.of("", "/", "sendMessage", "SendMessage/", "tasks/list", "rpc.discover")) {
      assertRefused(-32601, "1", call("1", "\"method\":" + Json.of(name)));
    }
  }

  @Test
  void paramsAreAnObjectOrNothing() throws Exception {
    for (var params : List.of("[]", "7", "\"x\"", "true")) {
      assertRefused(-32602, "1", call("1", LIST + ",\"params\":" + params));
    }
    for (var params : List.of("", ",\"params\":null", ",\"params\":{}")) {
      assertTrue(answer(call("1", LIST + params)).tryGet("result").isPresent(), params);
    }
  }

  @Test
  void onlyJsonIsTaken() throws Exception {
    var call = call("1", LIST);
    for (var type : List.of("text/plain", "application/xml", "application/json;charset=latin1")) {
      var request = site.request(A2aSite.RPC).header("Content-Type", type);
      var answer = A2aSite.json(200, site.send(request.POST(BodyPublishers.ofString(call))));
      assertEquals(-32005, answer.get("error").get("code").asInt(), type);
    }
    var none = site.send(site.request(A2aSite.RPC).POST(BodyPublishers.ofString(call)));
    assertEquals(-32005, A2aSite.json(200, none).get("error").get("code").asInt());
    for (var type : List.of("Application/JSON; charset=UTF-8", "application/a2a+json")) {
      var request = site.request(A2aSite.RPC).header("Content-Type", type);
      var answer = A2aSite.json(200, site.send(request.POST(BodyPublishers.ofString(call))));
      assertTrue(answer.tryGet("result").isPresent(), type);
    }
  }

  @Test
  void aSlashAtTheEndAndATenantAreTolerated() throws Exception {
    for (var path : List.of("/a2a/", "/a2a/acme", "/a2a/acme/")) {
      var answer = A2aSite.json(200, site.post(path, call("1", LIST)));
      assertTrue(answer.tryGet("result").isPresent(), path);
    }
    assertEquals(405, site.get(A2aSite.RPC).statusCode());
    var refused = A2aSite.json(405, site.get(A2aSite.RPC));
    assertEquals(-32600, refused.get("error").get("code").asInt());
    assertEquals(404, site.post("/a2a/acme/more", call("1", LIST)).statusCode());
  }

  @Test
  void anyAcceptWillDo() throws Exception {
    for (var accept : List.of("application/json", "text/event-stream", "text/html")) {
      assertEquals(200, site.post(A2aSite.RPC, call("1", LIST), "Accept", accept).statusCode());
    }
  }

  // ---- versions

  @Test
  void theMethodTellsTheVersionWhereNothingElseDoes() throws Exception {
    var task = site.task("hello");
    assertTrue(site.result("GetTask", id(task)).tryGet("kind").isEmpty());
    assertEquals(Json.of("task"), site.result("tasks/get", id(task)).get("kind"));
  }

  @Test
  void aVersionThatIsNotSpokenIsRefused() throws Exception {
    for (var version : List.of("2.0", "1.1", "99", "0.2", "1", "x", "1.0x", "1.0.x")) {
      var answer =
          A2aSite.json(200, site.post(A2aSite.RPC, call("1", LIST), "A2A-Version", version));
      var error = answer.get("error");
      assertEquals(-32009, error.get("code").asInt(), version);
      assertEquals(Json.of("VERSION_NOT_SUPPORTED"), error.get("data").get(0).get("reason"));
    }
    for (var version : List.of("1.0", "1.0.1", "0.3", "0.3.0", " ")) {
      var answer =
          A2aSite.json(200, site.post(A2aSite.RPC, call("1", LIST), "A2A-Version", version));
      assertTrue(answer.tryGet("result").isPresent(), version);
    }
  }

  @Test
  void theVersionMayStandInTheQuery() throws Exception {
    var call = call("1", LIST);
    var good = A2aSite.json(200, site.post("/a2a?A2A-Version=1.0", call));
    assertTrue(good.tryGet("result").isPresent());
    var bad = A2aSite.json(200, site.post("/a2a?A2A-Version=3.0", call));
    assertEquals(-32009, bad.get("error").get("code").asInt());
  }

  @Test
  void withoutVersion03ItsMethodsAreOfAVersionThatIsNotSpoken() throws Exception {
    try (var pure = new A2aSite(options -> options, A2aEndpoint::withoutVersion03)) {
      assertEquals(-32009, pure.error("tasks/get", id("x")));
      assertEquals(-32601, pure.error("tasks/nothing", id("x")));
      assertEquals(-32001, pure.error("GetTask", id("x")));
      var old = pure.post(A2aSite.RPC, call("1", LIST), "A2A-Version", "0.3");
      assertEquals(-32009, A2aSite.json(200, old).get("error").get("code").asInt());
    }
  }

  // ---- methods

  @Test
  void aMessageIsAnsweredByATask() throws Exception {
    var task = site.result("SendMessage", A2aSite.saying("hello")).get("task");
    assertEquals("TASK_STATE_COMPLETED", task.get("status").get("state").asString());
    var said = task.get("artifacts").get(0).get("parts");
    assertEquals("hello", said.get(1).get("text").asString());
    var same = site.result("GetTask", id(task.get("id").asString()));
    assertEquals(task, same);
  }

  @Test
  void aMessageIsAnsweredByAMessage() throws Exception {
    var reply = site.result("SendMessage", A2aSite.saying("reply")).get("message");
    assertEquals("ROLE_AGENT", reply.get("role").asString());
    var old = site.result("message/send", A2aSite.saying03("reply"));
    assertEquals(Json.of("message"), old.get("kind"));
  }

  @Test
  void aTaskComesWithAsMuchHistoryAsIsAskedFor() throws Exception {
    var task = site.result("SendMessage", A2aSite.saying("hello")).get("task");
    var id = task.get("id").asString();
    assertEquals(1, site.result("GetTask", id(id)).get("history").asList().size());
    var none = site.result("GetTask", Json.object("id", id, "historyLength", 0));
    assertTrue(none.tryGet("history").isEmpty());
    assertEquals(-32602, site.error("GetTask", Json.object("id", id, "historyLength", -1)));
    assertEquals(-32602, site.error("GetTask", Json.object("id", id, "historyLength", "x")));
  }

  @Test
  void tasksAreListed() throws Exception {
    for (int i = 0; i < 3; i++) {
      site.result("SendMessage", A2aSite.saying("hello " + i));
    }
    var page = site.result("ListTasks", Json.object("pageSize", 2));
    assertEquals(2, page.get("tasks").asList().size());
    assertEquals(3, page.get("totalSize").asInt());
    var token = page.get("nextPageToken").asString();
    var rest = site.result("ListTasks", Json.object("pageSize", 2, "pageToken", token));
    assertEquals(1, rest.get("tasks").asList().size());
    assertEquals("", rest.get("nextPageToken").asString());
    assertEquals(-32602, site.error("ListTasks", Json.object("pageSize", 101)));
    assertEquals(-32602, site.error("ListTasks", Json.object("pageToken", token + "x")));
  }

  @Test
  void aTaskIsCanceledOnce() throws Exception {
    for (var method : List.of("CancelTask", "tasks/cancel")) {
      var task = site.task("hold");
      assertEquals(Json.of(task), site.result(method, id(task)).get("id"));
      assertEquals(-32002, site.error(method, id(task)));
    }
  }

  @Test
  void placesToPushToAreKept() throws Exception {
    var task = site.task("hold");
    var config = Json.object("taskId", task, "id", "c1", "url", "http://127.0.0.1:9/hook");
    assertEquals(config, site.result("CreateTaskPushNotificationConfig", config));
    var one = Json.object("taskId", task, "id", "c1");
    assertEquals(config, site.result("GetTaskPushNotificationConfig", one));
    var list = site.result("ListTaskPushNotificationConfigs", Json.object("taskId", task));
    assertEquals(Json.array(config), list.get("configs"));
    assertEquals(Json.object(), site.result("DeleteTaskPushNotificationConfig", one));
    assertEquals(-32001, site.error("GetTaskPushNotificationConfig", one));
    assertEquals(Json.object(), site.result("DeleteTaskPushNotificationConfig", one));
    var nameless = Json.object("taskId", task);
    assertEquals(-32602, site.error("GetTaskPushNotificationConfig", nameless));
    assertEquals(-32602, site.error("DeleteTaskPushNotificationConfig", nameless));
  }

  @Test
  void oldClientsNeedNoIdForTheirPlace() throws Exception {
    var push = "tasks/pushNotificationConfig/";
    var task = site.task("hold");
    assertEquals(-32001, site.error(push + "get", id(task)));
    var config = Json.object("id", "c1", "url", "http://127.0.0.1:9/hook");
    var set = Json.object("taskId", task, "pushNotificationConfig", config);
    assertEquals(set, site.result(push + "set", set));
    assertEquals(set, site.result(push + "get", id(task)));
    assertEquals(Json.array(set), site.result(push + "list", id(task)));
    var one = Json.object("id", task, "pushNotificationConfigId", "c1");
    assertEquals(Json.of(null), site.result(push + "delete", one));
    assertEquals(Json.array(), site.result(push + "list", id(task)));
  }

  @Test
  void idsAreBounded() throws Exception {
    var tooLong = "x".repeat(257);
    assertEquals(-32602, site.error("GetTask", id(tooLong)));
    assertEquals(-32602, site.error("GetTask", id("a\nb")));
    assertEquals(-32602, site.error("GetTask", id("")));
    assertEquals(-32602, site.error("GetTask", Json.object()));
    assertEquals(-32001, site.error("GetTask", id("x".repeat(256))));
    assertEquals(
        -32602,
        site.error("SendMessage", Json.object("message", A2aSite.message(tooLong, "hello"))));
    var odd = Json.object("contextId", tooLong);
    assertEquals(-32602, site.error("ListTasks", odd));
    var config = Json.object("taskId", tooLong, "url", "https://example.org/");
    assertEquals(-32602, site.error("CreateTaskPushNotificationConfig", config));
  }

  @Test
  void aMessageOfAnUnknownTaskIsRefused() throws Exception {
    var message =
        Json.object(
            "messageId", "m",
            "taskId", "nobody",
            "role", "ROLE_USER",
            "parts", Json.array(Json.object("text", "hello")));
    assertEquals(-32001, site.error("SendMessage", Json.object("message", message)));
    assertEquals(-32001, site.error("SendStreamingMessage", Json.object("message", message)));
    assertEquals(-32602, site.error("SendMessage", Json.object("message", Json.object())));
    assertEquals(-32602, site.error("SendMessage", Json.object()));
  }
}
