package dev.redstart.a2a;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.redstart.harness.Seeds;
import dev.redstart.json.Json;
import dev.redstart.json.JsonArray;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonParseException;
import dev.redstart.json.JsonValue;
import dev.redstart.json.JsonValueException;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is written is read as it was, and what strangers send is read or refused. */
class CodecRandomTest {
  private static final int MUTATIONS = 100_000;

  /** What a reader says of a stranger's request is short. */
  private static final int REFUSAL_MAX = 1000;

  private static JsonValue sent(JsonValue json) {
    return Json.parse(json.toString());
  }

  @Test
  void whatIsWrittenIn10IsReadAsItWas() {
    Seeds.check(seed -> assertRoundTrips(seed, ProtocolVersion.V1_0, part -> part));
  }

  @Test
  void whatIsWrittenIn03LosesTheNameAndTheTypeOfTextAndDataOnly() {
    Seeds.check(seed -> assertRoundTrips(seed, ProtocolVersion.V0_3, CodecRandomTest::legacy));
  }

  private static Part legacy(Part part) {
    boolean isFile = part.content() instanceof Part.Raw || part.content() instanceof Part.Url;
    return isFile
        ? part
        : new Part(part.content(), Optional.empty(), Optional.empty(), part.metadata());
  }

  private static void assertRoundTrips(
      long seed, ProtocolVersion version, UnaryOperator<Part> part) {
    WireCodec codec = WireCodec.of(version);
    var model = new RandomModel(seed);
    var kept = new Kept(part);
    for (int i = 0; i < 1000; i++) {
      Message message = model.message();
      assertEquals(kept.message(message), codec.readMessage(sent(codec.write(message))));
      Artifact artifact = model.artifact();
      assertEquals(kept.artifact(artifact), codec.readArtifact(sent(codec.write(artifact))));
      StreamEvent event = model.event();
      assertEquals(kept.event(event), codec.readEvent(sent(codec.writeEvent(event))));
      Task task = model.task();
      assertEquals(kept.event(task), codec.readTask(sent(codec.write(task))));
      PushConfig config = model.push(version);
      assertEquals(
          new WireCodec.TaskPushConfig("t", config),
          codec.readPushConfig(sent(codec.write("t", config))));
    }
  }

  /** What is left of something, where not all of a part can be said. */
  private record Kept(UnaryOperator<Part> part) {
    private List<Part> parts(List<Part> parts) {
      return parts.stream().map(part).toList();
    }

    Message message(Message message) {
      return new Message(
          message.messageId(),
          message.contextId(),
          message.taskId(),
          message.role(),
          parts(message.parts()),
          message.metadata(),
          message.extensions(),
          message.referenceTaskIds());
    }

    Artifact artifact(Artifact artifact) {
      return new Artifact(
          artifact.artifactId(),
          artifact.name(),
          artifact.description(),
          parts(artifact.parts()),
          artifact.metadata(),
          artifact.extensions());
    }

    private TaskStatus status(TaskStatus status) {
      return new TaskStatus(
          status.state(), status.message().map(this::message), status.timestamp());
    }

    StreamEvent event(StreamEvent event) {
      if (event instanceof TaskStatusUpdate update) {
        return new TaskStatusUpdate(
            update.taskId(), update.contextId(), status(update.status()), update.metadata());
      } else if (event instanceof TaskArtifactUpdate update) {
        return new TaskArtifactUpdate(
            update.taskId(),
            update.contextId(),
            artifact(update.artifact()),
            update.append(),
            update.lastChunk(),
            update.metadata());
      }
      return event instanceof Task task ? task(task) : message((Message) event);
    }

    private Task task(Task task) {
      return new Task(
          task.id(),
          task.contextId(),
          status(task.status()),
          task.artifacts().stream().map(this::artifact).toList(),
          task.history().stream().map(this::message).toList(),
          task.metadata());
    }
  }

  @Test
  void hostileRequestsAreReadOrRefusedWithAShortReason() {
    Seeds.check(
        seed -> {
          var model = new RandomModel(seed);
          int read = 0;
          JsonValue[] requests = new JsonValue[ProtocolVersion.values().length];
          for (int i = 0; i < MUTATIONS; i++) {
            ProtocolVersion version = ProtocolVersion.values()[i % requests.length];
            if (i % 20 < requests.length) {
              requests[version.ordinal()] = request(model, version);
            }
            Optional<JsonValue> hostile = mutated(model, requests[version.ordinal()]);
            read += hostile.filter(json -> isSomehowRead(model, version, json)).isPresent() ? 1 : 0;
          }
          assertTrue(read > MUTATIONS / 20, read + " were read");
          assertTrue(read < MUTATIONS - MUTATIONS / 20, read + " were read");
        });
  }

  /** Members of all requests at once; each reader takes what it knows. */
  private static JsonObject request(RandomModel model, ProtocolVersion version) {
    WireCodec codec = WireCodec.of(version);
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("message", codec.write(model.message()));
    members.putAll(codec.write("t", model.push(version)).asMap());
    members.put("configuration", configuration(model, codec, version));
    members.put("id", Json.of("i"));
    members.put(
        "status", Json.of(version == ProtocolVersion.V1_0 ? "TASK_STATE_FAILED" : "failed"));
    members.put("pageSize", Json.of(7));
    members.put("historyLength", Json.of("3"));
    members.put("statusTimestampAfter", Json.of(Instant.ofEpochMilli(1_700_000_000_000L)));
    members.put("includeArtifacts", Json.of(true));
    members.put("metadata", model.object(2));
    return JsonObject.of(members);
  }

