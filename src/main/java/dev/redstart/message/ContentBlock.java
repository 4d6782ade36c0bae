package dev.redstart.message;

import dev.redstart.json.Json;
import dev.redstart.json.JsonBoolean;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A part of a message beside its text.
 *
 * @param contentId unique among all messages: large content is kept under it
 * @param contentType what it is
 * @param isPlaceholder whether it holds the place of what a task will make
 * @param taskId the task that made it, or will
 * @param text of what is not media, if it is here
 * @param media of what is, if it is here
 * @param more what else is known, such as a {@code language}; also what others wrote that we do not
 *     know
 */
public record ContentBlock(
    String contentId,
    ContentType contentType,
    boolean isPlaceholder,
    Optional<String> taskId,
    Optional<String> text,
    Optional<Media> media,
    JsonObject more) {
  /** In a message, stands for the data that is kept apart: its key. */
  private static final String KEY = "content_key";

  /** Checks the id. */
  public ContentBlock {
    Names.contentId(contentId);
    Objects.requireNonNull(contentType, "contentType");
    taskId.ifPresent(task -> Names.id(task, "taskId"));
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(media, "media");
    Objects.requireNonNull(more, "more");
  }

  /** Text of some kind, with a new id. */
  public static ContentBlock of(ContentType type, String text) {
    return of(type, Optional.of(text), Optional.empty());
  }

  /** Media, with a new id. */
  public static ContentBlock of(ContentType type, Media media) {
    return of(type, Optional.empty(), Optional.of(media));
  }

  private static ContentBlock of(ContentType type, Optional<String> text, Optional<Media> media) {
    if (type.isMedia() != media.isPresent()) {
      throw new IllegalArgumentException("type: a block of this content cannot be " + type);
    }
    var id = Names.newId("content");
    return new ContentBlock(id, type, false, Optional.empty(), text, media, Json.object());
  }

  /** For what the task will make. */
  static ContentBlock placeholder(String contentId, ContentType type, String taskId) {
    return new ContentBlock(
        contentId,
        type,
        true,
        Optional.of(taskId),
        Optional.empty(),
        Optional.empty(),
        Json.object());
  }

  /** The same under another id. */
  public ContentBlock withId(String contentId) {
    return new ContentBlock(contentId, contentType, isPlaceholder, taskId, text, media, more);
  }

  /** The same with one more thing known, anything that {@link Json#of} takes. */
  public ContentBlock with(String name, Object value) {
    Map<String, JsonValue> members = new LinkedHashMap<>(more.asMap());
    members.put(name, Json.of(value));
    return with(taskId, text, media, JsonObject.of(members));
  }

  ContentBlock ofTask(String taskId) {
    return with(Optional.of(taskId), text, media, more);
  }

  private ContentBlock with(
      Optional<String> taskId, Optional<String> text, Optional<Media> media, JsonObject more) {
    return new ContentBlock(contentId, contentType, isPlaceholder, taskId, text, media, more);
  }

  /** Whether its data is kept apart, and has to be loaded: {@link MessageStore#contentBlock}. */
  public boolean isApart() {
    return more.tryGet(KEY).isPresent();
  }

  int dataBytes() {
    var data = text.or(() -> media.flatMap(Media::data));
    return data.map(it -> Names.utf8(it).length).orElse(0);
  }

  /** What stands in the message when the data is kept under this key. */
  ContentBlock apart(String key) {
    return with(taskId, Optional.empty(), media.map(Media::withoutData), more)
        .with(KEY, key)
        .with("bytes", dataBytes());
  }

  /** As the original has it: the media under the name of the type. */
  public JsonObject toJson() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("content_id", JsonString.of(contentId));
    members.put("content_type", JsonString.of(contentType.toString()));
    members.put("is_placeholder", JsonBoolean.of(isPlaceholder));
    return complete(members);
  }

  /** As events have it: only a placeholder says whether it is one. */
  JsonObject toPayload() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("content_id", JsonString.of(contentId));
    members.put("content_type", JsonString.of(contentType.toString()));
    if (isPlaceholder) {
      members.put("placeholder", JsonBoolean.of(true));
    }
    return complete(members);
  }

  private JsonObject complete(Map<String, JsonValue> members) {
    taskId.ifPresent(task -> members.put("task_id", JsonString.of(task)));
    text.ifPresent(it -> members.put("text", JsonString.of(it)));
    media.ifPresent(it -> members.put(contentType.toString(), it.toJson()));
    more.asMap().forEach(members::putIfAbsent);
    return JsonObject.of(members);
  }

  /**
   * Reads what {@link #toJson} writes; a type that is not known is taken as text.
   *
   * @throws dev.redstart.json.JsonValueException if it has no id or no type
   */
  public static ContentBlock of(JsonValue json) {
    Map<String, JsonValue> rest = new LinkedHashMap<>(json.asMap());
    var id = json.get("content_id").asString();
    var type = Names.find(ContentType.class, json.get("content_type").asString());
    rest.remove("content_id");
    rest.remove("content_type");
    return new ContentBlock(
        id,
        type.orElse(ContentType.TEXT),
        take(rest, "is_placeholder").map(JsonValue::asBoolean).orElse(false),
        take(rest, "task_id").map(JsonValue::asString),
        take(rest, "text").map(JsonValue::asString),
        type.filter(ContentType::isMedia).flatMap(it -> take(rest, it.toString())).map(Media::of),
        JsonObject.of(rest));
  }

  private static Optional<JsonValue> take(Map<String, JsonValue> members, String name) {
    return Optional.ofNullable(members.remove(name)).flatMap(JsonValue::tryValue);
  }
}
