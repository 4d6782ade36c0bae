package dev.redstart.http;

import com.sun.net.httpserver.HttpExchange;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonParseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** What a client wants. */
final class Request {
  /** A name or an address, and a port: what may stand in a URL without being looked at. */
  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\])(:[0-9]{1,5})?");

  private final HttpExchange exchange;
  private final Map<String, String> parameters;
  private final Query query;
  private final Body body;
  private final Followers followers;

  Request(
      HttpExchange exchange,
      Map<String, String> parameters,
      Query query,
      Body body,
      Followers followers) {
    this.exchange = exchange;
    this.parameters = parameters;
    this.query = query;
    this.body = body;
    this.followers = followers;
  }

  /** What the path has in place of a name in braces. */
  String parameter(String name) {
    return parameters.get(name);
  }

  /** All of these. */
  Map<String, String> parameters() {
    return parameters;
  }

  Query query() {
    return query;
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  /** How its client calls this service, such as {@code http://localhost:8000}. */
  String origin() {
    var named = header("Host").filter(HOST.asMatchPredicate());
    return "http://" + named.orElseGet(() -> "localhost:" + exchange.getLocalAddress().getPort());
  }

  /** Where a stream is to go on: an event's id. */
  Optional<String> lastEventId() {
    return header("Last-Event-ID").filter(id -> !id.isBlank());
  }

  /**
   * By what a client tells that it repeats a request (draft-ietf-httpapi-idempotency-key-header): a
   * quoted string; many leave the quotation marks away.
   *
   * @throws Refusal if it is none
   */
  Optional<String> idempotencyKey() {
    var key = header("Idempotency-Key").map(it -> it.replaceFirst("^\"(.*)\"$", "$1"));
    if (key.isPresent() && !key.get().matches("[!#-~]{1,255}")) {
      throw Refusal.badRequest("Idempotency-Key must be 1 to 255 visible ASCII characters.");
    }
    return key;
  }

  /** New, unless this request was made before with the same key: then as it was. */
  String id(String kind, String purpose) {
    var path = exchange.getRequestURI().getRawPath();
    var id =
        idempotencyKey()
            .map(key -> path + '\n' + purpose + '\n' + key)
            .map(all -> UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8)));
    return kind + "_" + id.orElseGet(UUID::randomUUID);
  }

  static Refusal otherRequest() {
    return new Refusal(
        422, "IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key came with another request before.");
  }

  Followers followers() {
    return followers;
  }

  /**
   * The body as it came.
   *
   * @throws Refusal if it is too large, or broken
   */
  byte[] bytes() throws IOException {
    return body.read();
  }

  /** Of the body; empty if it does not say one. What is JSON in any case is UTF-8. */
  String mediaType() {
    var type = header("Content-Type").orElse("").toLowerCase(Locale.ROOT).replace(" ", "");
    return type.replaceFirst(";charset=(utf-8|\"utf-8\")$", "");
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
    // Not only out of tidiness: other types could be sent from any page without asking.
    if (!mediaType().equals(Response.JSON)) {
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
