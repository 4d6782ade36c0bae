package dev.redstart.http;

import static dev.redstart.a2a.ProtocolVersion.V1_0;

import dev.redstart.a2a.A2AError;
import dev.redstart.a2a.A2AException;
import dev.redstart.a2a.ErrorJson;
import dev.redstart.a2a.WireCodec;
import dev.redstart.http.A2aCalls.Outcome;
import dev.redstart.json.Json;
import dev.redstart.json.JsonNumber;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Version 1.0 by REST: the calls of JSON-RPC, with their parameters in the path, the query and the
 * body.
 */
final class A2aRest {
  static final String PATH = "/a2a/rest";

  private static final String TASK = "/tasks/{id}";
  private static final String PUSHES = "/tasks/{taskId}/pushNotificationConfigs";

  private static final List<String> QUERY =
      List.of(
          "contextId",
          "status",
          "pageSize",
          "pageToken",
          "historyLength",
          "statusTimestampAfter",
          "includeArtifacts");

  private final A2aCalls calls;

  A2aRest(A2aEndpoint endpoint) {
    this.calls = new A2aCalls(endpoint);
  }

  /** Those with verbs first: a colon may be part of an id. */
  void addTo(Router router) {
    add(router, "POST", "/message:send", A2aOperation.SEND);
    add(router, "POST", "/message:stream", A2aOperation.STREAM);
    add(router, "POST", TASK + ":cancel", A2aOperation.CANCEL);
    add(router, "POST", TASK + ":subscribe", A2aOperation.SUBSCRIBE);
    add(router, "GET", TASK + ":subscribe", A2aOperation.SUBSCRIBE);
    add(router, "GET", TASK, A2aOperation.GET);
    add(router, "GET", "/tasks", A2aOperation.LIST);
    add(router, "POST", PUSHES, A2aOperation.PUSH_SET);
    add(router, "GET", PUSHES, A2aOperation.PUSH_LIST);
    add(router, "GET", PUSHES + "/{id}", A2aOperation.PUSH_GET);
    add(router, "DELETE", PUSHES + "/{id}", A2aOperation.PUSH_DELETE);
    add(router, "GET", "/extendedAgentCard", A2aOperation.CARD);
  }

  private void add(Router router, String method, String path, A2aOperation operation) {
    Handler handler = request -> handle(operation, request);
    router.add(method, PATH + path + "/", Response.ANY, handler);
    router.add(method, PATH + "/{tenant}" + path + "/", Response.ANY, handler);
  }

  private Response handle(A2aOperation operation, Request request) throws IOException {
    try {
      A2aVersions.require(Set.of(V1_0), request);
      return answer(operation, calls.call(operation, V1_0, params(request), request));
    } catch (A2AException e) {
      return Response.of(e.error().httpStatus(), ErrorJson.rest(e));
    }
  }

  private static JsonObject params(Request request) throws IOException {
    var params = new LinkedHashMap<String, JsonValue>();
    if (A2aBody.read(request).orElse(Json.object()) instanceof JsonObject body) {
      params.putAll(body.asMap());
    } else {
      throw A2AError.INVALID_PARAMS.because("The body must be a JSON object");
    }
    for (var name : QUERY) {
      asked(request, name).ifPresent(text -> params.putIfAbsent(name, value(name, text)));
    }
    request.parameters().forEach((name, id) -> put(params, name, id));
    return JsonObject.of(params);
  }

  private static Optional<String> asked(Request request, String name) {
    var query = request.query();
    var snake = name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    return query.value(name).or(() -> query.value(snake));
  }

  /** What is not as it should be stays a text, and is refused as in JSON. */
  private static JsonValue value(String name, String text) {
    boolean isNumber = name.equals("pageSize") || name.equals("historyLength");
    boolean isFlag = name.equals("includeArtifacts") && text.matches("true|false");
    return isNumber && text.matches("-?(0|[1-9][0-9]{0,8})")
        ? JsonNumber.of(text)
        : Json.of(isFlag ? (Object) text.equals("true") : text);
  }

  private static void put(Map<String, JsonValue> params, String name, String id) {
    var inPath = Json.of(id);
    var before = params.put(name, inPath);
    if (before != null && !before.equals(inPath) && !before.equals(Json.of(""))) {
      throw A2AError.INVALID_PARAMS.because(name + " is another one in the path");
    }
  }

  private static Response answer(A2aOperation operation, Outcome outcome) {
    if (outcome instanceof Outcome.Events events) {
      return new Response.Stream(new TaskFeed(events.stream(), WireCodec.of(V1_0)::writeEvent));
    }
    var json = ((Outcome.Result) outcome).json();
    return switch (operation) {
      case PUSH_DELETE -> Response.ofNothing();
      case PUSH_SET -> Response.of(201, json);
      default -> Response.of(json);
    };
  }
}
