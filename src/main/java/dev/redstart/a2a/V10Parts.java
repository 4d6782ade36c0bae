package dev.redstart.a2a;

import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import java.util.List;
import java.util.Optional;

/** Parts of 1.0: one member tells the content and its kind. */
final class V10Parts implements PartForm {
  private static final List<String> CONTENTS = List.of("text", "raw", "url", "data");

  @Override
  public JsonObject write(Part part) {
    return content(new Draft(), part.content())
        .add("filename", part.filename())
        .add("mediaType", part.mediaType())
        .add("metadata", part.metadata())
        .json();
  }

  private static Draft content(Draft draft, Part.Content content) {
    if (content instanceof Part.Text text) {
      return draft.put("text", text.text());
    } else if (content instanceof Part.Raw raw) {
      return draft.put("raw", raw.base64());
    } else if (content instanceof Part.Url url) {
      return draft.put("url", url.url());
    }
    return draft.put("data", ((Part.Data) content).value());
  }

  @Override
  public Part read(Fields fields) {
    return new Part(
        content(fields),
        fields.text("filename"),
        fields.text("mediaType"),
        fields.object("metadata"));
  }

  private static Part.Content content(Fields fields) {
    String member = member(fields);
    JsonValue value = fields.raw(member).orElseThrow();
    if (member.equals("data")) {
      return new Part.Data(value);
    } else if (!(value instanceof JsonString)) {
      throw fields.wrong(member, "must be a string");
    }
    return switch (member) {
      case "text" -> new Part.Text(value.asString());
      case "raw" -> PartForm.bytes(fields, member, value.asString());
      default -> new Part.Url(value.asString());
    };
  }

  /** Empty text is text, and null is data, where nothing else is said. */
  private static String member(Fields fields) {
    List<String> said = CONTENTS.stream().filter(name -> isSaid(fields, name)).toList();
    if (said.size() > 1) {
      throw fields.wrong("must have one of " + String.join(" and ", said) + " only");
    } else if (said.size() == 1) {
      return said.get(0);
    }
    Optional<String> empty = CONTENTS.stream().filter(name -> isThere(fields, name)).findFirst();
    return empty.orElseThrow(() -> fields.wrong("must have one of " + String.join(", ", CONTENTS)));
  }

  private static boolean isSaid(Fields fields, String name) {
    return fields.raw(name).filter(value -> !Fields.isEmpty(value)).isPresent();
  }

  private static boolean isThere(Fields fields, String name) {
    return fields
        .raw(name)
        .filter(value -> name.equals("data") || value instanceof JsonString && !name.equals("url"))
        .isPresent();
  }
}
