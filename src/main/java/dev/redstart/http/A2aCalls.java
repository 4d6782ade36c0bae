package dev.redstart.http;

import dev.redstart.a2a.A2AError;
import dev.redstart.a2a.A2AException;
import dev.redstart.a2a.AgentCard;
import dev.redstart.a2a.ProtocolVersion;
import dev.redstart.a2a.PushConfig;
import dev.redstart.a2a.SendRequest;
import dev.redstart.a2a.TaskManager;
import dev.redstart.a2a.TaskStream;
import dev.redstart.a2a.WireCodec;
import dev.redstart.a2a.WireCodec.PushSelector;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Does what clients ask an agent for, whatever the wire around it. */
final class A2aCalls {
  private final A2aEndpoint endpoint;
  private final TaskManager manager;

  /** What comes of a call. */
  sealed interface Outcome {
    record Result(JsonValue json) implements Outcome {}

    record Events(TaskStream stream) implements Outcome {}
  }

  A2aCalls(A2aEndpoint endpoint) {
    this.endpoint = endpoint;
    this.manager = endpoint.manager();
  }

  /**
   * @throws A2AException if it is refused
   */
  Outcome call(
      A2aOperation operation, ProtocolVersion version, JsonObject params, Request request) {
    requireCapability(operation);
    if (operation == A2aOperation.CARD) {
      return new Outcome.Result(extendedCard(version, request));
    }
    requireExtensions(request);
    var codec = WireCodec.of(version);
    if (operation.isStream()) {
      request.followers().requirePlace();
      return new Outcome.Events(stream(operation, codec, params, request));
    }
    return new Outcome.Result(
        operation.isOfPushes()
            ? push(operation, version, params)
            : result(operation, codec, params));
  }

  private void requireCapability(A2aOperation operation) {
    var there = capabilities();
    if (operation.isStream() && !there.streaming()) {
      throw A2AError.UNSUPPORTED_OPERATION.because("This agent does not stream");
    } else if (operation.isOfPushes() && !there.pushNotifications()) {
      throw noPushes();
    } else if (operation == A2aOperation.CARD && !there.extendedCard()) {
      throw A2AError.UNSUPPORTED_OPERATION.because("This agent has no extended card");
    }
  }

  private AgentCard.Capabilities capabilities() {
    return endpoint.card().capabilities();
  }

  private static A2AException noPushes() {
    return A2AError.PUSH_NOTIFICATION_NOT_SUPPORTED.because("This agent does not push");
  }

  private JsonObject extendedCard(ProtocolVersion version, Request request) {
    var card = endpoint.extendedCard().orElseThrow(A2aCalls::noExtendedCard);
    return card.toJson(version, false, endpoint.url(request));
  }

  private static A2AException noExtendedCard() {
    return A2AError.EXTENDED_AGENT_CARD_NOT_CONFIGURED.because("The extended card is missing");
  }

  private void requireExtensions(Request request) {
    var known =
        Stream.of("A2A-Extensions", "X-A2A-Extensions")
            .flatMap(name -> request.header(name).stream())
            .flatMap(header -> Stream.of(header.split(",")))
            .map(String::strip)
            .collect(Collectors.toSet());
    for (var extension : capabilities().extensions()) {
      if (extension.required() && !known.contains(extension.uri())) {
        throw A2AError.EXTENSION_SUPPORT_REQUIRED.because(
            "Clients must know the extension " + extension.uri());
      }
    }
  }

  private TaskStream stream(
      A2aOperation operation, WireCodec codec, JsonObject params, Request request) {
    return operation == A2aOperation.STREAM
        ? manager.onSendMessageStream(sent(codec, params))
        : manager.onResubscribe(codec.readSelector(params).taskId(), place(request));
  }

  private static OptionalLong place(Request request) {
    var id = request.lastEventId();
    if (id.isEmpty()) {
      return OptionalLong.empty();
    }
    if (!id.get().matches("[0-9]{1,18}")) {
      throw A2AError.INVALID_PARAMS.because("Last-Event-ID must be the id of an event");
    }
    return OptionalLong.of(Long.parseLong(id.get()));
  }

  private SendRequest sent(WireCodec codec, JsonObject params) {
    var sent = codec.readSend(params);
    if (sent.configuration().push().isPresent() && !capabilities().pushNotifications()) {
      throw noPushes();
    }
    return sent;
  }

  private JsonValue result(A2aOperation operation, WireCodec codec, JsonObject params) {
    if (operation == A2aOperation.SEND) {
      return codec.writeResult(manager.onSendMessage(sent(codec, params)));
    } else if (operation == A2aOperation.LIST) {
      return codec.writePage(manager.onListTasks(codec.readQuery(params)));
    }
    var task = codec.readSelector(params);
    return codec.write(
        operation == A2aOperation.GET
            ? manager.onGetTask(task.taskId(), task.historyLength())
            : manager.onCancelTask(task.taskId()));
  }

  private JsonValue push(A2aOperation operation, ProtocolVersion version, JsonObject params) {
    var codec = WireCodec.of(version);
    if (operation == A2aOperation.PUSH_SET) {
      var wanted = codec.readPushConfig(params);
      var config = manager.onPushNotificationSet(wanted.taskId(), wanted.config());
      return codec.write(wanted.taskId(), config);
    }
    var wanted = codec.readPushSelector(params);
    return push(operation, version, codec, wanted);
  }

  private JsonValue push(
      A2aOperation operation, ProtocolVersion version, WireCodec codec, PushSelector wanted) {
    var taskId = wanted.taskId();
    boolean mayBeAny = version == ProtocolVersion.V0_3 && wanted.configId().isEmpty();
    return switch (operation) {
      case PUSH_LIST -> codec.write(taskId, manager.onPushNotificationList(taskId));
      case PUSH_GET ->
          codec.write(
              taskId,
              mayBeAny ? first(taskId) : manager.onPushNotificationGet(taskId, configId(wanted)));
      default -> {
        manager.onPushNotificationDelete(taskId, configId(wanted));
        // As Protocol Buffers have it where there is nothing to say, and as 0.3 has it.
        yield version == ProtocolVersion.V1_0 ? Json.object() : Json.of(null);
      }
    };
  }

  private static String configId(PushSelector wanted) {
    return wanted
        .configId()
        .orElseThrow(() -> A2AError.INVALID_PARAMS.because("The configuration's id is missing"));
  }

  /** Before 0.3 a task had one configuration, which needed no id. */
  private PushConfig first(String taskId) {
    return manager.onPushNotificationList(taskId).stream()
        .findFirst()
        .orElseThrow(() -> A2AError.TASK_NOT_FOUND.because("Nothing is pushed of task " + taskId));
  }
}
