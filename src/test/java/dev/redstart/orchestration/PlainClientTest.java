package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs that know nothing but RPUSH, BLPOP and the JSON of the Redis Orchestration App. */
class PlainClientTest {
  private static final Duration LIMIT = OneSession.LIMIT;

  private static String task(OneSession s, String id, int child) {
    return Json.object(
            "type",
            "task",
            "timestamp",
            "2026-01-31T12:00:00+0900",
            "message_id",
            "m-" + id,
            "task_id",
            id,
            "session_id",
            s.id(),
            "child_id",
            child,
            "prompt",
            "do " + id,
            "context",
            Json.object(),
            "priority",
            3,
            "timeout",
            null)
        .toString();
  }

  private static String report(OneSession s, String id, int child) {
    return Json.object(
            "type",
            "report",
            "timestamp",
            "2026-01-31T12:00:01+0900",
            "message_id",
            "r-" + id,
            "task_id",
            id,
            "session_id",
            s.id(),
            "child_id",
            child,
            "status",
            "success",
            "result",
            Json.object("by", "hand"),
            "error",
            null,
            "duration_ms",
            12,
            "metadata",
            Json.object())
        .toString();
  }

  @Test
  void maySendTasksAndReadReports() {
    try (var s = OneSession.open(2)) {
      s.redis.call("RPUSH", s.config.parentToChildLists().get(1), task(s, "a", 2));
      s.redis.call("RPUSH", s.config.parentToChildLists().get(1), "{\"type\":\"shutdown\"}");
      assertEquals(Child.End.SHUTDOWN, s.child(2).run(task -> Json.of(task.prompt())).end());
      var popped = s.redis.call("BLPOP", s.config.childToParentLists().get(0), "5").items();
      var report = Json.parse(popped.get(1).text());
      assertEquals(
          List.of(
              "type",
              "timestamp",
              "message_id",
              "task_id",
              "session_id",
              "child_id",
              "status",
              "result",
              "error",
              "duration_ms",
              "metadata"),
          List.copyOf(report.asMap().keySet()));
      assertEquals("a", report.get("task_id").asString());
      assertEquals("do a", report.get("result").asString());
      assertEquals(s.id(), report.get("session_id").asString());
    }
  }

  @Test
  void mayBeAChild() {
    try (var s = OneSession.open(1)) {
      s.send(1, "a");
      s.parent.shutdown("over");
      var list = s.config.parentToChildLists().get(0);
      var task = Json.parse(s.redis.call("BLPOP", list, "5").items().get(1).text());
      assertEquals("do a", task.get("prompt").asString());
      s.redis.call("RPUSH", s.config.childToParentLists().get(0), report(s, "a", 1));
      var shutdown = Json.parse(s.redis.call("BLPOP", list, "5").items().get(1).text());
      assertEquals("shutdown", shutdown.get("type").asString());
      assertEquals("over", shutdown.get("reason").asString());
      var gathered = s.parent.gather(LIMIT);
      assertEquals("hand", gathered.reports().get("a").result().get("by").asString());
    }
  }

  @Test
  void mayBeBothInOneSessionWithOurs() {
    try (var s = OneSession.open(2)) {
      s.send(1, "a");
      s.redis.call("RPUSH", s.keys.tasks(2), task(s, "b", 2));
      s.redis.call("BLPOP", s.keys.tasks(1), "5");
      s.redis.call("RPUSH", s.keys.reports(), report(s, "a", 1));
      s.redis.call("RPUSH", s.keys.reports(), report(s, "a", 1).replace("r-a", "again"));
      s.child(2).run(task -> Json.of(1), 1);
      var gathered = s.parent.gather(List.of("a", "b"), LIMIT);
      assertTrue(gathered.isComplete());
      assertEquals("r-a", gathered.reports().get("a").messageId());
      assertEquals(1, s.list(s.keys.dead()).size(), "the second report on one task");
    }
  }

  @Test
  void aTaskSentByHandIsNotLostWithItsChild() {
    try (var s = OneSession.open(SessionOptions.defaults().withChildren(2).withDeliveries(1))) {
      s.redis.call("RPUSH", s.keys.tasks(1), task(s, "a", 1));
      s.joinOnly(1);
      s.takeFor(1);
      s.endLease(1);
      assertEquals("error", s.parent.gather(List.of("a"), LIMIT).reports().get("a").status());
    }
  }
}
