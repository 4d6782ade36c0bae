package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Seeds;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The JSON of messages: that of the Redis Orchestration App, field by field. */
class MessageTest {
  @Test
  void aTaskIsWrittenWithEveryFieldInItsPlace() {
    var task =
        new TaskMessage(
            "2026-01-31T12:00:00+0900",
            "m-1",
            "t-1",
            "s-1",
            2,
            "analyse it",
            Map.of("key", Json.of("value")),
            1,
            Optional.of(new BigDecimal("30")),
            Map.of());
    assertEquals(
        "{\"type\":\"task\",\"timestamp\":\"2026-01-31T12:00:00+0900\",\"message_id\":\"m-1\","
            + "\"task_id\":\"t-1\",\"session_id\":\"s-1\",\"child_id\":2,\"prompt\":\"analyse it\","
            + "\"context\":{\"key\":\"value\"},\"priority\":1,\"timeout\":30}",
        task.toJson().toString());
  }

  @Test
  void whatIsNotThereIsWrittenAsNull() {
    var task = TaskMessage.of("s-1", 2, "x").toJson();
    assertEquals(
        List.of(
            "type",
            "timestamp",
            "message_id",
            "task_id",
            "session_id",
            "child_id",
            "prompt",
            "context",
            "priority",
            "timeout"),
        List.copyOf(task.asMap().keySet()));
    assertTrue(task.get("timeout").tryValue().isEmpty());
    assertEquals(3, task.get("priority").asInt());
  }

