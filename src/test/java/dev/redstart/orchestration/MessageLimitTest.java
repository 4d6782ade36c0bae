package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.json.JsonArray;
import dev.redstart.json.JsonValue;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Results and errors that are too much for a report. */
class MessageLimitTest {
  private static final Duration LIMIT = OneSession.LIMIT;

  /** The report on a task, and that the child went on with the next one. */
  private static ReportMessage report(TaskHandler handler) {
    try (var s = OneSession.open(1)) {
      s.send(1, "a", "next");
      var run =
          s.child(1)
              .run(task -> task.taskId().equals("a") ? handler.handle(task) : Json.of("fine"), 2);
      assertEquals(2, run.received());
      assertEquals(0, run.refused());
      assertFalse(Thread.interrupted(), "a stray interrupt");
      var reports = s.parent.gather(LIMIT).reports();
      assertTrue(reports.get("next").isSuccess());
      assertEquals(List.of(), s.list(s.keys.dead()));
      return reports.get("a");
    }
  }

  private static String error(TaskHandler handler) {
    var report = report(handler);
    assertEquals(ReportMessage.FAILURE, report.status());
    return report.error().orElseThrow();
  }

  @Test
  void aResultOfAMebibyteIsAFailure() {
    var text = error(task -> Json.of("x".repeat(1 << 20)));
    assertTrue(text.contains("at most 1048576") && text.contains("task a"), text);
  }

  @Test
  void aResultThatJustFitsIsASuccess() {
    var report = report(task -> Json.of("x".repeat((1 << 20) - 1000)));
    assertEquals((1 << 20) - 1000, report.result().asString().length());
  }

  @Test
  void aResultThatIsLargeOnlyInBytesIsAFailureToo() {
    assertTrue(error(task -> Json.of("\u20ac".repeat(400_000))).contains("at most 1048576"));
  }

  private static JsonValue nested(int levels) {
    JsonValue value = Json.of("deep inside");
    for (int i = 0; i < levels; i++) {
      value = JsonArray.of(List.of(value));
    }
    return value;
  }

  @Test
  void aResultWithTooManyLevelsIsAFailure() {
    assertEquals(nested(255), report(task -> nested(255)).result());
    assertTrue(error(task -> nested(256)).contains("256 levels"));
    assertTrue(error(task -> nested(257)).contains("256 levels"), "as the handler made it");
  }

  @Test
  void theMessageOfAnExceptionIsCut() {
    var text =
        error(
            task -> {
              throw new IllegalStateException("x".repeat(3 << 20));
            });
    assertEquals("x".repeat(10_000), text);
  }

  @Test
  void theMessageOfAnExceptionIsMadeSayable() {
    var text =
        error(
            task -> {
              throw new IllegalStateException("half \ud83d of it, \u0000 and \"all\"");
            });
    assertEquals("half ? of it, \u0000 and \"all\"", text);
  }

  @Test
  void aMessageCutInTheMiddleOfAnEmojiIsMadeSayable() {
    var text =
        error(
            task -> {
              throw new IllegalStateException("x".repeat(9_999) + "\ud83d\ude00");
            });
    assertEquals("x".repeat(9_999) + "?", text);
  }

  @Test
  void anExceptionWithoutAMessageIsNamed() {
    var text =
        error(
            task -> {
              throw new IllegalStateException();
            });
    assertEquals("java.lang.IllegalStateException", text);
  }

  /** Of somebody's own making. */
  private static final class Odd extends Exception {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new UnsupportedOperationException("it cannot say");
    }
  }

  @Test
  void anExceptionThatCannotSayWhatItIsIsAFailureAllTheSame() {
    var text =
        error(
            task -> {
              throw new Odd();
            });
    assertTrue(text.contains("Odd"), text);
  }

  @Test
  void aReportByHandThatIsTooLargeIsRefusedAndTheTaskIsStillHeld() {
    try (var s = OneSession.open(1)) {
      s.send(1, "a");
      var child = s.child(1);
      var task = child.take(LIMIT).orElseThrow();
      var large = ReportMessage.success(task, 1, Json.of("x".repeat(1 << 20)), Duration.ZERO);
      assertThrows(IllegalArgumentException.class, () -> child.report(large));
      assertEquals(List.of(task), s.parent.heldBy(1));
      var small = ReportMessage.success(task, 1, Json.of("x"), Duration.ZERO);
      assertEquals(Verdict.COUNTED, child.report(small));
    }
  }
}
