package dev.redstart.http;

import com.sun.net.httpserver.Headers;
import java.util.Map;
import java.util.Set;

/** Whose pages a browser may let in (CORS, as the Fetch standard has it). */
final class Origins {
  private static final String ALL = "*";
  private static final String HEADERS =
      "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, A2A-Version, A2A-Extensions,"
          + " X-A2A-Extensions";

  private final Set<String> allowed;

  Origins(Set<String> allowed) {
    this.allowed = allowed;
  }

  /** Says in a response that its request's origin is welcome, if it is. */
  void mark(Headers request, Headers response) {
    if (allowed.isEmpty()) {
      return;
    }
    response.set("Vary", "Origin");
    if (allows(request)) {
      response.set("Access-Control-Allow-Origin", request.getFirst("Origin"));
    }
  }

  private boolean allows(Headers request) {
    var origin = request.getFirst("Origin");
    return origin != null && (allowed.contains(ALL) || allowed.contains(origin));
  }

  /** What a browser asks for before it sends what a form could not; nothing for others. */
  Map<String, String> preflight(Headers request, String methods) {
    return allows(request) && request.containsKey("Access-Control-Request-Method")
        ? Map.of(
            "Access-Control-Allow-Methods", methods,
            "Access-Control-Allow-Headers", HEADERS,
            "Access-Control-Max-Age", "600")
        : Map.of();
  }
}
