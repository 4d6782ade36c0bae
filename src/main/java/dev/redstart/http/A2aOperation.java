package dev.redstart.http;

import dev.redstart.a2a.ProtocolVersion;
import java.util.Arrays;
import java.util.Optional;

/** What an agent can be asked for, with its names in JSON-RPC. */
enum A2aOperation {
  SEND("SendMessage", "message/send"),
  STREAM("SendStreamingMessage", "message/stream"),
  GET("GetTask", "tasks/get"),
  /** Not in 0.3, and never asked for with an empty name. */
  LIST("ListTasks", ""),
  CANCEL("CancelTask", "tasks/cancel"),
  SUBSCRIBE("SubscribeToTask", "tasks/resubscribe"),
  PUSH_SET("CreateTaskPushNotificationConfig", "tasks/pushNotificationConfig/set"),
  PUSH_GET("GetTaskPushNotificationConfig", "tasks/pushNotificationConfig/get"),
  PUSH_LIST("ListTaskPushNotificationConfigs", "tasks/pushNotificationConfig/list"),
  PUSH_DELETE("DeleteTaskPushNotificationConfig", "tasks/pushNotificationConfig/delete"),
  CARD("GetExtendedAgentCard", "agent/getAuthenticatedExtendedCard");

  private final String name10;
  private final String name03;

  A2aOperation(String name10, String name03) {
    this.name10 = name10;
    this.name03 = name03;
  }

  /** The version of the protocol in whose grammar a method's name is. */
  static ProtocolVersion version(String method) {
    return method.indexOf('/') >= 0 ? ProtocolVersion.V0_3 : ProtocolVersion.V1_0;
  }

  static Optional<A2aOperation> of(String method) {
    return Arrays.stream(values())
        .filter(it -> method.equals(it.name10) || method.contains("/") && method.equals(it.name03))
        .findFirst();
  }

  boolean isStream() {
    return this == STREAM || this == SUBSCRIBE;
  }

  boolean isOfPushes() {
    return name10.contains("Push");
  }
}
