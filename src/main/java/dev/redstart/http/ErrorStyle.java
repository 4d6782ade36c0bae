package dev.redstart.http;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import java.net.URI;

/** How an error is said: clients of the two APIs expect it differently. */
enum ErrorStyle {
  /** {@code {"detail": "..."}}. */
  DETAIL,

  /** {@code {"code": "...", "message": "..."}}, under {@code /runs}. */
  CODE;

  static ErrorStyle of(URI uri) {
    return uri.getRawPath().startsWith("/runs/") ? CODE : DETAIL;
  }

  JsonObject json(Refusal refusal) {
    return this == CODE
        ? Json.object("code", refusal.code(), "message", refusal.getMessage())
        : Json.object("detail", refusal.getMessage());
  }
}
