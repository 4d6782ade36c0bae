package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.Redis;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One agent on two instances: whichever a client asks, it is the same agent. */
class A2aTwoServicesTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Redis redis;
  private final Redis otherRedis;
  private final A2aSite site;
  private final A2aSite other;

  A2aTwoServicesTest() {
    RedisServer.shared().cli("FLUSHALL");
    redis = Redis.connect(RedisServer.shared().url());
    otherRedis = Redis.connect(RedisServer.shared().url());
    site = new A2aSite(redis);
    other = new A2aSite(otherRedis);
  }

  @AfterEach
  void close() {
    site.speaker.steps.release(1000);
    site.close();
    other.close();
    redis.close();
    otherRedis.close();
  }

  private static JsonObject id(String task) {
    return Json.object("id", task);
  }

  private static List<String> data(EventSource stream) throws IOException {
    var all = new ArrayList<String>();
    try (stream) {
      while (true) {
        var shown = stream.next();
        all.add(shown.id() + " " + shown.data());
      }
    } catch (EOFException end) {
      return all;
    }
  }

  private static String state(JsonValue task) {
    return task.get("status").get("state").asString();
  }

  @Test
  void whatHappensOnOneIsHeardOnTheOther() throws Exception {
    var task = site.task("hold");
    var here = site.stream("SubscribeToTask", id(task));
    var there = other.stream("SubscribeToTask", id(task));
    here.next();
    there.next();
    site.speaker.steps.release(3);
    var heard = data(here);
    assertEquals(4, heard.size());
    assertEquals(heard, data(there));
    assertEquals(
        site.result("GetTask", id(task)), other.result("GetTask", id(task)), "it is one task");
  }

  @Test
  void aClientThatIsSentToTheOtherMissesNothing() throws Exception {
    var task = site.task("hold");
    var heard = new ArrayList<String>();
    var last = "";
    var instances = List.of(site, other, site, other);
    for (int i = 0; i < instances.size(); i++) {
      var path = A2aSite.REST + "/tasks/" + task + ":subscribe";
      try (var stream = EventSource.open(instances.get(i).port(), path, last)) {
        var shown = stream.next();
        heard.add(shown.data());
        assertTrue(last.isEmpty() || place(shown.id()) == place(last) + 1, heard::toString);
        last = stream.lastId();
      }
      site.speaker.steps.release();
    }
    assertTrue(heard.get(0).startsWith("{\"task\":"));
    for (int i = 1; i < heard.size(); i++) {
      assertTrue(heard.get(i).contains("step " + i), heard::toString);
    }
  }

  private static long place(String id) {
    return Long.parseLong(id);
  }

  @Test
  void aCancelOnTheOtherStopsTheAgentAndAllAreTold() throws Exception {
    var task = site.task("hold");
    var here = site.stream("SubscribeToTask", id(task));
    var there = other.stream("SubscribeToTask", id(task));
    assertEquals("TASK_STATE_CANCELED", state(other.result("CancelTask", id(task))));
    assertTrue(site.speaker.canceled.await(2, TimeUnit.SECONDS), "the agent was told");
    for (var stream : List.of(here, there)) {
      var heard = data(stream);
      assertTrue(heard.get(heard.size() - 1).contains("TASK_STATE_CANCELED"), heard::toString);
    }
    assertEquals(-32002, site.error("CancelTask", id(task)));
  }

  @Test
  void aMessageThatIsSentAgainToTheOtherIsTheSame() throws Exception {
    var saying = A2aSite.saying("hello");
    var task = site.result("SendMessage", saying).get("task");
    assertEquals(task, other.result("SendMessage", saying).get("task"));
    assertEquals(1, other.result("ListTasks", Json.object()).get("totalSize").asInt());
    var id = saying.get("message").get("messageId").asString();
    var changed = Json.object("message", A2aSite.message(id, "something else"));
    assertEquals(-32602, other.error("SendMessage", changed), "the id is taken");
  }

  @Test
  void aServiceThatStopsSendsItsFollowersToTheOther() throws Exception {
    var task = site.task("hold");
    var last = "";
    try (var stream = other.stream("SubscribeToTask", id(task))) {
      stream.next();
      other.service.close();
      data(stream);
      last = stream.lastId();
    }
    site.speaker.steps.release(3);
    Eventually.within(
        LIMIT,
        "it is over",
        () -> state(site.result("GetTask", id(task))).equals("TASK_STATE_COMPLETED"));
    var rest = data(site.stream("SubscribeToTask", id(task), "Last-Event-ID: " + last));
    assertEquals(4, rest.size(), rest::toString);
  }

  @Test
  void listsAndPlacesToPushToAreShared() throws Exception {
    var task = site.task("hold");
    var config = Json.object("taskId", task, "id", "c1", "url", "https://8.8.8.8/hook");
    site.result("CreateTaskPushNotificationConfig", config);
    assertEquals(config, other.result("GetTaskPushNotificationConfig", config));
    assertEquals(1, other.result("ListTasks", Json.object()).get("totalSize").asInt());
    other.result("DeleteTaskPushNotificationConfig", config);
    assertEquals(-32001, site.error("GetTaskPushNotificationConfig", config));
  }

  @Test
  void aRedisThatIsAwayForAWhileEndsNoStream() throws Exception {
    var task = site.task("hold");
    var stream = other.stream("SubscribeToTask", id(task));
    stream.next();
    RedisServer.shared().cli("CLIENT", "KILL", "TYPE", "pubsub");
    RedisServer.shared().cli("CLIENT", "KILL", "TYPE", "normal");
    site.speaker.steps.release(3);
    assertEquals(4, data(stream).size());
  }

  @Test
  void nothingIsHeardForThoseWhoHaveLeft() throws Exception {
    var task = site.task("hold");
    for (var instance : List.of(site, other)) {
      var stream = instance.stream("SubscribeToTask", id(task));
      stream.next();
      Eventually.within(LIMIT, "the task is heard", () -> !channels().isBlank());
      stream.close();
      Eventually.within(LIMIT, "nobody hears it", () -> channels().isBlank());
    }
  }

  private static String channels() {
    return RedisServer.shared().cli("PUBSUB", "CHANNELS", "*");
  }
}
