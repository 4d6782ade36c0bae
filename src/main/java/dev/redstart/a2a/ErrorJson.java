package dev.redstart.a2a;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import java.util.List;

/** A refusal as JSON, as each binding has it. Pure functions. */
public final class ErrorJson {
  private ErrorJson() {}

  /** The value of {@code error} in an answer of JSON-RPC: 0.3 has the code and the message only. */
  public static JsonObject rpc(A2AException e, ProtocolVersion version) {
    boolean isNamed = version == ProtocolVersion.V1_0 && e.error().isOfProtocol();
    var details = isNamed ? details(e.error()) : List.<JsonObject>of();
    return new Draft()
        .put("code", Draft.number(e.error().code()))
        .put("message", e.getMessage())
        .add("data", details, detail -> detail)
        .json();
  }

  /** The body of an answer of REST with {@link A2AError#httpStatus}. */
  public static JsonObject rest(A2AException e) {
    return Draft.of(
        "error",
        new Draft()
            .put("code", Draft.number(e.error().httpStatus()))
            .put("status", status(e.error()))
            .put("message", e.getMessage())
            .add("details", details(e.error()), detail -> detail)
            .json());
  }

  /** What JSON-RPC has a code for needs this in REST only. */
  private static List<JsonObject> details(A2AError error) {
    return List.of(
        Json.object(
            "@type",
            "type.googleapis.com/google.rpc.ErrorInfo",
            "reason",
            error.name(),
            "domain",
            "a2a-protocol.org"));
  }

  private static String status(A2AError error) {
    return switch (error) {
      case TASK_NOT_FOUND, METHOD_NOT_FOUND -> "NOT_FOUND";
      case TASK_NOT_CANCELABLE, EXTENDED_AGENT_CARD_NOT_CONFIGURED, EXTENSION_SUPPORT_REQUIRED ->
          "FAILED_PRECONDITION";
      case PUSH_NOTIFICATION_NOT_SUPPORTED, UNSUPPORTED_OPERATION, VERSION_NOT_SUPPORTED ->
          "UNIMPLEMENTED";
      case BUSY -> "UNAVAILABLE";
      case INVALID_AGENT_RESPONSE, INTERNAL_ERROR -> "INTERNAL";
      default -> "INVALID_ARGUMENT";
    };
  }
}
