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
public sealed interface WireCodec permits V10Codec, V03Codec {
  static WireCodec of(ProtocolVersion version) {
    return version == ProtocolVersion.V1_0 ? V10Codec.INSTANCE : V03Codec.INSTANCE;
  }

  JsonObject write(Message message);

  JsonObject write(Artifact artifact);

  JsonObject write(TaskStatus status);

  /** Without anything around it. */
  JsonObject write(Task task);

  /** As a stream brings it: in 1.0 in an object with the one member that tells its type. */
  JsonObject writeEvent(StreamEvent event);

  /** As the answer to a message. */
  JsonObject writeResult(SendResult result);

  JsonObject writePage(TaskPage page);

  JsonObject write(String taskId, PushConfig config);

  /** An object in 1.0, an array in 0.3. */
  JsonValue write(String taskId, List<PushConfig> configs);

  /** What is posted to who asked for pushes: the event in 1.0, the task in 0.3. */
  JsonObject writePush(StreamEvent event, Task task);

  Message readMessage(JsonValue json);

  Artifact readArtifact(JsonValue json);

  Task readTask(JsonValue json);

  StreamEvent readEvent(JsonValue json);

  SendRequest readSend(JsonValue params);

  TaskQuery readQuery(JsonValue params);

  /** What is wanted of which task. */
  record TaskPushConfig(String taskId, PushConfig config) {}

  TaskPushConfig readPushConfig(JsonValue params);

  /**
   * Which task is asked for.
   *
   * @param historyLength with how many messages; empty for all that are kept
   */
  record TaskSelector(String taskId, OptionalInt historyLength) {}

  /** What a call says that gets, cancels or follows a task. */
  TaskSelector readSelector(JsonValue params);

  /**
   * Which place for pushes is asked for.
   *
   * @param configId empty for all of the task, or, in 0.3, for its first
   */
  record PushSelector(String taskId, Optional<String> configId) {}

  /** What a call says that gets, lists or deletes a place for pushes. */
  PushSelector readPushSelector(JsonValue params);
}
