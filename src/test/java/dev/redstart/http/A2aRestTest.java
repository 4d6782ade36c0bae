package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** REST: paths, queries and statuses. */
class A2aRestTest {
  private static final String REST = A2aSite.REST;
  private static final String TASKS = REST + "/tasks";

  private final A2aSite site = new A2aSite();

  @AfterEach
  void close() {
    site.close();
  }

  private JsonValue get(int status, String path) throws Exception {
    return A2aSite.json(status, site.get(path));
  }

  private JsonValue post(int status, String path, String body) throws Exception {
    return A2aSite.json(status, site.post(path, body));
  }

  private String reason(JsonValue refused) {
    return refused.get("error").get("details").get(0).get("reason").asString();
  }

  private static String state(JsonValue task) {
    return task.get("status").get("state").asString();
  }

  @Test
  void aMessageIsSentAndItsTaskRead() throws Exception {
    var saying = A2aSite.saying("hello").toString();
    var task = post(200, REST + "/message:send", saying).get("task");
    assertEquals("TASK_STATE_COMPLETED", state(task));
    var path = TASKS + "/" + task.get("id").asString();
    assertEquals(task, get(200, path));
    assertTrue(get(200, path + "?historyLength=0").tryGet("history").isEmpty());
    assertTrue(get(200, path + "?history_length=0").tryGet("history").isEmpty());
    get(400, path + "?historyLength=-1");
    get(400, path + "?historyLength=many");
    assertEquals("TASK_NOT_FOUND", reason(get(404, TASKS + "/nobody")));
  }

  @Test
  void tasksAreListedByTheQuery() throws Exception {
    for (int i = 0; i < 3; i++) {
      site.result("SendMessage", A2aSite.saying("hello " + i));
    }
    site.task("hold");
    var page = get(200, TASKS + "?status=TASK_STATE_COMPLETED&pageSize=2&includeArtifacts=true");
    assertEquals(3, page.get("totalSize").asInt());
    var first = page.get("tasks").get(0);
    assertEquals(1, first.get("artifacts").asList().size());
    var token = page.get("nextPageToken").asString();
    var rest = get(200, TASKS + "?status=TASK_STATE_COMPLETED&pageSize=2&pageToken=" + token);
    assertEquals(1, rest.get("tasks").asList().size());
    assertTrue(rest.get("tasks").get(0).tryGet("artifacts").isEmpty());
    var context = first.get("contextId").asString();
    assertEquals(1, get(200, TASKS + "?contextId=" + context).get("totalSize").asInt());
    assertEquals(1, get(200, TASKS + "?context_id=" + context).get("totalSize").asInt());
    var later = get(200, TASKS + "?statusTimestampAfter=2100-01-01T00:00:00Z");
    assertEquals(0, later.get("totalSize").asInt());
  }

  @Test
  void aQueryThatIsWrongIsRefused() throws Exception {
    for (var query :
        List.of(
            "pageSize=0",
            "pageSize=101",
            "pageSize=1.5",
            "pageSize=99999999999999",
            "status=BUSY",
            "pageToken=tampered",
            "statusTimestampAfter=yesterday",
            "includeArtifacts=perhaps",
            "contextId=a&contextId=b",
            "contextId=" + "x".repeat(257))) {
      var refused = get(400, TASKS + "?" + query).get("error");
      assertEquals("INVALID_ARGUMENT", refused.get("status").asString(), query);
    }
  }

  @Test
  void aTaskIsCanceledWithABodyOrWithout() throws Exception {
    for (var body : List.of("", "{}", "{\"metadata\":{\"why\":\"enough\"}}")) {
      var path = TASKS + "/" + site.task("hold") + ":cancel";
      assertEquals("TASK_STATE_CANCELED", state(post(200, path, body)));
      assertEquals("TASK_NOT_CANCELABLE", reason(post(409, path, body)));
    }
    var path = TASKS + "/" + site.task("hold") + ":cancel";
    var bare = site.send(site.request(path).POST(BodyPublishers.noBody()));
    assertEquals(200, bare.statusCode(), "without a content type, too");
    post(404, TASKS + "/nobody:cancel", "");
  }

  @Test
  void placesToPushToAreKept() throws Exception {
    var task = site.task("hold");
    var path = TASKS + "/" + task + "/pushNotificationConfigs";
    var wanted = Json.object("id", "c1", "url", "http://127.0.0.1:9/hook");
    var config = post(201, path, wanted.toString());
    assertEquals(task, config.get("taskId").asString());
    assertEquals(config, get(200, path + "/c1"));
    assertEquals(config, get(200, path + "/c1/"));
    for (var all : List.of(path, path + "/")) {
      assertEquals(Json.array(config), get(200, all).get("configs"));
    }
    assertEquals(204, site.delete(path + "/c1").statusCode());
    assertEquals(204, site.delete(path + "/c1").statusCode());
    get(404, path + "/c1");
    get(404, TASKS + "/nobody/pushNotificationConfigs");
    var other = Json.object("taskId", "other", "url", "http://127.0.0.1:9/hook");
    post(400, path, other.toString());
    post(400, path, "{}");
  }

