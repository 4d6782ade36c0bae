package dev.redstart.http;

import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import java.util.Map;

/** What a handler answers. */
sealed interface Response {
  String JSON = "application/json";
  String HTML = "text/html";
  String EVENTS = "text/event-stream";

  /** Of a route whose clients do not choose. */
  String ANY = "*/*";

  /** All of it at once; nothing but a status if the body is empty. */
  record Whole(int status, String type, byte[] body, Map<String, String> headers)
      implements Response {}

  /** Events until the feed is over or the client leaves. */
  record Stream(Feed feed) implements Response {}

  static Response of(JsonValue json) {
    return of(200, json);
  }

  static Response of(int status, JsonValue json) {
    return new Whole(status, JSON, Json.toBytes(json), Map.of());
  }

  static Whole of(Refusal refusal, ErrorStyle style) {
    var json = Json.toBytes(style.json(refusal));
    return new Whole(refusal.status(), JSON, json, refusal.headers());
  }

  /** What a GET would bring, without it. */
  static Whole ofHead(String type) {
    return new Whole(200, type, new byte[0], Map.of("Content-Type", type));
  }

  static Response ofNothing() {
    return ofNothing(Map.of());
  }

  static Response ofNothing(Map<String, String> headers) {
    return new Whole(204, JSON, new byte[0], headers);
  }
}
