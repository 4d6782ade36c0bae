package dev.redstart.event;

import dev.redstart.json.Json;
import dev.redstart.json.JsonNumber;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonParseException;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.StreamEntry;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Something that happened in a run. An entry that others added is read as far as it can be: what is
 * missing is 0, empty or {@code unknown}, and data that is no JSON is an empty object.
 *
 * @param id in the stream; also what a server-sent event has for its id
 * @param timestamp when it was added, in milliseconds
 * @param sequence its number in the run, from 1 on, without a hole
 * @param source the agent that it comes from
 * @param category such as {@code lifecycle}, {@code llm}, {@code dispatch}, {@code system}
 * @param action such as {@code started}
 */
public record Event(
    EntryId id,
    String runId,
    Instant timestamp,
    long sequence,
    Optional<Source> source,
    String category,
    String action,
    JsonValue data) {
  static final String LIFECYCLE = "lifecycle";
  private static final String UNKNOWN = "unknown";
  private static final Pattern COUNT = Pattern.compile("[0-9]{1,18}");
  private static final Pattern WHOLE_NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");
  private static final JsonObject NO_DATA = Json.object();
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  /** Refuses null. */
  public Event {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(runId, "runId");
    Objects.requireNonNull(timestamp, "timestamp");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(category, "category");
    Objects.requireNonNull(action, "action");
    Objects.requireNonNull(data, "data");
  }

  static Event of(String runId, StreamEntry entry) {
    return new Event(
        entry.id(),
        runId,
        timestamp(entry),
        entry
            .field("sequence")
            .filter(it -> COUNT.matcher(it).matches())
            .map(Long::parseLong)
            .orElse(0L),
        Source.of(entry),
        entry.field("event_category").orElse(UNKNOWN),
        entry.field("event_action").orElse(UNKNOWN),
        entry.field("data").map(Event::data).orElse(NO_DATA));
  }

  private static Instant timestamp(StreamEntry entry) {
    try {
      return Instant.parse(entry.field("timestamp").orElse(""));
    } catch (DateTimeException noTime) {
      // The id begins with the time at which Redis got it.
      return Instant.ofEpochMilli(entry.id().millis());
    }
  }

  private static JsonValue data(String text) {
    try {
      return Json.parse(text);
    } catch (JsonParseException noJson) {
      return NO_DATA;
    }
  }

  /** Whether this is the end of its run: {@code lifecycle} and one of {@link RunEnd}. */
  public boolean isEnd() {
    return category.equals(LIFECYCLE) && RunEnd.of(action).isPresent();
  }

  /**
   * As clients of the service get it. A run id that is a whole number, as the originals have them,
   * is a number here.
   */
  public JsonObject toJson() {
    return Json.object(
        "id", id.toString(),
        "run_id",
            WHOLE_NUMBER.matcher(runId).matches() ? JsonNumber.of(runId) : JsonString.of(runId),
        "timestamp", FORM.format(timestamp),
        "sequence", sequence,
        "source", source.map(Source::toJson).orElse(null),
        "event", Json.object("category", category, "action", action),
        "data", data);
  }
}
