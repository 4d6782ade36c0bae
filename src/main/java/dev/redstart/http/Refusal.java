package dev.redstart.http;

import java.util.Map;

/** Why a request is not answered as it wished. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient Map<String, String> headers;

  Refusal(int status, String code, String message) {
    this(status, code, message, Map.of());
  }

  Refusal(int status, String code, String message, String header, String value) {
    this(status, code, message, Map.of(header, value));
  }

  /** Without a stack trace: nobody reads it, and strangers decide how often it is made. */
  private Refusal(int status, String code, String message, Map<String, String> headers) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  static Refusal badRequest(String message) {
    return new Refusal(400, "BAD_REQUEST", message);
  }

  static Refusal unavailable(String code, String message) {
    return new Refusal(503, code, message, "Retry-After", "5");
  }

  int status() {
    return status;
  }

  /** For programs. */
  String code() {
    return code;
  }

  Map<String, String> headers() {
    return headers;
  }
}
