package dev.redstart.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.redstart.json.JsonValue;
import dev.redstart.redis.EntryId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A reader's own idea of a message, made of nothing but its updates; notices what does not fit. */
final class Fold {
  private final StringBuilder text = new StringBuilder();
  private final Map<String, String> tasks = new TreeMap<>();
  private final Map<String, String> blocks = new LinkedHashMap<>();
  private long bytes;
  private long sequence;
  int snapshots;
  int events;
  MessageStatus status = MessageStatus.STREAMING;
  String lastId = "0";

  static Fold of(List<MessageUpdate> updates) {
    var fold = new Fold();
    updates.forEach(fold::take);
    return fold;
  }

  void take(MessageUpdate update) {
    if (update instanceof MessageUpdate.Snapshot snapshot) {
      take(snapshot.message());
    } else if (update instanceof MessageUpdate.Event event) {
      take(event.event());
    }
  }

  private void take(MessageSnapshot message) {
    snapshots++;
    text.setLength(0);
    text.append(message.text());
    bytes = Names.utf8(message.text()).length;
    tasks.clear();
    message.tasks().forEach((id, task) -> tasks.put(id, task.status().toString()));
    blocks.clear();
    message.contentBlocks().forEach(it -> blocks.put(it.contentId(), content(it.toJson())));
    status = message.status();
    // The end of a message that has ended comes as an event, too.
    var last = EntryId.parse(message.lastEventId());
    last = message.isComplete() ? last.previous() : last;
    lastId = last.toString();
    sequence = last.sequence();
  }

  private void take(StreamEvent event) {
    events++;
    assertEquals(++sequence, event.sequence(), "each event once and in order");
    lastId = event.eventId();
    var payload = event.payload();
    switch (event.eventType()) {
      case TEXT_DELTA -> append(payload);
      case TASK_STARTED -> assertNull(tasks.put(id(payload), "processing"));
      case TASK_PROGRESS, TASK_COMPLETED, TASK_FAILED ->
          assertNotNull(tasks.put(id(payload), payload.get("status").asString()));
      case CONTENT_ADDED, CONTENT_UPDATED ->
          blocks.put(payload.get("content_id").asString(), content(payload));
      case MESSAGE_END -> status = status(payload);
      default -> {
        // Says nothing about the state.
      }
    }
  }

  private static String id(JsonValue payload) {
    return payload.get("task_id").asString();
  }

  private static String content(JsonValue json) {
    var kind = json.get("content_type").asString();
    return kind + " " + json.tryGet("text").or(() -> json.tryGet(kind)).map(Object::toString);
  }

  private static MessageStatus status(JsonValue payload) {
    return Names.find(MessageStatus.class, payload.get("status").asString()).orElseThrow();
  }

  private void append(JsonValue payload) {
    assertEquals(bytes, payload.get("offset").asLong(), "where the next text begins");
    var delta = payload.get("delta").asString();
    text.append(delta);
    bytes += Names.utf8(delta).length;
  }

  String text() {
    return text.toString();
  }

  /** All that a reader can know, to be compared with what another one knows. */
  String state() {
    return status + " " + tasks + " " + blocks + " " + text;
  }
}
