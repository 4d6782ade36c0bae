package dev.redstart.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.a2a.A2AError;
import dev.redstart.a2a.A2AException;
import dev.redstart.a2a.ErrorJson;
import dev.redstart.a2a.ProtocolVersion;
import dev.redstart.a2a.WireCodec;
import dev.redstart.http.A2aCalls.Outcome;
import dev.redstart.json.Json;
import dev.redstart.json.JsonNumber;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * JSON-RPC 2.0, both versions of the protocol at one address. What a call is refused for is an
 * answer like others, with status 200; only what the service refuses whatever the call, such as a
 * body that is too large, has a status of its own.
 */
final class A2aRpc {
  /** It is repeated in each event of a stream. */
  private static final int ID_CHARS_MAX = 256;

  private static final JsonValue NO_ID = Json.of(null);

  private final A2aCalls calls;
  private final Set<ProtocolVersion> spoken;

  A2aRpc(A2aEndpoint endpoint) {
    this.calls = new A2aCalls(endpoint);
    this.spoken =
        endpoint.hasVersion03() ? Set.of(ProtocolVersion.values()) : Set.of(ProtocolVersion.V1_0);
  }

  Response handle(Request request) throws IOException {
    try {
      var envelope = A2aBody.read(request).orElseThrow(A2aBody::empty);
      if (envelope instanceof JsonObject object) {
        return answer(object, id(object), request);
      }
      throw A2AError.INVALID_REQUEST.because("A call is a JSON object; there are no batches");
    } catch (A2AException unreadable) {
      return failed(NO_ID, ProtocolVersion.V1_0, unreadable);
    }
  }

  /** As it came. There are no calls without one, since there are none without an answer. */
  private static JsonValue id(JsonObject envelope) {
    var id =
        envelope.tryGet("id").orElseThrow(() -> A2AError.INVALID_REQUEST.because("id is missing"));
    boolean isOne = id instanceof JsonString || id instanceof JsonNumber || id.equals(NO_ID);
    if (!isOne || id.toString().length() > ID_CHARS_MAX) {
      throw A2AError.INVALID_REQUEST.because(
          "id must be a string or a number, and not longer than " + ID_CHARS_MAX);
    }
    return id;
  }

  private Response answer(JsonObject envelope, JsonValue id, Request request) {
    var version = ProtocolVersion.V1_0;
    boolean isEvent = false;
    try {
      var method = method(envelope);
      version = A2aOperation.version(method);
      var operation = operation(method, version);
      isEvent = version == ProtocolVersion.V0_3 && operation.isStream() && takesEvents(request);
      A2aVersions.require(spoken, request);
      return answer(id, version, calls.call(operation, version, params(envelope), request));
    } catch (RuntimeException | Error e) {
      var failed = failed(id, version, e);
      return isEvent && failed.status() == 200 ? asEvent(failed) : failed;
    }
  }

  private static boolean takesEvents(Request request) {
    return request.header("Accept").filter(it -> it.contains(Response.EVENTS)).isPresent();
  }

  /** Clients of 0.3 that ask for a stream look for nothing else, and would not see the error. */
  private static Response asEvent(Response.Whole failed) {
    var text = "data: " + new String(failed.body(), UTF_8) + "\n\n";
    return new Response.Whole(200, Response.EVENTS, text.getBytes(UTF_8), failed.headers());
  }

  private static String method(JsonObject envelope) {
    if (!envelope.tryGet("jsonrpc").equals(Optional.of(JsonString.of("2.0")))) {
      throw A2AError.INVALID_REQUEST.because("jsonrpc must be \"2.0\"");
    }
    return envelope
        .tryGet("method")
        .filter(JsonString.class::isInstance)
        .map(JsonValue::asString)
        .orElseThrow(() -> A2AError.INVALID_REQUEST.because("method must be a string"));
  }

  private A2aOperation operation(String method, ProtocolVersion version) {
    var operation =
        A2aOperation.of(method)
            .orElseThrow(() -> A2AError.METHOD_NOT_FOUND.because("There is no such method"));
    if (!spoken.contains(version)) {
      throw A2aVersions.notSpoken(spoken);
    }
    return operation;
  }

  private static JsonObject params(JsonObject envelope) {
    var params = envelope.tryGet("params").flatMap(JsonValue::tryValue).orElse(Json.object());
    if (params instanceof JsonObject object) {
      return object;
    }
    throw A2AError.INVALID_PARAMS.because("params must be an object");
  }

  private static Response answer(JsonValue id, ProtocolVersion version, Outcome outcome) {
    if (outcome instanceof Outcome.Events events) {
      var codec = WireCodec.of(version);
      return new Response.Stream(
          new TaskFeed(events.stream(), event -> reply(id, "result", codec.writeEvent(event))));
    }
    return Response.of(reply(id, "result", ((Outcome.Result) outcome).json()));
  }

  private static JsonObject reply(JsonValue id, String name, JsonValue value) {
    return Json.object("jsonrpc", "2.0", "id", id, name, value);
  }

  private static Response.Whole failed(JsonValue id, ProtocolVersion version, Throwable failure) {
    if (failure instanceof A2AException e) {
      var json = Json.toBytes(reply(id, "error", ErrorJson.rpc(e, version)));
      return new Response.Whole(200, Response.JSON, json, Map.of());
    }
    var refusal = Failures.refusal(failure);
    // A client that takes only 200 for an answer hears why; one that was refused at the door, by
    // the status, when to come again.
    int status = refusal.status() == 500 ? 200 : refusal.status();
    var json = Json.toBytes(ErrorStyle.rpc(id, refusal));
    return new Response.Whole(status, Response.JSON, json, refusal.headers());
  }
}
