package dev.redstart.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.queue.QueueOptions;
import dev.redstart.queue.Task;
import dev.redstart.queue.TaskQueue;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The four scenarios of the original's document. */
class ScenarioTest {

  @Test
  void aSimpleConversation() {
    try (var one = OneStore.open()) {
      var message = one.store.loadOrCreate("msg_001", "session_001", Role.ASSISTANT);
      for (var chunk : List.of("你好", "，", "世界")) {
        message.appendText(chunk);
      }
      message.complete();
      var loaded = one.elsewhere().load("msg_001").orElseThrow().snapshot();
      assertEquals("你好，世界", loaded.text());
      assertTrue(loaded.isComplete());
    }
  }

  @Test
  void aTaskThatSomebodyElseFinishes() {
    try (var one = OneStore.open()) {
      var message = one.message();
      message.startTask("task_001", "image_generation", Json.object("prompt", "风景画"));
      var placeholder = one.load().contentBlocks().get(0);
      assertTrue(placeholder.isPlaceholder());
      assertEquals(ContentType.IMAGE, placeholder.contentType());

      var worker = one.elsewhere().load("msg_001").orElseThrow();
      assertEquals("风景画", parameters(worker.snapshot()).get("prompt").asString());
      worker.updateTask("task_001", TaskUpdate.progress(0.5));
      var image = ContentBlock.of(ContentType.IMAGE, Media.url("https://example.com/image.jpg"));
      worker.updateTask("task_001", TaskUpdate.completed(image));
      message.complete();

      assertEquals(
          List.of(
              "message_start",
              "task_started",
              "content_added",
              "task_progress",
              "task_completed",
              "content_updated",
              "message_end"),
          one.types());
      var block = one.load().contentBlocks().get(0);
      assertEquals(image.media(), block.media());
      assertEquals(placeholder.contentId(), block.contentId());
      assertEquals(TaskStatus.COMPLETED, one.load().tasks().get("task_001").status());
    }
  }

  private static JsonValue parameters(MessageSnapshot message) {
    return message.tasks().get("task_001").json().get("params");
  }

  /** The original's BRPOP loses the task with the worker; our queue gives it to the next one. */
  @Test
  void aTaskThatGoesThroughAQueueAndSurvivesItsFirstWorker() {
    var options = QueueOptions.defaults().withLease(Duration.ofMillis(200));
    try (var one = OneStore.open();
        var elsewhere = Redis.connect(RedisServer.shared().url());
        var store = MessageStore.of(elsewhere)) {
      one.message().startTask("task_001", "video_generation");
      var job = Json.object("message_id", "msg_001", "task_id", "task_001");
      TaskQueue.of(one.redis, "task_queue", options).push(new Task("msg_001.task_001", job));

      var queue = TaskQueue.of(elsewhere, "task_queue", options);
      queue.claim(1).forEach(lease -> begin(store, lease.task()));
      // That worker was killed: it gives no signs of life. The queue's heartbeat is its process'.
      elsewhere.close();

      var handled = new ArrayList<Task>();
      Eventually.within(
          OneStore.LIMIT,
          "another worker gets the task",
          () -> {
            var again = TaskQueue.of(one.redis, "task_queue", options);
            handled.addAll(again.popAndHandle(task -> finish(one.store, task), 1));
            return !handled.isEmpty();
          });
      var task = one.load().tasks().get("task_001");
      assertEquals(TaskStatus.COMPLETED, task.status());
      assertEquals(ContentType.VIDEO, one.load().contentBlocks().get(0).contentType());
      assertEquals(1, one.types().stream().filter("task_completed"::equals).count());
    }
  }

  private static void begin(MessageStore store, Task task) {
    var message = store.load(task.payload().get("message_id").asString()).orElseThrow();
    message.updateTask(task.payload().get("task_id").asString(), TaskUpdate.progress(0.1));
  }

  private static boolean finish(MessageStore store, Task task) {
    var message = store.load(task.payload().get("message_id").asString()).orElseThrow();
    var video = ContentBlock.of(ContentType.VIDEO, Media.url("https://example.com/v.mp4"));
    return message
        .updateTask(task.payload().get("task_id").asString(), TaskUpdate.completed(video))
        .isDone();
  }

  @Test
  void aReaderGetsEverythingAsItHappens() throws Exception {
    try (var one = OneStore.open()) {
      var message = one.message();
      message.appendText("ear");
      var reading =
          CompletableFuture.supplyAsync(
              () -> {
                try (var reader = one.elsewhere().subscribe("session_001", "msg_001", "0")) {
                  return OneStore.readAll(reader);
                }
              });
      message.appendText("ly ");
      message.appendText("late");
      message.complete();
      var updates = reading.get(10, TimeUnit.SECONDS);
      assertEquals("early late", Fold.of(updates).text());
      var last = ((MessageUpdate.Event) updates.get(updates.size() - 1)).event();
      assertTrue(
          last.toSse().startsWith("id: " + last.eventId() + "\nevent: message_end\ndata: {"),
          last.toSse());
      assertTrue(last.toSse().endsWith("}\n\n"));
    }
  }

  @Test
  void anErrorEndsTheTask() {
    try (var one = OneStore.open()) {
      var message = one.message();
      message.startTask("task_001", "audio_generation");
      message.updateTask("task_001", TaskUpdate.failed("no \"voice\""));
      var task = one.load().tasks().get("task_001");
      assertEquals(TaskStatus.FAILED, task.status());
      assertEquals("no \"voice\"", task.error().orElseThrow());
    }
  }

  /** Whoever posts may have died after any of its steps, and repeats all of them. */
  @Test
  void whatWasHalfPostedIsFinishedByTheRepetition() {
    try (var one = OneStore.open()) {
      for (int steps = 0; steps < 5; steps++) {
        var head = MessageHead.of("m" + steps, OneStore.SESSION, Role.USER);
        var block = ContentBlock.of(ContentType.CODE, "code").withId("c" + steps);
        if (steps > 0) {
          var half = one.store.loadOrCreate(head);
          List<Runnable> rest =
              List.of(
                  () -> half.appendText(0, "text"),
                  () -> half.addContent(block),
                  () -> half.complete());
          rest.subList(0, steps - 1).forEach(Runnable::run);
        }
        var posted = one.store.post(head, "text", block);
        assertEquals(posted, one.elsewhere().post(head, "text", block));
        assertEquals("text", posted.text());
        assertEquals(List.of(block), posted.contentBlocks());
        assertEquals(MessageStatus.COMPLETED, posted.status());
        assertThrows(MessageException.Conflict.class, () -> one.store.post(head, "text"));
        assertThrows(MessageException.Conflict.class, () -> one.store.post(head, "te", block));
      }
    }
  }
}
