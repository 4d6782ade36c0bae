package dev.redstart.json;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Turns records into JSON and JSON into records.
 *
 * <pre>{@code
 * record Job(String id, int priority, Optional<Instant> notBefore, List<Step> steps) {}
 *
 * JsonCodec<Job> jobs = JsonCodec.of(Job.class).withNaming(Naming.SNAKE_CASE);
 * String text = jobs.print(job);      // {"id":"a","priority":1,"steps":[]}
 * Job again = jobs.parse(text);       // equal to job
 * }</pre>
 *
 * <table>
 * <caption>What becomes what</caption>
 * <tr><td>record<td>an object with a member for each component, named by {@link Naming} or {@link
 *     JsonName}; other members are ignored, or collected by {@link JsonRest}
 * <tr><td>sealed interface of records<td>the record's object, and first a member "type" (or {@link
 *     JsonTag}) with the record's simple name by {@link Naming}, or {@link JsonName}. A record
 *     that is not declared as the interface has no such member
 * <tr><td>{@code Optional<T>}<td>no member if empty; missing and {@code null} are read as empty
 * <tr><td>{@code List<T>}, {@code Set<T>}<td>an array; equal elements of a set are read as one
 * <tr><td>{@code Map<String, T>}<td>an object
 * <tr><td>enum<td>a string: the constant's name exactly, or {@link JsonName}
 * <tr><td>{@code String}, {@code char}, {@code URI}, {@code UUID}<td>a string
 * <tr><td>{@code Instant}, {@code OffsetDateTime}, {@code LocalDateTime}, {@code LocalDate}, {@code
 *     Duration}<td>a string as in ISO 8601
 * <tr><td>{@code byte[]}<td>a string in base64 (RFC 4648 section 4)
 * <tr><td>{@code boolean}; other primitives, {@code BigInteger}, {@code BigDecimal}<td>a boolean; a
 *     number, which must fit the type exactly ({@code float} and {@code double} round)
 * <tr><td>{@link JsonValue} and its subtypes<td>itself
 * </table>
 *
 * <p>Every component must be there, primitives too, unless it is an {@code Optional} or has a
 * {@link JsonDefault}; {@code null} is refused unless it is an {@code Optional}. Records may be
 * nested, generic and recursive. They must be public in an exported package or in a package that is
 * open to {@code dev.redstart}; on the class path all are.
 *
 * <p>Immutable and thread-safe. Codecs are kept, so {@code of} is cheap after the first call.
 *
 * @param <T> the Java type
 */
public final class JsonCodec<T> {
  /** Kept with the class itself, so that the class can be unloaded. */
  private static final ClassValue<Map<Naming, JsonCodec<?>>> CODECS =
      new ClassValue<>() {
        @Override
        protected Map<Naming, JsonCodec<?>> computeValue(Class<?> type) {
          return new ConcurrentHashMap<>();
        }
      };

  private final Class<T> type;
  private final Binding binding;

  private JsonCodec(Class<T> type, Naming naming) {
    this.type = type;
    this.binding = Bindings.of(type, naming);
  }

  /**
   * The codec of a type, with names in camel case, as they are in Java.
   *
   * @throws IllegalArgumentException if JSON has no form for it or for a type in it, if names in it
   *     are not distinct, or if a record is hidden; the message says which and what to do
   */
  public static <T> JsonCodec<T> of(Class<T> type) {
    return of(Objects.requireNonNull(type, "type"), Naming.CAMEL_CASE);
  }

  /** The codec of the same type with this naming, for all records in it. */
  public JsonCodec<T> withNaming(Naming naming) {
    return of(type, Objects.requireNonNull(naming, "naming"));
  }

  @SuppressWarnings("unchecked") // the map of a class has codecs of that class
  private static <T> JsonCodec<T> of(Class<T> type, Naming naming) {
    return (JsonCodec<T>)
        CODECS.get(type).computeIfAbsent(naming, absent -> new JsonCodec<>(type, naming));
  }

  static JsonValue write(Class<?> type, Object value, int depth) {
    return of(type).binding.write(value, depth);
  }

  /**
   * The value as JSON.
   *
   * @throws JsonValueException if JSON cannot say it: it holds a null, NaN, an unpaired surrogate,
   *     more than {@link Json#DEPTH_MAX} levels
   */
  public JsonValue toJson(T value) {
    return binding.write(Objects.requireNonNull(value, "value"), 0);
  }

  /**
   * The value that this JSON says.
   *
   * @throws JsonValueException if a member is missing, of another kind or out of range, or if the
   *     constructor of a record refuses it (its exception is the cause); with the path
   */
  @SuppressWarnings("unchecked") // the binding of a type reads that type
  public T fromJson(JsonValue json) {
    return (T) binding.read(Objects.requireNonNull(json, "json"));
  }

  /**
   * The value that this document says.
   *
   * @throws JsonParseException if it is not JSON
   * @throws JsonValueException as {@link #fromJson}
   */
  public T parse(String json) {
    return fromJson(Json.parse(json));
  }

  /**
   * The value that this document in UTF-8 says.
   *
   * @throws JsonParseException if it is not JSON
   * @throws JsonValueException as {@link #fromJson}
   */
  public T parse(byte[] json) {
    return fromJson(Json.parse(json));
  }

  /**
   * The value as a document in compact form.
   *
   * @throws JsonValueException as {@link #toJson}
   */
  public String print(T value) {
    return toJson(value).toString();
  }
}
