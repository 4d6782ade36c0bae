package dev.redstart.a2a;

import dev.redstart.json.JsonArray;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import java.util.List;
import java.util.Optional;

/**
 * A2A 0.3, which 0.2.5 and 0.2.6 agree with. It cannot say the name and the media type of a part
 * that is text or data, nor the {@link PushConfig#protocol protocol} of a place for pushes; of
 * several schemes of authentication the first is taken.
 */
final class V03Codec extends WireCodec {
  static final V03Codec INSTANCE = new V03Codec();

  private V03Codec() {
    super(
        new Grammar(
            Words.hyphened(TaskState.class), Words.hyphened(Role.class), new V03Parts(), true));
  }

  @Override
  public JsonObject writeEvent(StreamEvent event) {
    if (event instanceof TaskStatusUpdate update) {
      return grammar.write(update);
    } else if (event instanceof TaskArtifactUpdate update) {
      return grammar.write(update);
    }
    return writeResult((SendResult) event);
  }

  @Override
  public JsonObject writeResult(SendResult result) {
    return result instanceof Task task ? write(task) : write((Message) result);
  }

  @Override
  public JsonObject write(String taskId, PushConfig config) {
    return new Draft().put("taskId", taskId).put("pushNotificationConfig", write(config)).json();
  }

  private static JsonObject write(PushConfig config) {
    Draft draft =
        new Draft().add("id", config.id()).put("url", config.url()).add("token", config.token());
    config.authentication().ifPresent(shown -> draft.put("authentication", write(shown)));
    return draft.json();
  }

  private static JsonObject write(PushConfig.Authentication shown) {
    return new Draft()
        .add("schemes", List.of(shown.scheme()))
        .add("credentials", shown.credentials())
        .json();
  }

  @Override
  public JsonValue write(String taskId, List<PushConfig> configs) {
    return JsonArray.of(configs.stream().map(config -> write(taskId, config)).toList());
  }

  @Override
  public JsonObject writePush(StreamEvent event, Task task) {
    return write(task);
  }

  @Override
  public StreamEvent readEvent(JsonValue json) {
    Fields fields = Fields.of(json, "event");
    String kind = fields.requiredText("kind");
    return switch (kind) {
      case "task" -> grammar.task(fields);
      case "message" -> grammar.message(fields);
      case "status-update" -> grammar.statusUpdate(fields);
      case "artifact-update" -> grammar.artifactUpdate(fields);
      default -> throw fields.wrong("kind", "must not be " + Fields.quoted(kind));
    };
  }

  @Override
  public SendRequest readSend(JsonValue params) {
    return grammar.send(params, V03Codec::configuration);
  }

  /** Who does not say whether to wait gets it: so do the official servers. */
  private static SendConfiguration configuration(Fields fields) {
    return new SendConfiguration(
        fields.texts("acceptedOutputModes"),
        fields.object("pushNotificationConfig", V03Codec::push),
        fields.count("historyLength"),
        !fields.flag("blocking").orElse(true));
  }

  @Override
  public TaskPushConfig readPushConfig(JsonValue params) {
    Fields fields = Fields.of(params, "");
    return new TaskPushConfig(
        fields.requiredText("taskId"),
        fields.requiredObject("pushNotificationConfig", V03Codec::push));
  }

  private static PushConfig push(Fields fields) {
    return new PushConfig(
        fields.text("id"),
        fields.requiredText("url"),
        fields.text("token"),
        fields.object("authentication", V03Codec::authentication),
        ProtocolVersion.V0_3);
  }

  private static PushConfig.Authentication authentication(Fields fields) {
    Optional<String> scheme = fields.texts("schemes").stream().findFirst();
    return new PushConfig.Authentication(
        scheme.orElseThrow(() -> fields.missing("schemes")), fields.text("credentials").orElse(""));
  }

  @Override
  public PushSelector readPushSelector(JsonValue params) {
    Fields fields = Fields.of(params, "");
    return new PushSelector(fields.requiredText("id"), fields.text("pushNotificationConfigId"));
  }
}
