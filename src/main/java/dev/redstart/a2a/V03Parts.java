package dev.redstart.a2a;

import dev.redstart.json.JsonBoolean;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Parts of 0.3: text, file and data. Only a file has a name and a media type there. Data is an
 * object: what is none is wrapped in one, and marked, as the official libraries do it.
 */
final class V03Parts implements PartForm {
  private static final List<String> KINDS = List.of("text", "file", "data");
  private static final String WRAPPED = "data_part_compat";

  @Override
  public JsonObject write(Part part) {
    Part.Content content = part.content();
    if (content instanceof Part.Text text) {
      return kind("text").put("text", text.text()).add("metadata", part.metadata()).json();
    } else if (content instanceof Part.Data data) {
      return data(data.value(), part.metadata());
    } else if (content instanceof Part.Raw raw) {
      return file(part, new Draft().put("bytes", raw.base64()));
    }
    return file(part, new Draft().put("uri", ((Part.Url) content).url()));
  }

  private static Draft kind(String kind) {
    return new Draft().put("kind", kind);
  }

  private static JsonObject file(Part part, Draft file) {
    file.add("name", part.filename()).add("mimeType", part.mediaType());
    return kind("file").put("file", file.json()).add("metadata", part.metadata()).json();
  }

  private static JsonObject data(JsonValue value, JsonObject metadata) {
    if (value instanceof JsonObject) {
      return kind("data").put("data", value).add("metadata", metadata).json();
    }
    return kind("data")
        .put("data", Draft.of("value", value))
        .put("metadata", with(metadata, WRAPPED, JsonBoolean.of(true)))
        .json();
  }

  private static JsonObject with(JsonObject object, String name, JsonValue value) {
    Map<String, JsonValue> members = new LinkedHashMap<>(object.asMap());
    members.put(name, value);
    return JsonObject.of(members);
  }

  private static JsonObject without(JsonObject object, String name) {
    Map<String, JsonValue> members = new LinkedHashMap<>(object.asMap());
    members.remove(name);
    return JsonObject.of(members);
  }

  @Override
  public Part read(Fields fields) {
    String kind = kind(fields);
    JsonObject metadata = fields.object("metadata");
    return switch (kind) {
      case "text" -> new Part(text(fields), Optional.empty(), Optional.empty(), metadata);
      case "file" -> file(fields, metadata);
      case "data" -> data(fields, metadata);
      default ->
          throw fields.wrong(
              "kind",
              "must be one of " + String.join(", ", KINDS) + ", not " + Fields.quoted(kind));
    };
  }

  /** Some leave it out, and then the members tell it. */
  private static String kind(Fields fields) {
    return fields
        .text("kind")
        .or(() -> KINDS.stream().filter(name -> fields.raw(name).isPresent()).findFirst())
        .orElseThrow(() -> fields.missing("kind"));
  }

  private static Part.Text text(Fields fields) {
    JsonValue text = fields.raw("text").orElseThrow(() -> fields.missing("text"));
    if (text instanceof JsonString) {
      return new Part.Text(text.asString());
    }
    throw fields.wrong("text", "must be a string");
  }

  private static Part file(Fields fields, JsonObject metadata) {
    return fields.requiredObject(
        "file",
        file -> new Part(content(file), file.text("name"), file.text("mimeType"), metadata));
  }

  private static Part.Content content(Fields file) {
    Optional<String> bytes = file.text("bytes");
    if (bytes.isPresent()) {
      return PartForm.bytes(file, "bytes", bytes.get());
    }
    Optional<String> uri = file.text("uri");
    if (uri.isPresent()) {
      return new Part.Url(uri.get());
    }
    // An empty file is a file.
    return file.raw("bytes")
        .filter(JsonString.class::isInstance)
        .map(empty -> new Part.Raw(""))
        .orElseThrow(() -> file.wrong("must have bytes or uri"));
  }

  private static Part data(Fields fields, JsonObject metadata) {
    JsonValue data = fields.raw("data").orElseThrow(() -> fields.missing("data"));
    if (!(data instanceof JsonObject)) {
      throw fields.wrong("data", "must be an object");
    }
    Optional<JsonValue> wrapped = isMarked(metadata) ? data.tryGet("value") : Optional.empty();
    return wrapped
        .map(value -> with(Part.data(value), without(metadata, WRAPPED)))
        .orElseGet(() -> with(Part.data(data), metadata));
  }

  private static Part with(Part part, JsonObject metadata) {
    return new Part(part.content(), part.filename(), part.mediaType(), metadata);
  }

  private static boolean isMarked(JsonObject metadata) {
    return metadata.tryGet(WRAPPED).filter(JsonBoolean.of(true)::equals).isPresent();
  }
}
