package dev.redstart.http;

import dev.redstart.a2a.A2AError;
import dev.redstart.a2a.A2AException;
import dev.redstart.json.Json;
import dev.redstart.json.JsonParseException;
import dev.redstart.json.JsonValue;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** The body of a request by the A2A protocol. */
final class A2aBody {
  private static final Set<String> TYPES = Set.of(Response.JSON, "application/a2a+json");

  private A2aBody() {}

  /**
   * @return empty if there is none
   * @throws A2AException if it is not JSON, or does not say so
   * @throws Refusal if it is too large, or broken
   */
  static Optional<JsonValue> read(Request request) throws IOException {
    var bytes = request.bytes();
    if (bytes.length == 0) {
      return Optional.empty();
    }
    // Not only out of tidiness: other types could be sent from any page without asking.
    if (!TYPES.contains(request.mediaType())) {
      throw A2AError.CONTENT_TYPE_NOT_SUPPORTED.because(
          "The body must be of the type " + Response.JSON);
    }
    try {
      return Optional.of(Json.parse(bytes));
    } catch (JsonParseException noJson) {
      throw A2AError.PARSE_ERROR.because("The body is not JSON: " + noJson.getMessage());
    }
  }

  static A2AException empty() {
    return A2AError.PARSE_ERROR.because("There is no body");
  }
}