  @Test
  void aBodyIsAJsonObject() throws Exception {
    var path = REST + "/message:send";
    for (var body : List.of("{", "[]", "7", "null", "", "{}", "{\"message\":7}")) {
      var refused = post(400, path, body).get("error");
      assertEquals("INVALID_ARGUMENT", refused.get("status").asString(), body);
    }
    var text = site.request(path).header("Content-Type", "text/plain");
    var sent = text.POST(BodyPublishers.ofString(A2aSite.saying("hello").toString()));
    var refused = A2aSite.json(415, site.send(sent));
    assertEquals("CONTENT_TYPE_NOT_SUPPORTED", reason(refused));
    var saying = A2aSite.saying("hello").toString();
    var own = site.request(path).header("Content-Type", "application/a2a+json");
    A2aSite.json(200, site.send(own.POST(BodyPublishers.ofString(saying))));
  }

  @Test
  void tenantsAndSlashesAtTheEndAreTolerated() throws Exception {
    var task = site.task("hello");
    for (var base : List.of(REST, REST + "/acme", REST + "/a%2Fb")) {
      get(200, base + "/tasks");
      get(200, base + "/tasks/");
      assertEquals(task, get(200, base + "/tasks/" + task).get("id").asString());
      assertEquals(task, get(200, base + "/tasks/" + task + "/").get("id").asString());
      post(200, base + "/message:send/", A2aSite.saying("hello").toString());
    }
  }

  @Test
  void whatIsNotThereIsSaidAsByTheApi() throws Exception {
    assertEquals("NOT_FOUND", error(get(404, REST + "/nothing")));
    assertEquals("NOT_FOUND", error(get(404, REST + "/a/b/c/d")));
    var wrong = site.delete(TASKS);
    assertEquals("UNIMPLEMENTED", error(A2aSite.json(405, wrong)));
    assertEquals("GET, HEAD, OPTIONS", wrong.headers().firstValue("Allow").orElse(""));
    post(405, TASKS + "/t", "{}");
    post(405, TASKS, "{}");
    get(404, TASKS + "/t:cancel");
    post(400, TASKS + "/" + "x".repeat(257) + ":cancel", "");
    post(404, TASKS + "/" + "x".repeat(256) + ":cancel", "");
  }

  private static String error(JsonValue refused) {
    return refused.get("error").get("status").asString();
  }

  @Test
  void onlyVersion10IsSpokenHere() throws Exception {
    for (var version : List.of("0.3", "2.0", "1.1")) {
      var refused = A2aSite.json(400, site.get(TASKS, "A2A-Version", version));
      assertEquals("VERSION_NOT_SUPPORTED", reason(refused));
    }
    assertEquals(200, site.get(TASKS, "A2A-Version", "1.0").statusCode());
    get(200, TASKS + "?A2A-Version=1.0");
    get(400, TASKS + "?A2A-Version=0.3");
  }

  /** Taken from a client of version 1.3 in JavaScript. */
  @Test
  void whatClientsSendIsUnderstood() throws Exception {
    var body =
        "{\"message\":{\"messageId\":\"m1\",\"role\":\"ROLE_USER\","
            + "\"parts\":[{\"text\":\"hello\"}]},\"configuration\":{}}";
    var json = "application/a2a+json, application/json";
    var sent = site.post(REST + "/message:send", body, "Accept", json, "A2A-Version", "1.0");
    var task = A2aSite.json(200, sent).get("task").get("id").asString();
    var path = TASKS + "/" + task + "?historyLength=5";
    assertEquals(200, site.get(path, "Accept", json, "A2A-Version", "1.0").statusCode());
    var unknown = site.get(TASKS + "/nope", "Accept", json, "A2A-Version", "1.0");
    JsonObject info =
        Json.object(
            "@type", "type.googleapis.com/google.rpc.ErrorInfo",
            "reason", "TASK_NOT_FOUND",
            "domain", "a2a-protocol.org");
    assertEquals(
        Json.object(
            "error",
            Json.object(
                "code",
                404,
                "status",
                "NOT_FOUND",
                "message",
                "Task not found: nope",
                "details",
                Json.array(info))),
        A2aSite.json(404, unknown));
  }
}
