package dev.redstart.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.json.Json;
import dev.redstart.json.JsonCodec;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonParseException;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import dev.redstart.json.JsonValueException;
import java.util.Map;
import java.util.Objects;

/**
 * Something to be done. Immutable. In Redis it is the JSON object {@code {"id", "payload",
 * "meta"}}.
 *
 * @param id tells it from the others of its queue; not blank, at most 1024 bytes of UTF-8
 * @param payload what is to be done, any JSON
 * @param meta what else there is to say
 */
public record Task(String id, JsonValue payload, JsonObject meta) {
  /** It is a part of keys' members and fields, and is sent to and fro all the time. */
  private static final int ID_BYTES_MAX = 1024;

  private static final JsonObject NOTHING = JsonObject.of(Map.of());

  /**
   * @throws IllegalArgumentException if the id is blank, too long, or has an unpaired surrogate
   */
  public Task {
    checkId(id);
    Objects.requireNonNull(payload, "payload");
    Objects.requireNonNull(meta, "meta");
  }

  /** A task without meta data. */
  public Task(String id, JsonValue payload) {
    this(id, payload, NOTHING);
  }

  /**
   * A task whose payload is a plain Java object: a record, a map, a list, a string, and so on.
   *
   * @throws IllegalArgumentException if it cannot be JSON (see {@link Json#of})
   */
  public static Task of(String id, Object payload) {
    return new Task(id, Json.of(payload));
  }

  static String checkId(String id) {
    // The same is said in settle.lua.
    if (Objects.requireNonNull(id, "id").trim().isEmpty()) {
      throw new IllegalArgumentException("id: must not be blank");
    }
    JsonString.of(id);
    int bytes = id.getBytes(UTF_8).length;
    if (bytes > ID_BYTES_MAX) {
      throw new IllegalArgumentException(
          "id: must be at most " + ID_BYTES_MAX + " bytes, was " + bytes);
    }
    return id;
  }

  /**
   * The payload as a record.
   *
   * @throws JsonValueException if it does not fit
   */
  public <T> T payloadAs(Class<T> type) {
    return JsonCodec.of(type).fromJson(payload);
  }

  /** As it is in Redis. */
  public JsonValue toJson() {
    return Json.object("id", id, "payload", payload, "meta", meta);
  }

  /**
   * Reads a task; {@code payload} and {@code meta} may be missing, other members are ignored.
   *
   * @throws JsonParseException if it is not JSON
   * @throws JsonValueException if it is no task
   * @throws IllegalArgumentException if its id is blank or too long
   */
  public static Task parse(byte[] json) {
    var object = Json.parse(json);
    return new Task(
        object.get("id").asString(),
        object.tryGet("payload").orElse(JsonString.of("")),
        object.tryGet("meta").map(meta -> JsonObject.of(meta.asMap())).orElse(NOTHING));
  }

  /** A task that is in the queue under this id, whatever its JSON says. */
  static Task parseAs(String id, byte[] json) {
    var task = parse(json);
    return new Task(id, task.payload, task.meta);
  }

  /** A member of the set of ready tasks that another client wrote, and nobody has taken yet. */
  static Task parseForeign(byte[] written) {
    try {
      return parse(written);
    } catch (JsonParseException | JsonValueException | IllegalArgumentException noTask) {
      return parseOrShow("foreign:", written);
    }
  }

  /** What others wrote may be anything: it is shown as text then. */
  static Task parseOrShow(String id, byte[] written) {
    try {
      return parseAs(id, written);
    } catch (JsonParseException | JsonValueException | IllegalArgumentException noTask) {
      return new Task(id, JsonString.of(new String(written, UTF_8)));
    }
  }
}
