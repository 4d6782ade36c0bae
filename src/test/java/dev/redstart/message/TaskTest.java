package dev.redstart.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.message.Written.Result;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tasks of a message begin once, end once, and end with it at the latest. */
class TaskTest {
  private static final Map<String, ContentType> TYPES =
      Map.of(
          "image_generation", ContentType.IMAGE,
          "video_generation", ContentType.VIDEO,
          "audio", ContentType.AUDIO,
          "code_review", ContentType.CODE,
          "research", ContentType.TEXT);

  @Test
  void aPlaceholderIsOfTheTypeThatTheTaskWillMake() {
    try (var one = OneStore.open()) {
      var message = one.message();
      TYPES.forEach((task, type) -> message.startTask(task, task));
      for (var block : one.load().contentBlocks()) {
        assertTrue(block.isPlaceholder());
        assertEquals(TYPES.get(block.taskId().orElseThrow()), block.contentType());
      }
    }
  }

  @Test
  void aTaskThatHasEndedStaysAsItIs() {
    try (var one = OneStore.open()) {
      var message = one.message();
      var ends =
          Map.of(
              "completed",
              TaskUpdate.completed(),
              "failed",
              TaskUpdate.failed("x"),
              "cancelled",
              TaskUpdate.cancelled());
      ends.forEach(
          (id, end) -> {
            message.startTask(id, "summary");
            message.updateTask(id, TaskUpdate.progress(0.5));
            assertEquals(Result.APPLIED, message.updateTask(id, end).result());
            int events = one.events().size();
            var late = ContentBlock.of(ContentType.TEXT, "late");
            for (var update :
                List.of(
                    TaskUpdate.progress(1), TaskUpdate.completed(late), TaskUpdate.failed(""))) {
              assertEquals(Result.TASK_ENDED, message.updateTask(id, update).result());
            }
            assertEquals(id, one.load().tasks().get(id).status().toString());
            assertEquals(events, one.events().size());
          });
    }
  }

  @Test
  void aTaskIsStartedOnce() {
    try (var one = OneStore.open()) {
      var message = one.message();
      var prompt = Json.object("prompt", "{\"}");
      message.startTask("t1", "image_generation", prompt);
      message.updateTask("t1", TaskUpdate.progress(0.5));
      var again = one.elsewhere().load(OneStore.ID).orElseThrow();
      assertEquals(Result.REPEATED, again.startTask("t1", "image_generation", prompt).result());
      assertThrows(
          MessageException.Conflict.class, () -> again.startTask("t1", "video_generation"));
      assertEquals(0.5, one.load().tasks().get("t1").progress());
      assertEquals(prompt, one.load().tasks().get("t1").json().get("params"));
      assertEquals(1, one.load().contentBlocks().size());
    }
  }

  @Test
  void aTaskThatNobodyStartedIsUnknown() {
    try (var one = OneStore.open()) {
      var message = one.message();
      assertThrows(
          MessageException.UnknownTask.class,
          () -> message.updateTask("t1", TaskUpdate.progress(0.5)));
    }
  }

  @Test
  void openTasksEndWithTheMessageAndNothingIsWrittenAfterThat() {
    try (var one = OneStore.open()) {
      var message = one.message();
      message.startTask("t1", "image_generation");
      message.startTask("t2", "audio");
      message.startTask("t3", "audio");
      message.updateTask("t2", TaskUpdate.completed());
      message.updateTask("t3", TaskUpdate.progress(0.25));
      message.complete();
      var tasks = one.load().tasks();
      assertEquals(TaskStatus.CANCELLED, tasks.get("t1").status());
      assertEquals(TaskStatus.COMPLETED, tasks.get("t2").status());
      assertEquals(TaskStatus.CANCELLED, tasks.get("t3").status());
      assertEquals(0.25, tasks.get("t3").progress());
      assertEquals("{}", one.load().toJson().get("pending_tasks").toString());
      assertEquals(Fold.of(one.readAll("0")).state(), whole(one).state());

      int events = one.events().size();
      for (var refused :
          List.of(
              message.updateTask("t1", TaskUpdate.completed()),
              message.startTask("t4", "audio"),
              message.addContent(ContentBlock.of(ContentType.TEXT, "x")),
              message.appendText("x"),
              message.publish(EventType.PING, Json.object()))) {
        assertEquals(Result.ENDED, refused.result());
        assertEquals(MessageStatus.COMPLETED, refused.status());
      }
      assertEquals(events, one.events().size());
    }
  }

  private static Fold whole(OneStore one) {
    return Fold.of(List.of(new MessageUpdate.Snapshot(one.load())));
  }

  @Test
  void whatCannotBeIsRefusedAtOnce() {
    var text = ContentBlock.of(ContentType.TEXT, "x");
    var failed = TaskUpdate.failed("x");
    assertThrows(IllegalArgumentException.class, () -> TaskUpdate.progress(1.5));
    assertThrows(IllegalArgumentException.class, () -> TaskUpdate.progress(Double.NaN));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new TaskUpdate(
                TaskStatus.FAILED, 0, TaskUpdate.completed(text).content(), failed.error()));
    assertThrows(
        IllegalArgumentException.class,
        () -> ContentBlock.of(ContentType.TEXT, Media.url("https://example.com")));
    assertThrows(IllegalArgumentException.class, () -> ContentBlock.of(ContentType.IMAGE, "x"));
  }
}
