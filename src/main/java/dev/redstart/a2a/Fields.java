package dev.redstart.a2a;

import dev.redstart.json.JsonArray;
import dev.redstart.json.JsonNull;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import dev.redstart.json.JsonValueException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The members of a JSON object, read leniently: by their name in camel case or in snake case, and
 * what is null or empty is not there, because some clients print all that they could have said.
 */
final class Fields {
  /** Longer texts, which come from strangers, are cut where they are quoted. */
  private static final int QUOTE_MAX = 60;

  /** By the names in camel case, of which there are a few dozen. */
  private static final Map<String, String> SNAKES = new ConcurrentHashMap<>();

  private final JsonObject json;

  /** The place is put together when something is wrong, so that success costs nothing. */
  private final Optional<Fields> parent;

  private final String name;
  private final int index;

  private Fields(JsonObject json, Optional<Fields> parent, String name, int index) {
    this.json = json;
    this.parent = parent;
    this.name = name;
    this.index = index;
  }

  /**
   * @param name of the whole, for people; empty if its members are to be named without it
   */
  static Fields of(JsonValue json, String name) {
    if (json instanceof JsonObject object) {
      return new Fields(object, Optional.empty(), name, -1);
    }
    throw A2AError.INVALID_PARAMS.because(
        (name.isEmpty() ? "params" : name) + " must be an object");
  }

  /** The member as it is, even if it is empty or null. */
  Optional<JsonValue> raw(String member) {
    Optional<JsonValue> found = json.tryGet(member);
    return found.isPresent() ? found : json.tryGet(SNAKES.computeIfAbsent(member, Fields::snake));
  }

  private Optional<JsonValue> value(String member) {
    return raw(member).filter(value -> !isEmpty(value));
  }

  static boolean isEmpty(JsonValue value) {
    return value instanceof JsonNull
        || value instanceof JsonString text && text.asString().isEmpty()
        || value instanceof JsonArray array && array.asList().isEmpty()
        || value instanceof JsonObject object && object.asMap().isEmpty();
  }

  private static String snake(String camel) {
    return camel.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  Optional<String> text(String member) {
    return value(member).map(value -> string(member, value));
  }

  String requiredText(String member) {
    return text(member).orElseThrow(() -> missing(member));
  }

  private String string(String member, JsonValue value) {
    if (value instanceof JsonString text) {
      return text.asString();
    }
    throw wrong(member, "must be a string");
  }

  List<String> texts(String member) {
    List<String> texts = new ArrayList<>();
    for (JsonValue value : array(member)) {
      texts.add(string(member, value));
    }
    return texts;
  }

  /** Text that spells one is as good, as it comes from the query of a URL. */
  Optional<Boolean> flag(String member) {
    return value(member).map(value -> spelled(member, value));
  }

  private boolean spelled(String member, JsonValue value) {
    String spelled = value instanceof JsonString text ? text.asString() : value.toString();
    if (spelled.equals("true") || spelled.equals("false")) {
      return spelled.equals("true");
    }
    throw wrong(member, "must be true or false");
  }

  /** Text that spells one is as good, as protocol buffers have it too. */
  OptionalInt count(String member) {
    Optional<JsonValue> value = value(member);
    return value.isEmpty() ? OptionalInt.empty() : OptionalInt.of(number(member, value.get()));
  }

  private int number(String member, JsonValue value) {
    try {
      int number = value instanceof JsonString text ? parsed(text) : value.asInt();
      if (number >= 0) {
        return number;
      }
    } catch (JsonValueException | NumberFormatException e) {
      // Told below, as what is negative.
    }
    throw wrong(member, "must be an integer from 0 to " + Integer.MAX_VALUE);
  }

  private static int parsed(JsonString text) {
    return Integer.parseInt(text.asString());
  }

  Optional<Instant> instant(String member) {
    return text(member).map(text -> instant(member, text)).filter(at -> !at.equals(Instant.EPOCH));
  }

  private Instant instant(String member, String text) {
    return Timestamps.parse(text)
        .orElseThrow(() -> wrong(member, "must be like 2026-01-31T12:00:00.000Z"));
  }

  <E extends Enum<E>> Optional<E> word(String member, Words<E> words) {
    return text(member)
        .filter(word -> !words.isUnset(word))
        .map(word -> words.read(word).orElseThrow(() -> unknown(member, word, words)));
  }

  <E extends Enum<E>> E requiredWord(String member, Words<E> words) {
    return word(member, words).orElseThrow(() -> missing(member));
  }

  private A2AException unknown(String member, String word, Words<?> words) {
    return wrong(member, "must be one of " + words + ", not " + quoted(word));
  }

  /** Any JSON object; the empty one if there is none. */
  JsonObject object(String member) {
    return value(member).map(value -> child(value, member, -1).json).orElse(Draft.NOTHING);
  }

  <T> Optional<T> object(String member, Function<Fields, T> reader) {
    return value(member).map(value -> reader.apply(child(value, member, -1)));
  }

  <T> T requiredObject(String member, Function<Fields, T> reader) {
    return object(member, reader).orElseThrow(() -> missing(member));
  }

  <T> List<T> objects(String member, Function<Fields, T> reader) {
    List<JsonValue> array = array(member);
    List<T> objects = new ArrayList<>(array.size());
    for (JsonValue value : array) {
      objects.add(reader.apply(child(value, member, objects.size())));
    }
    return objects;
  }

  private List<JsonValue> array(String member) {
    Optional<JsonValue> value = value(member);
    if (value.isEmpty()) {
      return List.of();
    } else if (value.get() instanceof JsonArray array) {
      return array.asList();
    }
    throw wrong(member, "must be an array");
  }

  private Fields child(JsonValue value, String member, int at) {
    if (value instanceof JsonObject object) {
      return new Fields(object, Optional.of(this), member, at);
    }
    throw wrong(at < 0 ? member : member + "[" + at + "]", "must be an object");
  }

  JsonObject json() {
    return json;
  }

  A2AException missing(String member) {
    return wrong(member, "is missing");
  }

  A2AException wrong(String member, String problem) {
    String place = place();
    return A2AError.INVALID_PARAMS.because(
        (place.isEmpty() ? member : place + "." + member) + " " + problem);
  }

  /** For what is wrong with the whole. */
  A2AException wrong(String problem) {
    return A2AError.INVALID_PARAMS.because(
        (place().isEmpty() ? "params" : place()) + " " + problem);
  }

  private String place() {
    String before = parent.map(Fields::place).orElse("");
    String here = index < 0 ? name : name + "[" + index + "]";
    return before.isEmpty() ? here : before + "." + here;
  }

  static String quoted(String text) {
    int end =
        text.offsetByCodePoints(0, Math.min(QUOTE_MAX, text.codePointCount(0, text.length())));
    return JsonString.of(text.substring(0, end) + (end < text.length() ? "..." : "")).toString();
  }
}
