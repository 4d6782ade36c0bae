package dev.redstart.a2a;

import dev.redstart.a2a.TaskStorage.Change;
import dev.redstart.a2a.TaskStorage.Snapshot;
import dev.redstart.json.Json;
import dev.redstart.json.JsonCodec;
import dev.redstart.json.JsonObject;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.StreamEntry;
import dev.redstart.resp.Reply;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Tasks, messages, artifacts, places and events as they lie in Redis. */
final class Stored {
  private static final WireCodec CODEC = WireCodec.of(ProtocolVersion.V1_0);
  private static final JsonCodec<PushConfig> PLACES = JsonCodec.of(PushConfig.class);
  private static final String ID = "id:";

  private Stored() {}

  /**
   * @throws A2AException if it could not be read again
   */
  static String text(Message message) {
    var json = CODEC.write(message);
    CODEC.readMessage(json);
    return json.toString();
  }

  static String text(Optional<Message> message) {
    return message.map(Stored::text).orElse("");
  }

  static String text(PushConfig place) {
    return PLACES.print(place);
  }

  static PushConfig place(Reply reply) {
    return PLACES.parse(reply.text());
  }

  static Message message(Reply reply) {
    return message(reply.text());
  }

  private static Message message(String text) {
    return CODEC.readMessage(Json.parse(text));
  }

  private static Artifact artifact(String text) {
    return CODEC.readArtifact(Json.parse(text));
  }

  /** What a script is told of a change: kind, what, said, whether it is the last. */
  static List<String> words(Change change) {
    if (change instanceof Change.Build build) {
      return List.of("build", build.metadata().toString(), "", "");
    } else if (change instanceof Change.Status status) {
      return List.of("status", status.state().name(), text(status.message()), "");
    } else if (change instanceof Change.Set set) {
      return words("set", set.artifact(), set.isComplete());
    } else if (change instanceof Change.Append more) {
      var chunk = Artifact.of(more.artifactId(), more.parts().toArray(Part[]::new));
      return words("append", chunk, more.isComplete());
    }
    return List.of("reply", "", text(((Change.Reply) change).message()), "");
  }

  private static List<String> words(String kind, Artifact artifact, boolean isComplete) {
    var id = Ids.check(artifact.artifactId(), "artifactId");
    var json = CODEC.write(artifact);
    CODEC.readArtifact(json);
    return List.of(kind, id, json.toString(), isComplete ? "1" : "0");
  }

  // ---- tasks

  /** What {@code whole} in task.lua tells. */
  static Snapshot snapshot(String id, Reply reply) {
    var parts = reply.items();
    var task =
        new Task(
            id,
            parts.get(0).text(),
            status(parts.get(1).text(), parts.get(2).text(), parts.get(3).text()),
            artifacts(parts.get(8).items()),
            parts.get(7).items().stream().map(Stored::message).toList(),
            metadata(parts.get(4).text()));
    return new Snapshot(task, parts.get(5).integer(), parts.get(6).integer() == 1);
  }

  private static TaskStatus status(String state, String since, String message) {
    return new TaskStatus(
        TaskState.valueOf(state),
        message.isEmpty() ? Optional.empty() : Optional.of(message(message)),
        Instant.ofEpochMilli(Long.parseLong(since)));
  }

  private static JsonObject metadata(String text) {
    return (JsonObject) Json.parse(text);
  }

  /** A field with the artifact's place for each, and its pieces by place and number. */
  private static List<Artifact> artifacts(List<Reply> words) {
    var fields = new LinkedHashMap<String, String>();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      fields.put(words.get(i).text(), words.get(i + 1).text());
    }
    var places = new TreeMap<Integer, String>();
    for (var field : fields.entrySet()) {
      if (field.getKey().startsWith(ID)) {
        places.put(Integer.valueOf(field.getValue()), field.getKey());
      }
    }
    return places.keySet().stream().flatMap(place -> artifact(place, fields).stream()).toList();
  }

  /** Empty: others have deleted it. */
  private static Optional<Artifact> artifact(int place, Map<String, String> fields) {
    int count = Integer.parseInt(fields.getOrDefault("" + place, "0"));
    var pieces =
        IntStream.rangeClosed(1, count)
            .mapToObj(number -> fields.get(place + ":" + number))
            .filter(Objects::nonNull)
            .map(Stored::artifact)
            .toList();
    return pieces.stream()
        .findFirst()
        .map(
            first ->
                new Artifact(
                    first.artifactId(),
                    first.name(),
                    first.description(),
                    pieces.stream().flatMap(piece -> piece.parts().stream()).toList(),
                    first.metadata(),
                    first.extensions()));
  }

  // ---- events

  static StreamEntry entry(Reply reply) {
    var words = reply.items().get(1).items();
    var fields = new LinkedHashMap<String, String>();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      fields.put(words.get(i).text(), words.get(i + 1).text());
    }
    return StreamEntry.of(EntryId.parse(reply.items().get(0).text()), fields);
  }

  static Sequenced event(String id, StreamEntry entry) {
    var fields = entry.fields();
    var contextId = fields.get("context");
    long generation = entry.id().millis();
    return switch (fields.get("kind")) {
      case "task" -> new Sequenced(generation, built(id, contextId, fields));
      case "status" -> {
        var status = status(fields.get("state"), fields.get("at"), fields.get("message"));
        yield new Sequenced(generation, new TaskStatusUpdate(id, contextId, status, Json.object()));
      }
      case "artifact" ->
          new Sequenced(
              generation,
              new TaskArtifactUpdate(
                  id,
                  contextId,
                  artifact(fields.get("artifact")),
                  fields.get("append").equals("1"),
                  fields.get("last").equals("1"),
                  Json.object()));
      default -> new Sequenced(0, message(fields.get("message")));
    };
  }

  private static Task built(String id, String contextId, Map<String, String> fields) {
    var message = fields.get("message");
    return new Task(
        id,
        contextId,
        status(TaskState.SUBMITTED.name(), fields.get("at"), ""),
        List.of(),
        message.isEmpty() ? List.of() : List.of(message(message)),
        metadata(fields.get("metadata")));
  }

  static boolean isReply(StreamEntry entry) {
    return entry.field("kind").filter("message"::equals).isPresent();
  }
}
