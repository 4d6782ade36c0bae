package dev.redstart.json;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON value: immutable, never more than {@link Json#DEPTH_MAX} levels deep.
 *
 * <p>Go to a value with {@code get}, turn it into a Java value with {@code as...}:
 *
 * <pre>{@code
 * int port = Json.parse(text).get("servers").get(0).get("port").asInt();
 * String name = json.tryGet("name").map(JsonValue::asString).orElse("nobody");
 * }</pre>
 *
 * <p>Every method here is for one kind of value (its name or its Javadoc says which) and throws a
 * {@link JsonValueException} on the others. A value does not know what it is part of, so the path
 * in that exception starts at the value that was asked; a {@link JsonCodec} gives the whole path.
 *
 * <p>Values are equal if they mean the same: objects whatever the order of their members, numbers
 * whatever their spelling ({@code 1}, {@code 1.0} and {@code 10e-1} are equal).
 */
public sealed interface JsonValue
    permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull {

  /**
   * The member of this object.
   *
   * @throws JsonValueException if this is not an object or has no such member
   */
  default JsonValue get(String name) {
    return tryGet(name).orElseThrow(() -> new JsonValueException("is missing").within(name));
  }

  /**
   * The element of this array, counted from 0.
   *
   * @throws JsonValueException if this is not an array or has no such element
   */
  default JsonValue get(int index) {
    return tryGet(index).orElseThrow(() -> new JsonValueException("is missing").within(index));
  }

  /** The member of this object; empty if there is none. A member that is {@code null} is there. */
  default Optional<JsonValue> tryGet(String name) {
    throw JsonValueException.expected("an object", this);
  }

  /** The element of this array, counted from 0; empty if the array does not reach so far. */
  default Optional<JsonValue> tryGet(int index) {
    throw JsonValueException.expected("an array", this);
  }

  /** This value; empty if it is JSON's {@code null}. */
  default Optional<JsonValue> tryValue() {
    return Optional.of(this);
  }

  /** The text of this string. */
  default String asString() {
    throw JsonValueException.expected("a string", this);
  }

  /** The value of this boolean. */
  default boolean asBoolean() {
    throw JsonValueException.expected("a boolean", this);
  }

  /** The value of this number, exactly: {@code 5e0} is 5; {@code 5.5} and 2^31 are refused. */
  default int asInt() {
    throw JsonValueException.expected("a number", this);
  }

  /** The value of this number, exactly: {@code 5e0} is 5; {@code 5.5} and 2^63 are refused. */
  default long asLong() {
    throw JsonValueException.expected("a number", this);
  }

  /** The double nearest to this number; {@code 1e999}, beyond the range of doubles, is refused. */
  default double asDouble() {
    throw JsonValueException.expected("a number", this);
  }

  /** The elements of this array; the list cannot be modified. */
  default List<JsonValue> asList() {
    throw JsonValueException.expected("an array", this);
  }

  /** The members of this object, in its order; the map cannot be modified. */
  default Map<String, JsonValue> asMap() {
    throw JsonValueException.expected("an object", this);
  }

  /** The value as compact JSON. A number is printed as it was spelled. */
  @Override
  String toString();
}