  @Test
  void aReportIsWrittenWithEveryFieldInItsPlace() {
    var task = TaskMessage.of("s-1", 2, "x").withTaskId("t-1");
    var success =
        ReportMessage.success(task, 3, Json.object("n", 1), Duration.ofMillis(1500)).toJson();
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
        List.copyOf(success.asMap().keySet()));
    assertTrue(
        success.toString().contains("\"status\":\"success\",\"result\":{\"n\":1},\"error\":"));
    assertTrue(success.toString().endsWith("\"error\":null,\"duration_ms\":1500,\"metadata\":{}}"));
    var failure = ReportMessage.failure(task, 3, "broke", Duration.ZERO).toJson().toString();
    assertTrue(failure.contains("\"status\":\"failure\",\"result\":null,\"error\":\"broke\""));
  }

  @Test
  void shutdownAndStatusAreWrittenWithEveryFieldInItsPlace() {
    assertEquals(
        "{\"type\":\"shutdown\",\"timestamp\":\"t\",\"message_id\":\"m\",\"session_id\":\"s\","
            + "\"reason\":\"normal\",\"graceful\":true,\"target_child_id\":null}",
        new ShutdownMessage("t", "m", "s", "normal", true, Optional.empty(), Map.of())
            .toJson()
            .toString());
    assertEquals(
        "{\"type\":\"status\",\"timestamp\":\"t\",\"message_id\":\"m\",\"session_id\":\"s\","
            + "\"child_id\":1,\"event\":\"ready\",\"details\":{}}",
        new StatusMessage("t", "m", "s", 1, "ready", Map.of(), Map.of()).toJson().toString());
  }

  @Test
  void everyMessageIsReadAsItWasWritten() {
    var task = TaskMessage.of("s-1", 2, "größer 🦊");
    var all =
        List.of(
            task,
            ReportMessage.success(task, 2, Json.of("done"), Duration.ofSeconds(1)),
            ReportMessage.failure(task, 2, "broke", Duration.ofSeconds(1)),
            ReportMessage.timeout(task, 2, Duration.ofSeconds(1)),
            ReportMessage.error(task, 2, "broke", Duration.ofSeconds(1)),
            task.withPriority(1).withTimeout(Duration.ofMillis(1500)),
            ShutdownMessage.of("s-1", 2, "over"),
            ShutdownMessage.immediate("s-1", 2, "over"),
            StatusMessage.of("s-1", 2, "ready"));
    for (Message message : all) {
      assertEquals(message, Message.parse(message.toJson().toString()));
    }
  }

  @Test
  void timestampsAreInLocalTimeWithItsOffset() {
    var timestamp = TaskMessage.of("s", 1, "x").timestamp();
    assertTrue(timestamp.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d[+-]\\d{4}"), timestamp);
  }

  @Test
  void unknownFieldsAreKeptAndMissingOnesHaveTheirDefaults() {
    var json = "{\"type\":\"task\",\"task_id\":\"t\",\"output_dir\":\"/tmp\",\"deep\":{\"a\":[1]}}";
    var task = assertInstanceOf(TaskMessage.class, Message.parse(json));
    assertEquals("/tmp", task.more().get("output_dir").asString());
    assertEquals(3, task.priority());
    assertEquals("", task.sessionId());
    assertTrue(task.toJson().toString().endsWith("\"output_dir\":\"/tmp\",\"deep\":{\"a\":[1]}}"));
  }

  @Test
  void aBareShutdownIsOne() {
    var message = assertInstanceOf(ShutdownMessage.class, Message.parse("{\"type\":\"shutdown\"}"));
    assertEquals("normal", message.reason());
    assertTrue(message.graceful());
  }

  @Test
  void messagesAsAgentsWriteThemAreReadAsTheirType() {
    var task =
        assertInstanceOf(
            TaskMessage.class,
            Message.parse(
                "{\"type\":\"task\",\"task_id\":\"t\",\"instruction\":\"do it\","
                    + "\"output_dir\":\"/out\",\"context\":{\"a\":1},\"prompt\":null}"));
    assertEquals("do it", task.prompt());
    assertEquals(Map.of("a", Json.of(1)), task.context());
    assertEquals(Map.of("output_dir", Json.of("/out")), task.more());
    var report =
        assertInstanceOf(
            ReportMessage.class,
            Message.parse(
                "{\"type\":\"report\",\"task_id\":\"t\",\"chocobo_id\":2,"
                    + "\"status\":\"success\",\"details\":{\"files\":3}}"));
    assertTrue(report.isSuccess());
    assertEquals(
        Map.of("chocobo_id", Json.of(2), "details", Json.object("files", 3)), report.more());
    assertInstanceOf(
        StatusMessage.class, Message.parse("{\"type\":\"status\",\"event\":\"ready\"}"));
  }

  @Test
  void ofPromptAndInstructionThePromptCounts() {
    var json = "{\"type\":\"task\",\"task_id\":\"t\",\"prompt\":\"a\",\"instruction\":\"b\"}";
    var task = assertInstanceOf(TaskMessage.class, Message.parse(json));
    assertEquals("a", task.prompt());
    assertEquals(Map.of("instruction", Json.of("b")), task.more());
  }

  @Test
  void numbersMayComeAsTextsAndDurationsWithAFraction() {
    var report =
        assertInstanceOf(
            ReportMessage.class,
            Message.parse(
                "{\"type\":\"report\",\"task_id\":\"t\",\"child_id\":\"3\","
                    + "\"duration_ms\":1500.75}"));
    assertEquals(3, report.childId());
    assertEquals(1500, report.durationMs());
    var task =
        assertInstanceOf(
            TaskMessage.class,
            Message.parse(
                "{\"type\":\"task\",\"task_id\":\"t\",\"child_id\":2.0,\"timeout\":\"1.5\"}"));
    assertEquals(2, task.childId());
    assertEquals(Optional.of(Duration.ofMillis(1500)), task.timeLimit());
    var json = "{\"type\":\"shutdown\",\"target_child_id\":\"4\"}";
    assertEquals(
        Optional.of(4),
        assertInstanceOf(ShutdownMessage.class, Message.parse(json)).targetChildId());
  }

  @Test
  void anythingIsReadAndWhatIsNoMessageSaysWhy() {
    var long61 = "x".repeat(61);
    var reasons = new LinkedHashMap<String, String>();
    reasons.put("", "not JSON: ");
    reasons.put("{", "not JSON: ");
    reasons.put("Hello, World!", "not JSON: ");
    reasons.put("{\"type\":\"shutdown\"} and more", "not JSON: ");
    reasons.put("cut \ud83d", "not JSON: ");
    reasons.put("[".repeat(5000), "not JSON: nested deeper than");
    reasons.put("[]", "$: expected an object but found an array");
    reasons.put("null", "$: expected an object but found null");
    reasons.put("{}", "$.type: is missing");
    reasons.put("{\"type\":null}", "$.type: is missing");
    reasons.put("{\"type\":7}", "$.type: expected a string but found a number");
    reasons.put(
        "{\"type\":\"control\"}",
        "$.type: expected one of [task, report, shutdown, status] but found \"control\"");
    reasons.put(
        "{\"type\":\"" + long61 + "\"}",
        "$.type: expected one of [task, report, shutdown, status] but found a long text");
    reasons.put("{\"type\":\"task\"}", "$.task_id: is missing");
    reasons.put("{\"type\":\"task\",\"task_id\":\"\"}", "$.task_id: must not be empty");
    reasons.put("{\"type\":\"report\",\"task_id\":7}", "$.task_id: expected a string");
    reasons.put(task("child_id", "1.5"), "$.child_id: expected a whole number");
    reasons.put(task("child_id", "\"one\""), "$.child_id: expected a number but found another");
    reasons.put(task("priority", "99999999999"), "$.priority: expected a whole number");
    reasons.put(task("timeout", "true"), "$.timeout: expected a number but found a boolean");
    reasons.put(task("timeout", "\"NaN\""), "$.timeout: expected a number");
    reasons.put(task("context", "[]"), "$.context: expected an object");
    reasons.put(task("instruction", "1"), "$.instruction: expected a string");
    reasons.put("{\"type\":\"shutdown\",\"graceful\":0}", "$.graceful: expected a boolean");
    reasons.forEach(
        (json, reason) -> {
          var unknown = assertInstanceOf(UnknownMessage.class, Message.parse(json), json);
          assertTrue(unknown.reason().startsWith(reason), json + " -> " + unknown.reason());
        });
  }

  private static String task(String field, String value) {
    return "{\"type\":\"task\",\"task_id\":\"t\",\"" + field + "\":" + value + "}";
  }

  @Test
  void anUnknownMessageTellsWhatItSaysOfItself() {
    var json =
        "{\"type\":\"control\",\"timestamp\":\"t\",\"message_id\":\"m\",\"session_id\":\"s\"}";
    var unknown = assertInstanceOf(UnknownMessage.class, Message.parse(json));
    assertEquals("control", unknown.type());
    assertEquals("t", unknown.timestamp());
    assertEquals("m", unknown.messageId());
    assertEquals("s", unknown.sessionId());
    assertEquals(json, unknown.text());
    assertEquals(json, unknown.toJson().toString());
    assertEquals(unknown, Message.parse(Json.parse(json)));
    var plain = assertInstanceOf(UnknownMessage.class, Message.parse("Hello, \"World\""));
    assertEquals("", plain.type());
    assertEquals("", plain.sessionId());
    assertEquals("{\"message\":\"Hello, \\\"World\\\"\"}", plain.toJson().toString());
    assertEquals("", ((UnknownMessage) Message.parse("{\"type\":1}")).type());
  }

  @Test
  void bytesThatAreNoUtf8AreAMessageThatCanBeShown() {
    byte[] bytes = {'{', '"', (byte) 0xff, '"'};
    var unknown = assertInstanceOf(UnknownMessage.class, Message.parse(bytes));
    assertEquals("{\"\ufffd\"", unknown.text());
    var half = assertInstanceOf(UnknownMessage.class, Message.parse("half \ud83d"));
    assertEquals("{\"message\":\"half ?\"}", half.toJson().toString());
  }

  @Test
  void whereverATaskIsDamagedItIsReadWithoutAnException() {
    Seeds.check(
        seed -> {
          var random = new Random(seed);
          var sound = Json.toBytes(TaskMessage.of("s", 1, "größer 🦊").toJson());
          for (int i = 0; i < 5000; i++) {
            var damaged = sound.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            var message = Message.parse(Arrays.copyOf(damaged, random.nextInt(200) + 150));
            assertEquals(message.toJson(), Json.parse(message.toJson().toString()));
            message = Message.parse(damaged);
            assertEquals(message.toJson(), Json.parse(message.toJson().toString()));
          }
        });
  }

  @Test
  void priorityAndTimeoutAreCheckedWhenTheyAreSet() {
    var task = TaskMessage.of("s", 1, "x");
    assertEquals(1, task.withPriority(1).priority());
    assertEquals(5, task.withPriority(5).priority());
    assertThrows(IllegalArgumentException.class, () -> task.withPriority(0));
    assertThrows(IllegalArgumentException.class, () -> task.withPriority(6));
    for (var wrong :
        List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofDays(365).plusNanos(1))) {
      assertThrows(IllegalArgumentException.class, () -> task.withTimeout(wrong));
    }
    for (var time : List.of(Duration.ofNanos(1), Duration.ofMillis(1500), Duration.ofDays(365))) {
      assertEquals(Optional.of(time), task.withTimeout(time).timeLimit());
    }
    var json = task.withTimeout(Duration.ofSeconds(30)).toJson().toString();
    assertTrue(json.endsWith("\"timeout\":30}"), json);
  }

  @Test
  void aTimeLimitIsUsableWhateverTheTimeoutSays() {
    var limits = new LinkedHashMap<String, Optional<Duration>>();
    limits.put("null", Optional.empty());
    limits.put("0", Optional.empty());
    limits.put("-3", Optional.empty());
    limits.put("1e-300", Optional.of(Duration.ofNanos(1)));
    limits.put("1e300", Optional.of(Duration.ofDays(365)));
    limits.forEach(
        (seconds, limit) -> {
          var json = task("timeout", seconds);
          var task = assertInstanceOf(TaskMessage.class, Message.parse(json), json);
          assertEquals(limit, task.timeLimit(), json);
          assertEquals(task, Message.parse(task.toJson().toString()));
        });
  }

  @Test
  void reportsOfTimeoutsAndErrorsSaySo() {
    var task = TaskMessage.of("s", 1, "x");
    var timeout = ReportMessage.timeout(task, 2, Duration.ofMillis(1500));
    assertEquals(ReportMessage.TIMEOUT, timeout.status());
    assertEquals(Optional.of("not done within 1500 ms"), timeout.error());
    assertEquals(1500, timeout.durationMs());
    var error = ReportMessage.error(task, 2, "no such tool", Duration.ZERO);
    assertEquals(ReportMessage.ERROR, error.status());
    assertEquals(Optional.of("no such tool"), error.error());
    assertFalse(error.isSuccess());
  }

  @Test
  void anImmediateShutdownIsNotGraceful() {
    assertTrue(ShutdownMessage.of("s", 1, "x").graceful());
    assertFalse(ShutdownMessage.immediate("s", 1, "x").graceful());
  }

  @Test
  void whatJsonCannotSayIsRefusedByNameWhenItIsWritten() {
    var half = TaskMessage.of("s", 1, "cut \ud83d");
    var why = assertThrows(IllegalArgumentException.class, half::toJson).getMessage();
    assertTrue(why.startsWith("prompt: "), why);
    var ours =
        new ShutdownMessage(
            "t", "m", "s", "r", true, Optional.empty(), Map.of("reason", Json.of("again")));
    why = assertThrows(IllegalArgumentException.class, ours::toJson).getMessage();
    assertEquals("more: has reason, which is a field of ours", why);
  }

  @Test
  void nullIsRefusedByName() {
    var task = TaskMessage.of("s", 1, "x");
    List<Map.Entry<String, Runnable>> wrong =
        List.of(
            Map.entry("prompt", () -> TaskMessage.of("s", 1, null)),
            Map.entry("sessionId", () -> TaskMessage.of(null, 1, "x")),
            Map.entry("taskId", () -> task.withTaskId(null)),
            Map.entry("context", () -> task.withContext(null)),
            Map.entry("error", () -> ReportMessage.failure(task, 1, null, Duration.ZERO)),
            Map.entry("task", () -> ReportMessage.error(null, 1, "x", Duration.ZERO)),
            Map.entry("time", () -> ReportMessage.timeout(task, 1, null)),
            Map.entry("timeout", () -> task.withTimeout(null)),
            Map.entry("json", () -> Message.parse((JsonValue) null)),
            Map.entry("result", () -> ReportMessage.success(task, 1, null, Duration.ZERO)),
            Map.entry("reason", () -> ShutdownMessage.of("s", 1, null)),
            Map.entry("event", () -> StatusMessage.of("s", 1, null)));
    wrong.forEach(
        each ->
            assertEquals(
                each.getKey(),
                assertThrows(NullPointerException.class, each.getValue()::run).getMessage()));
  }

  @Test
  void anErrorTextThatUtf8CannotSayIsStillReported() {
    var task = TaskMessage.of("s", 1, "x");
    var report = ReportMessage.failure(task, 1, "cut \ud83d", Duration.ZERO);
    assertEquals(report, Message.parse(report.toJson().toString()));
  }
}
