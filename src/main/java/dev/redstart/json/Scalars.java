package dev.redstart.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** The types that are one string, number or boolean in JSON, and the JSON values themselves. */
final class Scalars {
  private static final Map<Class<?>, Binding> BINDINGS = new HashMap<>();

  /** The two directions of one type. */
  private record Scalar<T>(Function<T, JsonValue> writer, Function<JsonValue, T> reader)
      implements Binding {
    @Override
    @SuppressWarnings("unchecked") // whoever found this binding by a type has values of that type
    public JsonValue write(Object value, int depth) {
      try {
        return writer.apply((T) value);
      } catch (IllegalArgumentException e) {
        throw new JsonValueException(e.getMessage(), e);
      }
    }

    @Override
    public Object read(JsonValue json) {
      return reader.apply(json);
    }
  }

  static {
    add(String.class, JsonString::of, JsonValue::asString);
    both(boolean.class, Boolean.class, JsonBoolean::of, JsonValue::asBoolean);
    both(char.class, Character.class, c -> JsonString.of(c.toString()), Scalars::character);
    addNumbers();
    addTexts();
    addValues();
  }

  private Scalars() {}

  static Optional<Binding> find(Class<?> type) {
    return Optional.ofNullable(BINDINGS.get(type));
  }

  private static void addNumbers() {
    both(
        byte.class,
        Byte.class,
        JsonNumber::of,
        j -> (byte) whole(j, Byte.MIN_VALUE, Byte.MAX_VALUE));
    both(
        short.class,
        Short.class,
        JsonNumber::of,
        j -> (short) whole(j, Short.MIN_VALUE, Short.MAX_VALUE));
    both(int.class, Integer.class, JsonNumber::of, JsonValue::asInt);
    both(long.class, Long.class, JsonNumber::of, JsonValue::asLong);
    both(float.class, Float.class, f -> JsonNumber.of(f.toString()), Scalars::single);
    both(double.class, Double.class, JsonNumber::of, JsonValue::asDouble);
    add(BigInteger.class, i -> JsonNumber.of(i.toString()), Scalars::bigInteger);
    add(BigDecimal.class, JsonNumber::of, json -> new BigDecimal(number(json).toString()));
  }

  private static void addTexts() {
    addText(Instant.class, "an instant such as 2026-01-31T12:00:00Z", Instant::parse);
    addText(
        OffsetDateTime.class, "a time such as 2026-01-31T12:00:00+01:00", OffsetDateTime::parse);
    addText(LocalDateTime.class, "a time such as 2026-01-31T12:00:00", LocalDateTime::parse);
    addText(LocalDate.class, "a date such as 2026-01-31", LocalDate::parse);
    addText(Duration.class, "a duration such as PT1M30S", Duration::parse);
    addText(URI.class, "a URI", URI::create);
    addText(UUID.class, "a UUID of 32 hexadecimal digits in five groups", Scalars::uuid);
    Base64.Encoder encoder = Base64.getEncoder();
    add(
        byte[].class,
        bytes -> JsonString.of(encoder.encodeToString(bytes)),
        json -> parse(json.asString(), "bytes in base64", Base64.getDecoder()::decode));
  }

  private static void addValues() {
    addValue(JsonValue.class, "a value");
    addValue(JsonObject.class, "an object");
    addValue(JsonArray.class, "an array");
    addValue(JsonString.class, "a string");
    addValue(JsonNumber.class, "a number");
    addValue(JsonBoolean.class, "a boolean");
    addValue(JsonNull.class, "null");
  }

  private static <T> void add(
      Class<T> type, Function<T, JsonValue> writer, Function<JsonValue, T> reader) {
    BINDINGS.put(type, new Scalar<>(writer, reader));
  }

  private static <T> void both(
      Class<T> primitive,
      Class<T> box,
      Function<T, JsonValue> writer,
      Function<JsonValue, T> reader) {
    add(primitive, writer, reader);
    add(box, writer, reader);
  }

  private static <T> void addText(Class<T> type, String wanted, Function<String, T> parser) {
    add(
        type,
        value -> JsonString.of(value.toString()),
        json -> parse(json.asString(), wanted, parser));
  }

  private static <T> T parse(String text, String wanted, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new JsonValueException("expected " + wanted + " but found another text", e);
    }
  }

  private static <T extends JsonValue> void addValue(Class<T> type, String wanted) {
    add(type, value -> value, json -> cast(type, wanted, json));
  }

  private static <T extends JsonValue> T cast(Class<T> type, String wanted, JsonValue json) {
    if (type.isInstance(json)) {
      return type.cast(json);
    }
    throw JsonValueException.expected(wanted, json);
  }

  private static JsonNumber number(JsonValue json) {
    return cast(JsonNumber.class, "a number", json);
  }

  private static long whole(JsonValue json, long min, long max) {
    return number(json).within(min, max);
  }

  private static float single(JsonValue json) {
    float single = Float.parseFloat(number(json).toString());
    if (Float.isInfinite(single)) {
      throw new JsonValueException("expected a float but found a number beyond its range");
    }
    return single;
  }

  private static BigInteger bigInteger(JsonValue json) {
    BigDecimal exact = number(json).decimal();
    if (exact.scale() > 0) {
      throw new JsonValueException("expected a whole number but found a fraction");
    }
    return exact.toBigIntegerExact();
  }

  private static char character(JsonValue json) {
    String text = json.asString();
    if (text.length() != 1) {
      throw new JsonValueException("expected a string of one char but found " + text.length());
    }
    return text.charAt(0);
  }

  /** {@link UUID#fromString} takes {@code 1-1-1-1-1} too. */
  private static UUID uuid(String text) {
    UUID uuid = UUID.fromString(text);
    if (!uuid.toString().equalsIgnoreCase(text)) {
      throw new IllegalArgumentException("a UUID has 32 hexadecimal digits");
    }
    return uuid;
  }
}
