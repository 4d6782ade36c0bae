package dev.redstart.a2a;

import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The protocol's types as JSON, in one version of the protocol. Pure functions: reading is lenient
 * (unknown members are ignored, empty ones taken for missing), writing is strict (nothing that is
 * empty or not of that version). Thread-safe.
 *
 * <p>All methods that read throw {@link A2AException} with {@link A2AError#INVALID_PARAMS} and the
 * place of what is wrong.
 */
public abstract sealed class WireCodec permits V10Codec, V03Codec {
  final Grammar grammar;

  WireCodec(Grammar grammar) {
    this.grammar = grammar;
  }

  public static WireCodec of(ProtocolVersion version) {
    return version == ProtocolVersion.V1_0 ? V10Codec.INSTANCE : V03Codec.INSTANCE;
  }

  public final JsonObject write(Message message) {
    return grammar.write(message);
  }

  public final JsonObject write(Artifact artifact) {
    return grammar.write(artifact);
  }

  public final JsonObject write(TaskStatus status) {
    return grammar.write(status);
  }

  /** Without anything around it. */
  public final JsonObject write(Task task) {
    return grammar.write(task);
  }

  /** As a stream brings it: in 1.0 in an object with the one member that tells its type. */
  public abstract JsonObject writeEvent(StreamEvent event);

  /** As the answer to a message. */
  public abstract JsonObject writeResult(SendResult result);

  public final JsonObject writePage(TaskPage page) {
    return grammar.write(page);
  }

  public abstract JsonObject write(String taskId, PushConfig config);

  /** An object in 1.0, an array in 0.3. */
  public abstract JsonValue write(String taskId, List<PushConfig> configs);

  /** What is posted to who asked for pushes: the event in 1.0, the task in 0.3. */
  public abstract JsonObject writePush(StreamEvent event, Task task);

  public final Message readMessage(JsonValue json) {
    return grammar.message(Fields.of(json, "message"));
  }

  public final Artifact readArtifact(JsonValue json) {
    return grammar.artifact(Fields.of(json, "artifact"));
  }

  public final Task readTask(JsonValue json) {
    return grammar.task(Fields.of(json, "task"));
  }

  public abstract StreamEvent readEvent(JsonValue json);

  public abstract SendRequest readSend(JsonValue params);

  public final TaskQuery readQuery(JsonValue params) {
    return grammar.query(params);
  }

  /** What is wanted of which task. */
  public record TaskPushConfig(String taskId, PushConfig config) {}

  public abstract TaskPushConfig readPushConfig(JsonValue params);

  /**
   * Which task is asked for.
   *
   * @param historyLength with how many messages; empty for all that are kept
   */
  public record TaskSelector(String taskId, OptionalInt historyLength) {}

  /** What a call says that gets, cancels or follows a task. */
  public final TaskSelector readSelector(JsonValue params) {
    Fields fields = Fields.of(params, "");
    return new TaskSelector(fields.requiredText("id"), fields.count("historyLength"));
  }

  /**
   * Which place for pushes is asked for.
   *
   * @param configId empty for all of the task, or, in 0.3, for its first
   */
  public record PushSelector(String taskId, Optional<String> configId) {}

  /** What a call says that gets, lists or deletes a place for pushes. */
  public abstract PushSelector readPushSelector(JsonValue params);
}
