package dev.redstart.a2a;

import dev.redstart.json.JsonArray;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import dev.redstart.json.JsonValueException;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** What the versions say alike, but for the words, the parts, and the kinds that 0.3 names. */
final class Grammar {
  /** How much deeper than in its request a message may have to be written, and some more. */
  private static final int WRAPPING = 24;

  private static final List<Part> EMPTY = List.of(Part.text(""));

  private final Words<TaskState> states;
  private final Words<Role> roles;
  private final PartForm parts;
  private final boolean hasKinds;

  Grammar(Words<TaskState> states, Words<Role> roles, PartForm parts, boolean hasKinds) {
    this.states = states;
    this.roles = roles;
    this.parts = parts;
    this.hasKinds = hasKinds;
  }

  private Draft kind(String kind) {
    return hasKinds ? new Draft().put("kind", kind) : new Draft();
  }

  JsonObject write(Message message) {
    return kind("message")
        .put("messageId", message.messageId())
        .add("contextId", message.contextId())
        .add("taskId", message.taskId())
        .put("role", roles.write(message.role()))
        .put("parts", told(message.parts()), parts::write)
        .add("metadata", message.metadata())
        .add("extensions", message.extensions())
        .add("referenceTaskIds", message.referenceTaskIds())
        .json();
  }

  /** Both versions want one part at least, and some clients insist on it. */
  private static List<Part> told(List<Part> parts) {
    return parts.isEmpty() ? EMPTY : parts;
  }

  JsonObject write(Artifact artifact) {
    return new Draft()
        .put("artifactId", artifact.artifactId())
        .add("name", artifact.name())
        .add("description", artifact.description())
        .put("parts", told(artifact.parts()), parts::write)
        .add("metadata", artifact.metadata())
        .add("extensions", artifact.extensions())
        .json();
  }

  JsonObject write(TaskStatus status) {
    Draft draft = new Draft().put("state", states.write(status.state()));
    status.message().ifPresent(message -> draft.put("message", write(message)));
    boolean isDated = !status.timestamp().equals(Instant.EPOCH);
    return draft.add("timestamp", isDated ? Timestamps.write(status.timestamp()) : "").json();
  }

  JsonObject write(Task task) {
    return kind("task")
        .put("id", task.id())
        .put("contextId", task.contextId())
        .put("status", write(task.status()))
        .add("artifacts", task.artifacts(), this::write)
        .add("history", task.history(), this::write)
        .add("metadata", task.metadata())
        .json();
  }

  JsonObject write(TaskStatusUpdate update) {
    Draft draft =
        kind("status-update")
            .put("taskId", update.taskId())
            .put("contextId", update.contextId())
            .put("status", write(update.status()));
    if (hasKinds) {
      TaskState state = update.status().state();
      draft.put("final", state.isTerminal() || state.isInterrupted());
    }
    return draft.add("metadata", update.metadata()).json();
  }

  JsonObject write(TaskArtifactUpdate update) {
    return kind("artifact-update")
        .put("taskId", update.taskId())
        .put("contextId", update.contextId())
        .put("artifact", write(update.artifact()))
        .add("append", update.append())
        .add("lastChunk", update.lastChunk())
        .add("metadata", update.metadata())
        .json();
  }

  JsonObject write(TaskPage page) {
    return new Draft()
        .put("tasks", page.tasks(), this::write)
        .put("nextPageToken", page.nextPageToken())
        .put("pageSize", Draft.number(page.tasks().size()))
        .put("totalSize", Draft.number(page.totalSize()))
        .json();
  }

  Message message(Fields fields) {
    return new Message(
        fields.requiredText("messageId"),
        fields.text("contextId"),
        fields.text("taskId"),
        fields.requiredWord("role", roles),
        fields.objects("parts", parts::read),
        fields.object("metadata"),
        fields.texts("extensions"),
        fields.texts("referenceTaskIds"));
  }

  Artifact artifact(Fields fields) {
    return new Artifact(
        fields.requiredText("artifactId"),
        fields.text("name"),
        fields.text("description"),
        fields.objects("parts", parts::read),
        fields.object("metadata"),
        fields.texts("extensions"));
  }

  private TaskStatus status(Fields fields) {
    return new TaskStatus(
        fields.requiredWord("state", states),
        fields.object("message", this::message),
        fields.instant("timestamp").orElse(Instant.EPOCH));
  }

  Task task(Fields fields) {
    return new Task(
        fields.requiredText("id"),
        fields.requiredText("contextId"),
        fields.requiredObject("status", this::status),
        fields.objects("artifacts", this::artifact),
        fields.objects("history", this::message),
        fields.object("metadata"));
  }

  TaskStatusUpdate statusUpdate(Fields fields) {
    return new TaskStatusUpdate(
        fields.requiredText("taskId"),
        fields.requiredText("contextId"),
        fields.requiredObject("status", this::status),
        fields.object("metadata"));
  }

  TaskArtifactUpdate artifactUpdate(Fields fields) {
    return new TaskArtifactUpdate(
        fields.requiredText("taskId"),
        fields.requiredText("contextId"),
        fields.requiredObject("artifact", this::artifact),
        fields.flag("append").orElse(false),
        fields.flag("lastChunk").orElse(false),
        fields.object("metadata"));
  }

  SendRequest send(JsonValue params, Function<Fields, SendConfiguration> configuration) {
    Fields fields = Fields.of(params, "");
    return new SendRequest(
        fields.requiredObject("message", this::said),
        fields.object("configuration", configuration).orElse(SendConfiguration.defaults()),
        fields.object("metadata"));
  }

  /** A message of a stranger. */
  private Message said(Fields fields) {
    requireShallow(fields);
    Message message = message(fields);
    if (message.parts().isEmpty()) {
      throw fields.missing("parts");
    }
    return message;
  }

  /** Otherwise it could be read, but the answer with it not be written. */
  private static void requireShallow(Fields fields) {
    try {
      JsonValue wrapped = fields.json();
      for (int level = 0; level < WRAPPING; level++) {
        wrapped = JsonArray.of(List.of(wrapped));
      }
    } catch (JsonValueException e) {
      throw fields.wrong("has too many levels");
    }
  }

  TaskQuery query(JsonValue params) {
    Fields fields = Fields.of(params, "");
    TaskQuery all = TaskQuery.all();
    return new TaskQuery(
        fields.text("contextId"),
        fields.word("status", states),
        fields.count("pageSize").orElse(all.pageSize()),
        fields.text("pageToken"),
        fields.count("historyLength"),
        fields.instant("statusTimestampAfter"),
        fields.flag("includeArtifacts").orElse(all.includeArtifacts()));
  }
}
