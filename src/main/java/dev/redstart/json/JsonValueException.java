package dev.redstart.json;

import java.util.Set;

/**
 * JSON, but not the JSON that was expected: another kind of value, a missing member, a number out
 * of range. The message begins with the path, as in {@code $.parts[2].text: expected a string but
 * found a number}; {@code $} is the value that was asked or read.
 */
public final class JsonValueException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Longer names, which may come from strangers, are cut in paths. */
  private static final int STEP_MAX = 60;

  /** Grows at the front while the exception passes upwards, so that success costs nothing. */
  private String path = "";

  /** A problem of the value itself; the path is {@code $}. */
  public JsonValueException(String problem) {
    super(problem);
  }

  JsonValueException(String problem, Throwable cause) {
    super(problem, cause);
  }

  static JsonValueException expected(String wanted, JsonValue found) {
    return new JsonValueException("expected " + wanted + " but found " + kind(found));
  }

  static JsonValueException notOneOf(Set<String> known, JsonValue found) {
    return new JsonValueException(
        "expected one of " + known + " but found " + quoted(found.asString()));
  }

  private static String kind(JsonValue value) {
    if (value instanceof JsonObject) {
      return "an object";
    } else if (value instanceof JsonArray) {
      return "an array";
    } else if (value instanceof JsonString) {
      return "a string";
    } else if (value instanceof JsonNumber) {
      return "a number";
    }
    return value instanceof JsonBoolean ? "a boolean" : "null";
  }

  /** The same exception, seen from the object that has the problem in this member. */
  JsonValueException within(String name) {
    boolean plain = name.length() <= STEP_MAX && name.matches("[\\p{L}_][\\p{L}\\p{N}_-]*");
    path = (plain ? "." + name : "[" + quoted(name) + "]") + path;
    return this;
  }

  /** The same exception, seen from the array that has the problem in this element. */
  JsonValueException within(int index) {
    path = "[" + index + "]" + path;
    return this;
  }

  /** Quoted as JSON, so that a line feed in a stranger's name cannot forge a line of a log. */
  static String quoted(String text) {
    String shown = text.length() <= STEP_MAX ? text : text.substring(0, STEP_MAX) + "...";
    return new JsonString(shown, false).toString();
  }

  /** Where the problem is, as {@code $.parts[2].text}. */
  public String path() {
    return "$" + path;
  }

  /** The path, a colon and the problem. */
  @Override
  public String getMessage() {
    return path() + ": " + super.getMessage();
  }
}
