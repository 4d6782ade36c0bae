package dev.redstart.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Server;
import dev.redstart.redis.Streams;
import dev.redstart.redis.Trim;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Events are as the original has them, dense, and as many are kept as was said. */
class EventTest {

  @Test
  void anEventIsAsTheOriginalHasIt() {
    try (var one = OneStore.open()) {
      one.message().appendText("a");
      var event = ((MessageUpdate.Event) reader(one, "0").next(Duration.ZERO).get()).event();
      var json = event.toJson();
      assertEquals(
          List.of(
              "event_id",
              "event_type",
              "message_id",
              "session_id",
              "sequence",
              "payload",
              "timestamp"),
          List.copyOf(json.asMap().keySet()));
      assertEquals("message_start", json.get("event_type").asString());
      assertEquals(1, json.get("sequence").asLong());
      assertEquals(one.entries().get(0).id().toString(), json.get("event_id").asString());
      var now = one.redis.call(Server.time());
      assertTrue(Duration.between(event.timestamp(), now).toSeconds() < 60);
      assertTrue(json.get("timestamp").asString().endsWith("Z"));
    }
  }

  private static MessageSubscription reader(OneStore one, String from) {
    return one.store.subscribe(OneStore.SESSION, OneStore.ID, from);
  }

  @Test
  void allPayloadsAreThoseOfTheOriginal() {
    try (var one = OneStore.open()) {
      var message = one.message();
      message.addContent(ContentBlock.of(ContentType.THINKING, "hm").withId("c1"));
      message.addContent(ContentBlock.of(ContentType.THINKING, "hmm").withId("c1"));
      message.startTask("t1", "image_generation", Json.object("prompt", "x"));
      message.updateTask("t1", TaskUpdate.progress(0.25));
      var image = ContentBlock.of(ContentType.IMAGE, Media.url("u").with("width", 8));
      message.updateTask("t1", TaskUpdate.completed(image));
      message.startTask("t2", "summary");
      message.updateTask("t2", TaskUpdate.failed("no"));
      message.startTask("t3", "audio");
      message.publish(EventType.PING, Json.object());
      message.publish(EventType.ERROR, Json.object("error", "slow"));
      message.fail("over");
      assertEquals(
          List.of(
              "message_start {\"role\":\"assistant\"}",
              "content_added {\"content_id\":\"c1\",\"content_type\":\"thinking\",\"text\":\"hm\"}",
              "content_updated"
                  + " {\"content_id\":\"c1\",\"content_type\":\"thinking\",\"text\":\"hmm\"}",
              "task_started {\"task_id\":\"t1\",\"task_type\":\"image_generation\",\"status\":"
                  + "\"processing\",\"progress\":0.0,\"params\":{\"prompt\":\"x\"}}",
              "content_added {\"content_id\":\"msg_001.t1\",\"content_type\":\"image\","
                  + "\"placeholder\":true,\"task_id\":\"t1\"}",
              "task_progress {\"task_id\":\"t1\",\"status\":\"processing\",\"progress\":0.25}",
              "task_completed {\"task_id\":\"t1\",\"status\":\"completed\",\"progress\":1.0,"
                  + "\"content_id\":\"msg_001.t1\"}",
              "content_updated {\"content_id\":\"msg_001.t1\",\"content_type\":\"image\","
                  + "\"task_id\":\"t1\",\"image\":{\"url\":\"u\",\"width\":8}}",
              "task_started {\"task_id\":\"t2\",\"task_type\":\"summary\",\"status\":"
                  + "\"processing\",\"progress\":0.0}",
              "content_added {\"content_id\":\"msg_001.t2\",\"content_type\":\"text\","
                  + "\"placeholder\":true,\"task_id\":\"t2\"}",
              "task_failed {\"task_id\":\"t2\",\"status\":\"failed\",\"progress\":0.0,"
                  + "\"error\":\"no\"}",
              "task_started {\"task_id\":\"t3\",\"task_type\":\"audio\",\"status\":"
                  + "\"processing\",\"progress\":0.0}",
              "content_added {\"content_id\":\"msg_001.t3\",\"content_type\":\"audio\","
                  + "\"placeholder\":true,\"task_id\":\"t3\"}",
              "ping {}",
              "error {\"error\":\"slow\"}",
              "task_failed {\"task_id\":\"t3\",\"status\":\"cancelled\",\"progress\":0.0}",
              "error {\"error\":\"over\"}",
              "message_end {\"status\":\"failed\",\"error\":\"over\"}"),
          one.events());
    }
  }

  @Test
  void theSequenceIsTheSecondHalfOfTheId() {
    try (var one = OneStore.open()) {
      var message = one.message();
      for (int i = 0; i < 20; i++) {
        message.appendText("x");
      }
      long expected = 1;
      for (var entry : one.entries()) {
        assertEquals(expected, entry.id().sequence());
        assertEquals(Long.toString(expected++), entry.field("sequence").orElseThrow());
      }
    }
  }

  @Test
  void exactlyAsManyEventsAreKeptAsWasSaid() {
    try (var one = OneStore.open()) {
      var message = one.message();
      for (int i = 0; i < 1_200; i++) {
        message.appendText("x");
      }
      assertEquals(1_000, one.entries().size());
      var three = one.elsewhere(MessageOptions.defaults().withEvents(3));
      three.load(OneStore.ID).orElseThrow().appendText("y");
      assertEquals(3, one.entries().size());
    }
  }

  @Test
  void onlyEventsThatChangeNothingArePublishedAlone() {
    try (var one = OneStore.open()) {
      var message = one.message();
      for (EventType type : EventType.values()) {
        if (!Set.of(EventType.PING, EventType.ERROR).contains(type)) {
          assertThrows(IllegalArgumentException.class, () -> message.publish(type, Json.object()));
        }
      }
      assertEquals(List.of("message_start"), one.types());
    }
  }

  @Test
  void entriesOfStrangersHurtNobody() {
    try (var one = OneStore.open()) {
      var message = one.message();
      var reader = reader(one, "0");
      message.appendText("a");
      one.redis.call(Streams.add(OneStore.STREAM, Map.of("who", "knows")));
      message.appendText("b");
      var far = new EntryId(System.currentTimeMillis() + 100_000, 7);
      one.redis.call(Streams.add(OneStore.STREAM, far, Map.of("who", "knows"), Trim.none()));
      message.appendText("c");
      message.complete();
      assertEquals("abc", Fold.of(OneStore.readAll(reader)).text());
      assertEquals("abc", Fold.of(one.readAll("0")).text());
      assertEquals("abc", one.text());
    }
  }

  @Test
  void aMessageEndsOnce() {
    try (var one = OneStore.open()) {
      var message = one.message();
      assertTrue(message.complete().isDone());
      for (var refused : List.of(message.complete(), message.fail("x"), message.cancel())) {
        assertEquals(Written.Result.ENDED, refused.result());
        assertEquals(MessageStatus.COMPLETED, refused.status());
      }
      assertEquals(List.of("message_start", "message_end"), one.types());
    }
  }
}
