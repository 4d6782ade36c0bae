package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.json.JsonParseException;
import dev.redstart.json.JsonValueException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
            ShutdownMessage.of("s-1", 2, "over"),
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
  void anInstructionIsAPrompt() {
    var json = "{\"type\":\"task\",\"task_id\":\"t\",\"instruction\":\"do it\"}";
    assertEquals("do it", assertInstanceOf(TaskMessage.class, Message.parse(json)).prompt());
  }

  @Test
  void aBareShutdownIsOne() {
    var message = assertInstanceOf(ShutdownMessage.class, Message.parse("{\"type\":\"shutdown\"}"));
    assertEquals("normal", message.reason());
    assertTrue(message.graceful());
  }

  @Test
  void whatIsNoMessageIsRefusedWithThePath() {
    assertThrows(JsonParseException.class, () -> Message.parse("{"));
    var refused =
        Map.of(
            "[]", "$",
            "{}", "$.type",
            "{\"type\":\"control\"}", "$.type",
            "{\"type\":\"task\"}", "$.task_id",
            "{\"type\":\"task\",\"task_id\":7}", "$.task_id",
            "{\"type\":\"report\",\"task_id\":\"t\",\"duration_ms\":\"long\"}", "$.duration_ms");
    refused.forEach(
        (json, path) -> {
          var message =
              assertThrows(JsonValueException.class, () -> Message.parse(json)).getMessage();
          assertTrue(message.startsWith(path + ":"), json + " -> " + message);
        });
    var empty = "{\"type\":\"task\",\"task_id\":\"\"}";
    var why = assertThrows(JsonValueException.class, () -> Message.parse(empty)).getMessage();
    assertTrue(why.contains("must not be empty"), why);
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
