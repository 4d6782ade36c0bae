package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.Lists;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What strangers put into the lists. */
class GarbageTest {
  private static final byte[] BINARY = {'{', (byte) 0xff, 0, '}'};

  /** A subclass runs the same tests in the other mode. */
  Mode mode() {
    return Mode.SUMMONER;
  }

  final OneSession open(SessionOptions options) {
    return OneSession.open(mode(), options);
  }

  final OneSession open(int children) {
    return OneSession.open(mode(), children);
  }

  private static void assertBuried(OneSession s, String list, List<String> reasons) {
    var letters = s.list(s.keys.dead()).stream().map(Json::parse).toList();
    assertEquals(reasons.size(), letters.size(), letters.toString());
    for (int i = 0; i < reasons.size(); i++) {
      var reason = letters.get(i).get("reason").asString();
      assertTrue(reason.contains(reasons.get(i)), reason);
      assertEquals(list, letters.get(i).get("list").asString());
    }
    assertEquals(reasons.size(), s.events().stream().filter("dead_letter"::equals).count());
  }

  @Test
  void inATaskListItIsBuriedAndWhatIsBehindItIsDone() {
    try (var s = open(2)) {
      var tasks = s.keys.tasks(1);
      s.redis.call("RPUSH", tasks, "not json", "", "[1]", "{\"type\":\"task\"}");
      s.redis.call(Lists.pushRight(tasks, BINARY));
      s.redis.call("RPUSH", tasks, StatusMessage.of(s.id(), 1, "busy").toJson().toString());
      s.redis.call("RPUSH", tasks, TaskMessage.of("other", 1, "x").toJson().toString());
      s.redis.call("RPUSH", tasks, ShutdownMessage.of(s.id(), 2, "x").toJson().toString());
      s.redis.call("RPUSH", tasks, "{\"type\":\"control\"}");
      s.send(1, "good");
      var run = s.child(1).run(task -> Json.of(1), 1);
      assertEquals(1, run.succeeded());
      assertBuried(
          s,
          s.keys.taken(1),
          List.of(
              "at line 1, column 2",
              "at line 1, column 1",
              "expected an object",
              "$.task_id: is missing",
              "malformed UTF-8",
              "neither a task nor a shutdown",
              "of session other",
              "a shutdown of child 2",
              "control"));
    }
  }

  @Test
  void theDeadLetterHoldsTheMessageByteForByte() {
    try (var s = open(1)) {
      s.redis.call("RPUSH", s.keys.tasks(1), "not \"json\"\nat all");
      s.redis.call(Lists.pushRight(s.keys.tasks(1), BINARY));
      s.child(1).take(Duration.ofMillis(50));
      var letters = s.list(s.keys.dead()).stream().map(Json::parse).toList();
      assertEquals("not \"json\"\nat all", letters.get(0).get("message").asString());
      var base64 = letters.get(1).get("message_base64").asString();
      assertEquals(
          new String(BINARY, StandardCharsets.ISO_8859_1),
          new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1));
    }
  }

  @Test
  void amongTheReportsItIsBuriedToo() {
    try (var s = open(1)) {
      var task = s.task(1, "a");
      s.parent.send(task);
      var stranger = TaskMessage.of("other", 1, "x").withTaskId("a");
      s.redis.call("RPUSH", s.keys.reports(1), "not json");
      s.redis.call("RPUSH", s.keys.reports(1), task.toJson().toString());
      s.redis.call("RPUSH", s.keys.reports(1), report(stranger));
      s.redis.call("RPUSH", s.keys.reports(1), report(task));
      s.redis.call("RPUSH", s.keys.reports(1), report(task));
      assertTrue(s.parent.gather(OneSession.LIMIT).isComplete());
      s.parent.gather(List.of("never"), Duration.ofMillis(50));
      assertBuried(
          s,
          s.keys.read(),
          List.of(
              "not a report", "not a report", "of another session", "second report on its task"));
      assertEquals(List.of(), s.refused());
    }
  }

  private static String report(TaskMessage task) {
    JsonValue result = Json.of("done");
    return ReportMessage.success(task, 1, result, Duration.ZERO).toJson().toString();
  }

  @Test
  void itMovesOnWithTheWorkOfTheDeadAndIsJudgedByTheLiving() {
    try (var s = open(2)) {
      s.redis.call("RPUSH", s.keys.tasks(1), "not json", "[".repeat(5000));
      s.send(1, "good");
      s.joinOnly(1);
      s.takeFor(1);
      var child = s.child(2);
      s.endLease(1);
      s.session.recover();
      assertEquals("good", child.take(OneSession.LIMIT).orElseThrow().taskId());
      assertEquals(2, s.list(s.keys.dead()).size());
    }
  }
}