  private static JsonObject configuration(
      RandomModel model, WireCodec codec, ProtocolVersion version) {
    JsonObject push = codec.write("t", model.push(version));
    return Json.object(
        "acceptedOutputModes",
        List.of("text/plain"),
        "taskPushNotificationConfig",
        push,
        "pushNotificationConfig",
        push.tryGet("pushNotificationConfig").orElse(push),
        "historyLength",
        4,
        "returnImmediately",
        true,
        "blocking",
        "false");
  }

  /** By what reads messages, and by one other reader. */
  private static boolean isSomehowRead(
      RandomModel model, ProtocolVersion version, JsonValue hostile) {
    WireCodec codec = WireCodec.of(version);
    JsonValue message = hostile instanceof JsonObject o ? o.tryGet("message").orElse(o) : hostile;
    List<Runnable> others =
        List.of(
            () -> codec.readQuery(hostile),
            () -> codec.readSelector(hostile),
            () -> codec.readPushSelector(hostile),
            () -> assertEquals(version, codec.readPushConfig(hostile).config().protocol()),
            () -> codec.readTask(hostile),
            () -> codec.readEvent(hostile),
            () -> codec.readEvent(message),
            () -> codec.readMessage(message),
            () -> codec.readArtifact(message));
    isRead(others.get(model.random().nextInt(others.size())));
    return isRead(() -> assertAnswerable(codec.readSend(hostile)));
  }

  private static boolean isRead(Runnable reader) {
    try {
      reader.run();
      return true;
    } catch (A2AException e) {
      assertEquals(A2AError.INVALID_PARAMS, e.error());
      assertTrue(e.getMessage().length() < REFUSAL_MAX, e.getMessage());
      Json.parse(ErrorJson.rest(e).toString());
      return false;
    }
  }

  /** What was read is kept, and told to others in any version. */
  private static void assertAnswerable(SendRequest request) {
    WireCodec kept = WireCodec.of(ProtocolVersion.V1_0);
    Message message = request.message();
    assertEquals(message, kept.readMessage(kept.write(message)));
    WireCodec.of(ProtocolVersion.V0_3).write(message);
  }

  /** Empty if it is no JSON any more. */
  private static Optional<JsonValue> mutated(RandomModel model, JsonValue json) {
    if (model.random().nextInt(5) == 0) {
      return scratched(model.random(), json.toString());
    }
    try {
      JsonValue mutated = json;
      for (int i = model.random().nextInt(3); i >= 0; i--) {
        mutated = bent(model, mutated);
      }
      return Optional.of(mutated);
    } catch (JsonValueException e) {
      return Optional.empty(); // Deeper than JSON may be here.
    }
  }

  private static Optional<JsonValue> scratched(Random random, String text) {
    char[] chars = text.toCharArray();
    int at = random.nextInt(chars.length);
    chars[at] = "{}[]\",:0-e\\ tn\u0000\uD83D".charAt(random.nextInt(16));
    try {
      return Optional.of(Json.parse(chars));
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  /** One value somewhere is another one, or gone, or elsewhere. */
  private static JsonValue bent(RandomModel model, JsonValue json) {
    Random random = model.random();
    boolean isLeaf = !(json instanceof JsonObject) && !(json instanceof JsonArray);
    if (isLeaf || random.nextInt(20) == 0) {
      return random.nextInt(10) == 0 ? tower(random.nextInt(240), json) : model.value(2);
    }
    return json instanceof JsonObject object ? bent(model, object) : bent(model, (JsonArray) json);
  }

  private static JsonValue tower(int levels, JsonValue top) {
    JsonValue tower = top;
    for (int i = 0; i < levels && i < 200; i++) {
      tower = i % 2 == 0 ? Json.array(tower) : Json.object("a", tower);
    }
    return tower;
  }

  private static JsonValue bent(RandomModel model, JsonObject object) {
    Map<String, JsonValue> members = new LinkedHashMap<>(object.asMap());
    if (members.isEmpty()) {
      return model.value(1);
    }
    List<String> names = new ArrayList<>(members.keySet());
    String name = names.get(model.random().nextInt(names.size()));
    JsonValue value = members.get(name);
    switch (model.random().nextInt(8)) {
      case 0 -> members.remove(name);
      case 1 -> members.put(names.get(model.random().nextInt(names.size())), value);
      case 2 -> members.put(model.text(), value);
      default -> members.put(name, bent(model, value));
    }
    return JsonObject.of(members);
  }

  private static JsonValue bent(RandomModel model, JsonArray array) {
    List<JsonValue> items = new ArrayList<>(array.asList());
    if (items.isEmpty() || model.random().nextInt(8) == 0) {
      items.add(model.value(2));
      Collections.shuffle(items, model.random());
    } else {
      int at = model.random().nextInt(items.size());
      items.set(at, bent(model, items.get(at)));
    }
    return JsonArray.of(items);
  }

  @Test
  void anAppendIsEncodedInItsOwnSizeHoweverLongTheTaskIs() {
    var status = new TaskStatus(TaskState.WORKING, Optional.empty(), Instant.ofEpochMilli(1));
    Part[] chunks = Stream.generate(() -> Part.text("chunk")).limit(100_000).toArray(Part[]::new);
    var task =
        new Task("t", "c", status, List.of(Artifact.of("a", chunks)), List.of(), Json.object());
    var append =
        new TaskArtifactUpdate(
            "t", "c", Artifact.of("a", Part.text("more")), true, false, Json.object());
    WireCodec codec = WireCodec.of(ProtocolVersion.V1_0);
    codec.writePush(append, task).toString();

    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    String json = codec.writePush(append, task).toString();
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;

    assertEquals(codec.writeEvent(append).toString(), json);
    assertTrue(bytes < 100_000, bytes + " bytes for an append of four characters");
  }
}
