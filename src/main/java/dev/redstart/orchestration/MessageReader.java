package dev.redstart.orchestration;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.json.Json;
import dev.redstart.json.JsonNull;
import dev.redstart.json.JsonNumber;
import dev.redstart.json.JsonParseException;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import dev.redstart.json.JsonValueException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads one message, field by field and each field once; leniently, see {@link Message}. */
final class MessageReader {
  /** Longer words of strangers are not repeated in the reason. */
  private static final int SHOWN_MAX = 60;

  private final Map<String, JsonValue> members;
  private final List<String> found = new ArrayList<>();

  /** What is being read, for the path of a problem; empty before the first field. */
  private String name = "";

  private MessageReader(JsonValue json) {
    this.members = json.asMap();
  }

  static Message read(String json) {
    try {
      return read(Json.parse(json), () -> json);
    } catch (JsonParseException notJson) {
      return unknown(json, notJson);
    }
  }

  static Message read(byte[] json) {
    try {
      return read(Json.parse(json), () -> new String(json, UTF_8));
    } catch (JsonParseException notJson) {
      return unknown(new String(json, UTF_8), notJson);
    }
  }

  static Message read(JsonValue json) {
    return read(Objects.requireNonNull(json, "json"), json::toString);
  }

  private static UnknownMessage unknown(String text, JsonParseException notJson) {
    return new UnknownMessage(text, "not JSON: " + notJson.getMessage(), JsonNull.of());
  }

  private static Message read(JsonValue json, Supplier<String> text) {
    String path = "$";
    try {
      var in = new MessageReader(json);
      try {
        return in.message();
      } catch (JsonValueException wrong) {
        path = "$." + in.name;
        throw wrong;
      }
    } catch (JsonValueException wrong) {
      // The exception's own path starts at the field's value, with a $ for it.
      return new UnknownMessage(text.get(), path + wrong.getMessage().substring(1), json);
    }
  }

  private Message message() {
    String type = required("type");
    return switch (type) {
      case "task" -> TaskMessage.read(this);
      case "report" -> ReportMessage.read(this);
      case "shutdown" -> ShutdownMessage.read(this);
      case "status" -> StatusMessage.read(this);
      default -> {
        String shown = type.length() > SHOWN_MAX ? "a long text" : JsonString.of(type).toString();
        throw new JsonValueException(
            "expected one of [task, report, shutdown, status] but found " + shown);
      }
    };
  }

  /** The field's value, or JSON's null if there is none. */
  private JsonValue find(String field) {
    name = field;
    var value = members.get(field);
    if (value == null) {
      return JsonNull.of();
    }
    found.add(field);
    return value;
  }

  private String required(String field) {
    if (find(field) instanceof JsonNull) {
      throw new JsonValueException("is missing");
    }
    return members.get(field).asString();
  }

  /** What a report refers to, or is about. */
  String taskId() {
    String id = required("task_id");
    if (id.isEmpty()) {
      throw new JsonValueException("must not be empty");
    }
    return id;
  }

  String text(String field) {
    return text(field, "");
  }

  String text(String field, String fallback) {
    var value = find(field);
    return value instanceof JsonNull ? fallback : value.asString();
  }

  /** The first field, or else the other; if there are both, the other is one of those not ours. */
  String either(String field, String other) {
    var value = find(field);
    return value instanceof JsonNull ? text(other) : value.asString();
  }

  Optional<String> optionalText(String field) {
    return find(field).tryValue().map(JsonValue::asString);
  }

  boolean flag(String field, boolean fallback) {
    var value = find(field);
    return value instanceof JsonNull ? fallback : value.asBoolean();
  }

  JsonValue value(String field) {
    return find(field);
  }

  Map<String, JsonValue> object(String field) {
    var value = find(field);
    return value instanceof JsonNull ? Map.of() : value.asMap();
  }

  int whole(String field, int fallback) {
    var value = find(field);
    return value instanceof JsonNull ? fallback : number(value).asInt();
  }

  Optional<Integer> optionalWhole(String field) {
    return find(field).tryValue().map(value -> number(value).asInt());
  }

  /** A duration; what other languages measure often has a fraction, which is cut off. */
  long millis(String field) {
    var value = find(field);
    if (value instanceof JsonNull) {
      return 0;
    }
    var number = number(value);
    double millis = number.asDouble();
    return millis == Math.rint(millis) ? number.asLong() : (long) millis;
  }

  Optional<BigDecimal> decimal(String field) {
    return find(field).tryValue().map(MessageReader::decimal);
  }

  private static BigDecimal decimal(JsonValue value) {
    var number = number(value);
    // Refuses what is no number.
    number.asDouble();
    return new BigDecimal(number.toString());
  }

  private static JsonValue number(JsonValue value) {
    if (!(value instanceof JsonString text)) {
      return value;
    }
    try {
      return JsonNumber.of(text.asString());
    } catch (IllegalArgumentException none) {
      throw new JsonValueException("expected a number but found another text");
    }
  }

  /** All fields that nobody has asked for. */
  Map<String, JsonValue> more() {
    if (found.size() == members.size()) {
      return Map.of();
    }
    var more = new LinkedHashMap<>(members);
    more.keySet().removeAll(found);
    return more;
  }
}
