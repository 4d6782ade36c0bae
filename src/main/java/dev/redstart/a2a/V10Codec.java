package dev.redstart.a2a;

import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A2A 1.0. What it writes it reads again as it was, but for fractions of milliseconds. */
final class V10Codec extends WireCodec {
  static final V10Codec INSTANCE = new V10Codec();

  private final Map<String, Function<Fields, StreamEvent>> events =
      Map.of(
          "task", grammar::task,
          "message", grammar::message,
          "statusUpdate", grammar::statusUpdate,
          "artifactUpdate", grammar::artifactUpdate);

  private V10Codec() {
    super(
        new Grammar(
            Words.prefixed(TaskState.class, "TASK_STATE_"),
            Words.prefixed(Role.class, "ROLE_"),
            new V10Parts(),
            false));
  }

  @Override
  public JsonObject writeEvent(StreamEvent event) {
    if (event instanceof TaskStatusUpdate update) {
      return Draft.of("statusUpdate", grammar.write(update));
    } else if (event instanceof TaskArtifactUpdate update) {
      return Draft.of("artifactUpdate", grammar.write(update));
    }
    return writeResult((SendResult) event);
  }

  @Override
  public JsonObject writeResult(SendResult result) {
    return result instanceof Task task
        ? Draft.of("task", write(task))
        : Draft.of("message", write((Message) result));
  }

  @Override
  public JsonObject write(String taskId, PushConfig config) {
    Draft draft =
        new Draft()
            .put("taskId", taskId)
            .add("id", config.id())
            .put("url", config.url())
            .add("token", config.token());
    config.authentication().ifPresent(shown -> draft.put("authentication", write(shown)));
    return draft.json();
  }

  private static JsonObject write(PushConfig.Authentication shown) {
    return new Draft().put("scheme", shown.scheme()).add("credentials", shown.credentials()).json();
  }

  @Override
  public JsonValue write(String taskId, List<PushConfig> configs) {
    return new Draft().put("configs", configs, config -> write(taskId, config)).json();
  }

  @Override
  public JsonObject writePush(StreamEvent event, Task task) {
    return writeEvent(event);
  }

  @Override
  public StreamEvent readEvent(JsonValue json) {
    Fields fields = Fields.of(json, "event");
    List<StreamEvent> found =
        events.entrySet().stream()
            .flatMap(type -> fields.object(type.getKey(), type.getValue()).stream())
            .toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    throw fields.wrong("must have one of task, message, statusUpdate, artifactUpdate");
  }

  @Override
  public SendRequest readSend(JsonValue params) {
    return grammar.send(params, V10Codec::configuration);
  }

  private static SendConfiguration configuration(Fields fields) {
    return new SendConfiguration(
        fields.texts("acceptedOutputModes"),
        fields.object("taskPushNotificationConfig", V10Codec::push),
        fields.count("historyLength"),
        fields.flag("returnImmediately").orElse(false));
  }

  @Override
  public TaskPushConfig readPushConfig(JsonValue params) {
    Fields fields = Fields.of(params, "");
    return new TaskPushConfig(fields.requiredText("taskId"), push(fields));
  }

  private static PushConfig push(Fields fields) {
    return new PushConfig(
        fields.text("id"),
        fields.requiredText("url"),
        fields.text("token"),
        fields.object("authentication", V10Codec::authentication),
        ProtocolVersion.V1_0);
  }

  private static PushConfig.Authentication authentication(Fields fields) {
    return new PushConfig.Authentication(
        fields.requiredText("scheme"), fields.text("credentials").orElse(""));
  }

  @Override
  public PushSelector readPushSelector(JsonValue params) {
    Fields fields = Fields.of(params, "");
    return new PushSelector(fields.requiredText("taskId"), fields.text("id"));
  }
}
