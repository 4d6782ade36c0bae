package dev.redstart.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.EntryId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A message as a page would show it, made of nothing but its stream. */
final class MessageView implements View {
  private final StringBuilder text = new StringBuilder();
  private final Map<String, Map<String, JsonValue>> tasks = new TreeMap<>();
  private final Map<String, String> blocks = new LinkedHashMap<>();

  /** Read by others, too. */
  private final Queue<Long> times = new ConcurrentLinkedQueue<>();

  private long bytes;
  private long sequence;
  private String status = "streaming";
  private String error = "null";
  private int snapshots;
  private int cuts;
  private int ends;

  @Override
  public void take(String id, String name, String data) {
    assertEquals(0, ends, "nothing comes after the end, but " + name + " " + data);
    times.add(System.nanoTime());
    var json = Json.parse(data);
    if (name.equals("snapshot")) {
      whole(json);
      // Of one that has ended, the end is still to come.
      boolean ended = json.get("is_complete").asBoolean();
      assertEquals(!ended, json.get("last_event_id").asString().equals(id));
    } else {
      assertEquals(json.get("event_id").asString(), id);
      event(name, json);
    }
  }

  /** Instead of all there was. */
  MessageView whole(JsonValue json) {
    snapshots++;
    text.setLength(0);
    text.append(json.get("text").asString());
    bytes = text.toString().getBytes(UTF_8).length;
    tasks.clear();
    json.get("tasks").asMap().forEach((id, task) -> tasks.put(id, task(Map.of(), task)));
    blocks.clear();
    json.get("content_blocks").asList().forEach(this::put);
    status = json.get("status").asString();
    error = json.get("error").toString();
    boolean ended = json.get("is_complete").asBoolean();
    sequence = EntryId.parse(json.get("last_event_id").asString()).sequence() - (ended ? 1 : 0);
    return this;
  }

  private void event(String name, JsonValue json) {
    assertEquals(++sequence, json.get("sequence").asLong(), "each event once and in order");
    assertEquals(name, json.get("event_type").asString());
    var payload = json.get("payload");
    switch (name) {
      case "text_delta" -> append(payload);
      case "task_started" -> assertNull(tasks.put(id(payload), task(Map.of(), payload)));
      case "task_progress", "task_completed", "task_failed" -> {
        var before = tasks.get(id(payload));
        assertNotNull(before, "a task that was never started: " + payload);
        tasks.put(id(payload), task(before, payload));
      }
      case "content_added", "content_updated" -> put(payload);
      case "message_end" -> {
        ends++;
        status = payload.get("status").asString();
        error = payload.tryGet("error").map(JsonValue::toString).orElse("null");
      }
      default -> assertTrue(name.matches("message_start|error|ping"), name);
    }
  }

  private void append(JsonValue payload) {
    assertEquals(bytes, payload.get("offset").asLong(), "where the next text begins");
    var delta = payload.get("delta").asString();
    text.append(delta);
    bytes += delta.getBytes(UTF_8).length;
  }

  private static String id(JsonValue payload) {
    return payload.get("task_id").asString();
  }

  /** What is known of it now; which block it makes is known by the block, too. */
  private static Map<String, JsonValue> task(Map<String, JsonValue> before, JsonValue news) {
    var task = new TreeMap<>(before);
    task.putAll(news.asMap());
    task.keySet().removeAll(List.of("task_id", "content_id"));
    return task;
  }

  private void put(JsonValue block) {
    var known = new TreeMap<>(block.asMap());
    var isPlaceholder = Json.of(true).equals(known.remove("placeholder"));
    isPlaceholder |= Json.of(true).equals(known.remove("is_placeholder"));
    blocks.put(block.get("content_id").asString(), isPlaceholder + " " + known);
  }

  @Override
  public void cutOff() {
    cuts++;
  }

  @Override
  public void over() {
    assertEquals(1, ends, "ends before there is no more");
  }

  String text() {
    return text.toString();
  }

  String status() {
    return status;
  }

  int snapshots() {
    return snapshots;
  }

  int cuts() {
    return cuts;
  }

  /** Between two things that came, from that moment on. */
  long longestSilenceMillis(long sinceNanos) {
    long longest = 0;
    long before = sinceNanos;
    for (long time : times) {
      longest = Math.max(longest, time - before);
      before = Math.max(before, time);
    }
    return longest / 1_000_000;
  }

  /** When the last thing came. */
  long lastMillisAfter(long nanos) {
    return times.stream().mapToLong(time -> (time - nanos) / 1_000_000).max().orElseThrow();
  }

  /** How many events there were. */
  int size() {
    return times.size();
  }

  /** All that a reader can know, to be compared with what is stored. */
  String state() {
    return status + " " + error + " " + tasks + " " + blocks + " " + text;
  }

  @Override
  public String toString() {
    return "at event " + sequence + ", cut off " + cuts + " times";
  }
}
