package dev.redstart.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonParseException;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import dev.redstart.json.JsonValueException;
import dev.redstart.queue.Push;
import dev.redstart.queue.Pushed;
import dev.redstart.queue.Task;
import dev.redstart.queue.TaskQueue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Pushes a task, or many that are read from standard input. */
final class QueuePush {
  /** What Redis takes in one step. */
  private static final int BATCH_MAX = 100;

  private static final double DELAY_SECONDS_MAX = 1e10;

  private final TaskQueue queue;
  private final Arguments arguments;
  private final Out out;
  private final Map<Pushed, Integer> counts = new EnumMap<>(Pushed.class);

  QueuePush(TaskQueue queue, Arguments arguments, Out out) {
    this.queue = queue;
    this.arguments = arguments;
    this.out = out;
  }

  int run() {
    var words = arguments.words();
    if (words.size() > 1 && words.get(1).equals("-")) {
      return readLines();
    }
    var id = words.size() > 1 ? words.get(1) : newId();
    var payload = json("--payload").orElse(JsonString.of(""));
    var meta = json("--meta").map(QueuePush::object).orElse(JsonObject.of(Map.of()));
    var push = turned(Push.of(new Task(id, payload, meta)), arguments.real("--score"));
    var pushed = push(List.of(push)).get(0);
    var result = QueueListing.lower(pushed);
    boolean json = arguments.has("--json");
    out.result(json ? Json.object("id", id, "pushed", result).toString() : result + " " + id);
    return status();
  }

  private static String newId() {
    return UUID.randomUUID().toString();
  }

  private Optional<JsonValue> json(String flag) {
    try {
      return arguments.value(flag).map(Json::parse);
    } catch (JsonParseException wrong) {
      throw new UsageException("What follows " + flag + " is no JSON: " + wrong.getMessage() + ".");
    }
  }

  private static JsonObject object(JsonValue json) {
    if (json instanceof JsonObject object) {
      return object;
    }
    throw new UsageException("After --meta there must be an object, not " + json + ".");
  }

  private Push turned(Push push, Optional<Double> score) {
    var turned = score.isPresent() ? push.withScore(score.get()) : push;
    var delay = arguments.real("--delay").map(QueuePush::seconds);
    var at = arguments.value("--at").map(QueuePush::instant);
    if (delay.isPresent() && at.isPresent()) {
      throw new UsageException("Say either --delay or --at.");
    }
    turned = delay.isPresent() ? turned.withDelay(delay.get()) : turned;
    return at.isPresent() ? turned.withTime(at.get()) : turned;
  }

  private static Duration seconds(double seconds) {
    if (seconds < 0 || seconds > DELAY_SECONDS_MAX) {
      throw new UsageException("After --delay there must be seconds from 0 to 10000000000.");
    }
    return Duration.ofMillis((long) Math.ceil(seconds * 1000));
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException wrong) {
      throw new UsageException(
          "After --at there must be a time like 2030-01-01T00:00:00Z, not " + text + ".");
    }
  }

  private List<Pushed> push(List<Push> pushes) {
    var pushed = queue.push(pushes);
    for (int i = 0; i < pushes.size(); i++) {
      counts.merge(pushed.get(i), 1, Integer::sum);
      tell(pushes.get(i).task().id(), pushed.get(i));
    }
    return pushed;
  }

  private void tell(String id, Pushed pushed) {
    if (pushed == Pushed.LEASED) {
      out.talk("Task " + id + " is being worked on: nothing was changed.");
    } else if (pushed == Pushed.DEAD) {
      out.talk("Task " + id + " is a dead letter: nothing was changed.");
    }
  }

  private int count(Pushed what) {
    return counts.getOrDefault(what, 0);
  }

  private int status() {
    return count(Pushed.LEASED) + count(Pushed.DEAD) == 0 ? 0 : 1;
  }

  // ---- from standard input

  private int readLines() {
    if (arguments.has("--payload") || arguments.has("--meta")) {
      throw new UsageException("Payload and meta are read from the input: leave out the flags.");
    }
    boolean read = false;
    try {
      // Every byte is a character for now: what is wrong is found where a line is parsed.
      pushAll(new BufferedReader(new InputStreamReader(System.in, ISO_8859_1)));
      read = true;
    } catch (IOException | IllegalArgumentException wrong) {
      out.talk(wrong.getMessage() + ".");
    } finally {
      tellCounts();
    }
    return read ? status() : 1;
  }

  private void pushAll(BufferedReader in) throws IOException {
    var batch = new ArrayList<Push>();
    int number = 0;
    for (var line = in.readLine(); line != null; line = in.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        batch.add(push(line));
      } catch (JsonParseException | JsonValueException | IllegalArgumentException wrong) {
        push(batch);
        var why = wrong.getMessage().replace(" at line 1,", " at");
        throw new IllegalArgumentException("Line " + number + ": " + why, wrong);
      }
      if (batch.size() == BATCH_MAX || !in.ready()) {
        push(batch);
        batch.clear();
      }
    }
    push(batch);
  }

  private Push push(String line) {
    var json = Json.parse(line.getBytes(ISO_8859_1));
    var score = json.tryGet("score").flatMap(JsonValue::tryValue).map(Score::of);
    var members = new LinkedHashMap<>(json.asMap());
    members.putIfAbsent("id", JsonString.of(newId()));
    var task = Task.parse(JsonObject.of(members).toString().getBytes(UTF_8));
    return turned(Push.of(task), score.or(() -> arguments.real("--score")));
  }

  private void tellCounts() {
    if (arguments.has("--json")) {
      out.result(
          Json.object(
                  "added", count(Pushed.ADDED),
                  "rescored", count(Pushed.RESCORED),
                  "leased", count(Pushed.LEASED),
                  "dead", count(Pushed.DEAD))
              .toString());
    } else {
      out.result(count(Pushed.ADDED) + " added, " + count(Pushed.RESCORED) + " rescored");
    }
  }
}
