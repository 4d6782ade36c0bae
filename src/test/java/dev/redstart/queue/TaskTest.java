package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.json.JsonNull;
import dev.redstart.json.JsonParseException;
import dev.redstart.json.JsonValueException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskTest {
  record Mail(String to, int copies) {}

  private static Task parse(String json) {
    return Task.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void itIsWrittenAsTheOriginalWritesIt() {
    var task = new Task("t1", Json.parse("{\"x\":1}"), Json.object("by", "ann"));
    assertEquals(
        "{\"id\":\"t1\",\"payload\":{\"x\":1},\"meta\":{\"by\":\"ann\"}}",
        task.toJson().toString());
    assertEquals(task, parse(task.toJson().toString()));
  }

  @Test
  void aPayloadMayBeARecord() {
    var task = Task.of("m", new Mail("ann", 2));
    assertEquals("{\"to\":\"ann\",\"copies\":2}", task.payload().toString());
    assertEquals(new Mail("ann", 2), task.payloadAs(Mail.class));
    assertThrows(JsonValueException.class, () -> Task.of("m", "text").payloadAs(Mail.class));
  }

  @Test
  void aPayloadMayBeAnyJson() {
    for (var payload : List.of("null", "0", "\"\"", "[]", "{}", "[{\"a\":[1.50]}]", "-1e-7")) {
      var task = new Task("t", Json.parse(payload));
      assertEquals(payload, parse(task.toJson().toString()).payload().toString());
    }
    assertEquals(Json.parse("{\"a\":[1,null]}"), Json.parse(Json.of(nested()).toString()));
  }

  private static Object nested() {
    var list = new ArrayList<Object>(List.of(1));
    list.add(null);
    return Map.of("a", list);
  }

  @Test
  void payloadAndMetaMayBeMissing() {
    var task = parse("{\"id\":\"t\",\"more\":1}");
    assertEquals("\"\"", task.payload().toString());
    assertEquals("{}", task.meta().toString());
    assertEquals(JsonNull.class, parse("{\"id\":\"t\",\"payload\":null}").payload().getClass());
  }

  @Test
  void whatIsNoTaskIsRefused() {
    assertThrows(JsonParseException.class, () -> parse("{\"id\":\"t\""));
    for (var wrong : List.of("[]", "{}", "{\"id\":1}", "{\"id\":\"t\",\"meta\":[]}")) {
      assertThrows(JsonValueException.class, () -> parse(wrong), wrong);
    }
    assertThrows(IllegalArgumentException.class, () -> parse("{\"id\":\" \"}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\n", "\u0000 "})
  void aBlankIdIsRefused(String id) {
    var refused =
        assertThrows(IllegalArgumentException.class, () -> new Task(id, Json.of(1)), "blank");
    assertTrue(refused.getMessage().startsWith("id:"), refused.getMessage());
  }

  @Test
  void anIdHasAtMost1024BytesOfUtf8() {
    assertEquals(1024, new Task("x".repeat(1024), Json.of(1)).id().length());
    assertEquals(512, new Task("é".repeat(512), Json.of(1)).id().length());
    for (var tooLong : List.of("x".repeat(1025), "é".repeat(513), "\ud83d\ude00".repeat(257))) {
      assertThrows(IllegalArgumentException.class, () -> new Task(tooLong, Json.of(1)));
    }
  }

  @Test
  void halfASurrogatePairIsNoId() {
    for (var half : List.of("\ud800", "a\udc00", "\udc00\ud800", "\ud83d\ude00\ud83d")) {
      assertThrows(IllegalArgumentException.class, () -> new Task(half, Json.of(1)));
    }
  }

  @Test
  void nullsAreRefusedByName() {
    assertNamed("id", () -> new Task(null, Json.of(1)));
    assertNamed("payload", () -> new Task("t", null));
    assertNamed("meta", () -> new Task("t", Json.of(1), null));
    assertNamed("task", () -> Push.of(null));
    assertNamed("time", () -> Push.of(OneQueue.task("t")).withTime(null));
    assertNamed("delay", () -> Push.of(OneQueue.task("t")).withDelay(null));
  }

  static void assertNamed(String name, Runnable call) {
    var refused = assertThrows(NullPointerException.class, call::run, name);
    assertEquals(name, refused.getMessage());
  }
}
