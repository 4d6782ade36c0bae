package dev.redstart.http;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import java.net.URI;

/** How an error is said: clients of the different APIs expect it differently. */
enum ErrorStyle {
  /** {@code {"detail": "..."}}. */
  DETAIL,

  /** {@code {"code": "...", "message": "..."}}, under {@code /runs}. */
  CODE,

  /** {@code {"jsonrpc": "2.0", "id": null, "error": {"code": -32600, "message": "..."}}}. */
  RPC,

  /** {@code {"error": {"code": 404, "status": "NOT_FOUND", "message": "..."}}}, of A2A's REST. */
  STATUS;

  private static final int INVALID_REQUEST = -32600;
  private static final int INTERNAL_ERROR = -32603;

  static ErrorStyle of(URI uri) {
    var path = uri.getRawPath();
    if (path.matches("/runs(/.*)?")) {
      return CODE;
    }
    return path.startsWith("/a2a/rest/") ? STATUS : path.matches("/a2a(/.*)?") ? RPC : DETAIL;
  }

  JsonObject json(Refusal refusal) {
    var message = refusal.getMessage();
    return switch (this) {
      case DETAIL -> Json.object("detail", message);
      case CODE -> Json.object("code", refusal.code(), "message", message);
      case RPC -> rpc(Json.of(null), refusal);
      case STATUS ->
          Json.object(
              "error",
              Json.object("code", refusal.status(), "status", status(refusal), "message", message));
    };
  }

  /** What is not of the protocol has none of its codes. */
  static JsonObject rpc(JsonValue id, Refusal refusal) {
    int code = refusal.status() < 500 ? INVALID_REQUEST : INTERNAL_ERROR;
    var error = Json.object("code", code, "message", refusal.getMessage());
    return Json.object("jsonrpc", "2.0", "id", id, "error", error);
  }

  /** As gRPC calls it. */
  private static String status(Refusal refusal) {
    return switch (refusal.status()) {
      case 401 -> "UNAUTHENTICATED";
      case 403, 421 -> "PERMISSION_DENIED";
      case 404 -> "NOT_FOUND";
      case 405 -> "UNIMPLEMENTED";
      case 413, 431 -> "RESOURCE_EXHAUSTED";
      case 500 -> "INTERNAL";
      case 503 -> "UNAVAILABLE";
      default -> "INVALID_ARGUMENT";
    };
  }
}
