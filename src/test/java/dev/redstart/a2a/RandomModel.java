package dev.redstart.a2a;

import dev.redstart.json.Json;
import dev.redstart.json.JsonArray;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Makes what agents say; the same seed makes the same. */
final class RandomModel {
  private static final List<String> WORDS =
      List.of("a", "hello", "\u00e4\u00df", "\uD83D\uDE00", "\"\\\n", "text", "kind", "value", "0");

  private final Random random;

  RandomModel(long seed) {
    random = new Random(seed);
  }

  Random random() {
    return random;
  }

  /** Never empty. */
  String text() {
    return String.join("", Stream.generate(this::word).limit(1 + random.nextInt(4)).toList());
  }

  private String word() {
    return WORDS.get(random.nextInt(WORDS.size()));
  }

  private <T> Optional<T> maybe(Supplier<T> made) {
    return random.nextBoolean() ? Optional.of(made.get()) : Optional.empty();
  }

  private <T> List<T> list(int most, Supplier<T> made) {
    return Stream.generate(made).limit(random.nextInt(most + 1)).toList();
  }

  JsonValue value(int depth) {
    return switch (random.nextInt(depth == 0 ? 5 : 7)) {
      case 0 -> Json.of(null);
      case 1 -> Json.of(random.nextBoolean());
      case 2 -> Json.of(random.nextBoolean() ? "" : text());
      case 3 -> Json.of(random.nextLong());
      case 4 -> Json.of(random.nextGaussian());
      case 5 -> JsonArray.of(list(3, () -> value(depth - 1)));
      default -> object(depth - 1);
    };
  }

  JsonObject object(int depth) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    list(3, this::text).forEach(name -> members.put(name, value(depth)));
    return JsonObject.of(members);
  }

  Part part() {
    return new Part(content(), maybe(this::text), maybe(this::text), object(2));
  }

  private Part.Content content() {
    return switch (random.nextInt(4)) {
      case 0 -> new Part.Text(random.nextInt(5) == 0 ? "" : text());
      case 1 -> Part.raw(bytes(), "").content();
      case 2 -> new Part.Url(text());
      default -> new Part.Data(value(3));
    };
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(9)];
    random.nextBytes(bytes);
    return bytes;
  }

  private List<Part> parts() {
    return Stream.generate(this::part).limit(1 + random.nextInt(3)).toList();
  }

  private <E extends Enum<E>> E one(Class<E> type) {
    E[] all = type.getEnumConstants();
    return all[random.nextInt(all.length)];
  }

  Message message() {
    return new Message(
        text(),
        maybe(this::text),
        maybe(this::text),
        one(Role.class),
        parts(),
        object(2),
        list(2, this::text),
        list(2, this::text));
  }

  Artifact artifact() {
    return new Artifact(
        text(), maybe(this::text), maybe(this::text), parts(), object(2), list(2, this::text));
  }

  /** From year 1 to 9999, in milliseconds. */
  private Instant instant() {
    return Instant.ofEpochMilli(
        random.nextLong(
            Instant.parse("0001-01-01T00:00:00Z").toEpochMilli(),
            Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli()));
  }

  private TaskStatus status() {
    return new TaskStatus(one(TaskState.class), maybe(this::message), instant());
  }

  Task task() {
    return new Task(
        text(), text(), status(), list(2, this::artifact), list(2, this::message), object(2));
  }

  StreamEvent event() {
    return switch (random.nextInt(4)) {
      case 0 -> task();
      case 1 -> message();
      case 2 -> new TaskStatusUpdate(text(), text(), status(), object(2));
      default ->
          new TaskArtifactUpdate(
              text(), text(), artifact(), random.nextBoolean(), random.nextBoolean(), object(2));
    };
  }

  PushConfig push(ProtocolVersion version) {
    return new PushConfig(
        maybe(this::text),
        text(),
        maybe(this::text),
        maybe(() -> new PushConfig.Authentication(text(), random.nextBoolean() ? "" : text())),
        version);
  }
}
