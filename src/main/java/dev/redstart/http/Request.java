package dev.redstart.http;

import com.sun.net.httpserver.HttpExchange;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonParseException;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a client wants. */
final class Request {
  private final HttpExchange exchange;
  private final Map<String, String> parameters;
  private final Query query;
  private final Body body;

  Request(HttpExchange exchange, Map<String, String> parameters, Query query, Body body) {
    this.exchange = exchange;
    this.parameters = parameters;
    this.query = query;
    this.body = body;
  }

  /** What the path has in place of a name in braces. */
  String parameter(String name) {
    return parameters.get(name);
  }

  Query query() {
    return query;
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  /** Where a stream is to go on: an event's id. */
  Optional<String> lastEventId() {
    return header("Last-Event-ID").filter(id -> !id.isBlank());
  }

  /**
   * The body; an empty object if there is none.
   *
   * @throws Refusal if it is no JSON object, too large or of another type
   */
  JsonObject json() throws IOException {
    var bytes = body.read();
    if (bytes.length == 0) {
      return Json.object();
    }
    var type = header("Content-Type").orElse("").toLowerCase(Locale.ROOT).replace(" ", "");
    // Not only out of tidiness: other types could be sent from any page without asking.
    if (!type.matches("application/json(;charset=\"?utf-8\"?)?")) {
      throw new Refusal(
          415, "UNSUPPORTED_MEDIA_TYPE", "The body must be of the type application/json.");
    }
    try {
      if (Json.parse(bytes) instanceof JsonObject object) {
        return object;
      }
    } catch (JsonParseException noJson) {
      throw Refusal.badRequest("The body is not JSON: " + noJson.getMessage() + ".");
    }
    throw Refusal.badRequest("The body must be a JSON object.");
  }
}
