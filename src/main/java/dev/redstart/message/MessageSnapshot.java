package dev.redstart.message;

import dev.redstart.json.Json;
import dev.redstart.json.JsonArray;
import dev.redstart.json.JsonNull;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A whole message at one moment.
 *
 * @param head its ids, role, parent and metadata
 * @param status how far it is
 * @param text its text
 * @param contentBlocks in the order in which they were added; the data of large ones is kept apart
 * @param tasks by id, those that have ended too
 * @param error of a message that failed, what went wrong
 * @param createdAt when it was made, on Redis' clock
 * @param updatedAt when it was last written to
 * @param lastEventId the event that this moment comes after
 */
public record MessageSnapshot(
    MessageHead head,
    MessageStatus status,
    String text,
    List<ContentBlock> contentBlocks,
    Map<String, MessageTask> tasks,
    Optional<String> error,
    Instant createdAt,
    Instant updatedAt,
    String lastEventId) {
  private static final String BLOCK = "content_block:";
  private static final String TASK = "task:";

  /** The collections are copied. */
  public MessageSnapshot {
    Objects.requireNonNull(head, "head");
    contentBlocks = List.copyOf(contentBlocks);
    tasks = Collections.unmodifiableMap(new LinkedHashMap<>(tasks));
  }

  /** {@code growing}: the text, if it is not among the fields. */
  static MessageSnapshot of(Map<String, String> fields, Optional<String> growing) {
    var metadata = parse(fields.getOrDefault("metadata", "{}"));
    var parent = Optional.of(fields.getOrDefault("parent_message_id", ""));
    var head =
        new MessageHead(
            fields.get("message_id"),
            fields.get("session_id"),
            Names.find(Role.class, fields.get("role")).orElse(Role.AGENT),
            parent.filter(it -> !it.isEmpty()),
            metadata);
    return new MessageSnapshot(
        head,
        Names.find(MessageStatus.class, fields.get("status")).orElse(MessageStatus.STREAMING),
        growing.orElse(fields.getOrDefault("text", "")),
        blocks(fields),
        tasks(fields),
        error(fields.getOrDefault("error", "")),
        Names.instant(fields.getOrDefault("created_at", "")),
        Names.instant(fields.getOrDefault("updated_at", "")),
        fields.getOrDefault("last_event_id", "0-0"));
  }

  private static JsonObject parse(String json) {
    return (JsonObject) Json.parse(json);
  }

  private static Optional<String> error(String json) {
    return json.isEmpty() ? Optional.empty() : Optional.of(Json.parse(json).asString());
  }

  private static List<ContentBlock> blocks(Map<String, String> fields) {
    var blocks = new ArrayList<ContentBlock>();
    for (var id : words(fields.getOrDefault("content_ids", ""))) {
      Optional.ofNullable(fields.get(BLOCK + id))
          .ifPresent(json -> blocks.add(ContentBlock.of(parse(json))));
    }
    return blocks;
  }

  static List<String> words(String text) {
    return text.isEmpty() ? List.of() : Arrays.asList(text.split(" "));
  }

  private static Map<String, MessageTask> tasks(Map<String, String> fields) {
    var tasks = new TreeMap<String, MessageTask>();
    fields.forEach(
        (name, json) -> {
          if (name.startsWith(TASK)) {
            var id = name.substring(TASK.length());
            tasks.put(id, MessageTask.of(id, parse(json)));
          }
        });
    return tasks;
  }

  /** Whether nothing will be added any more; the status says how it ended. */
  public boolean isComplete() {
    return status.isEnd();
  }

  /**
   * As the original has it, with {@code status}, {@code tasks}, {@code error} and {@code
   * last_event_id} beside. {@code pending_tasks} are those that go on.
   */
  public JsonObject toJson() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("message_id", JsonString.of(head.messageId()));
    members.put("session_id", JsonString.of(head.sessionId()));
    members.put("role", JsonString.of(head.role().toString()));
    members.put("text", JsonString.of(text));
    var blocks = contentBlocks.stream().map(ContentBlock::toJson).toList();
    members.put("content_blocks", JsonArray.of(blocks));
    members.put("pending_tasks", tasksJson(true));
    members.put("tasks", tasksJson(false));
    members.put("is_complete", Json.of(isComplete()));
    members.put("status", JsonString.of(status.toString()));
    members.put("error", orNull(error));
    members.put("parent_message_id", orNull(head.parentMessageId()));
    members.put("metadata", head.metadata());
    members.put("created_at", Json.of(createdAt));
    members.put("updated_at", Json.of(updatedAt));
    members.put("last_event_id", JsonString.of(lastEventId));
    return JsonObject.of(members);
  }

  private JsonObject tasksJson(boolean onlyPending) {
    Map<String, JsonValue> json = new LinkedHashMap<>();
    tasks.forEach(
        (id, task) -> {
          if (!onlyPending || task.status() == TaskStatus.PROCESSING) {
            json.put(id, task.json());
          }
        });
    return JsonObject.of(json);
  }

  private static JsonValue orNull(Optional<String> text) {
    return text.isPresent() ? JsonString.of(text.get()) : JsonNull.of();
  }
}
