package dev.redstart.message;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An image, audio, a video or a file.
 *
 * @param url where it is, if it is somewhere
 * @param data itself in base64, if it is here
 * @param details what else is known: of images {@code caption, alt, format, size, width, height},
 *     of audio and videos {@code title, format, size, duration}, of files {@code name, mime_type,
 *     size}, and whatever else there is
 */
public record Media(Optional<String> url, Optional<String> data, JsonObject details) {
  /** Nothing may be null. */
  public Media {
    Objects.requireNonNull(url, "url");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(details, "details");
  }

  /** What is somewhere else. */
  public static Media url(String url) {
    return new Media(Optional.of(url), Optional.empty(), Json.object());
  }

  /** These bytes. */
  public static Media bytes(byte[] bytes) {
    var data = Base64.getEncoder().encodeToString(Objects.requireNonNull(bytes, "bytes"));
    return new Media(Optional.empty(), Optional.of(data), Json.object());
  }

  /** The same with one more detail, anything that {@link Json#of} takes. */
  public Media with(String name, Object value) {
    Map<String, JsonValue> more = new LinkedHashMap<>(details.asMap());
    more.put(name, Json.of(value));
    return new Media(url, data, JsonObject.of(more));
  }

  Media withoutData() {
    return new Media(url, Optional.empty(), details);
  }

  /** As the original has it. */
  public JsonObject toJson() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    url.ifPresent(it -> members.put("url", JsonString.of(it)));
    data.ifPresent(it -> members.put("data", JsonString.of(it)));
    details.asMap().forEach(members::putIfAbsent);
    return JsonObject.of(members);
  }

  static Media of(JsonValue json) {
    Map<String, JsonValue> details = new LinkedHashMap<>(json.asMap());
    var url = Optional.ofNullable(details.remove("url")).flatMap(JsonValue::tryValue);
    var data = Optional.ofNullable(details.remove("data")).flatMap(JsonValue::tryValue);
    return new Media(
        url.map(JsonValue::asString), data.map(JsonValue::asString), JsonObject.of(details));
  }
}
