package dev.redstart.a2a;

/** What can go wrong, as the protocol has it (A2A 1.0, section 3.3.2, and JSON-RPC 2.0). */
public enum A2AError {
  PARSE_ERROR(-32700, 400),
  INVALID_REQUEST(-32600, 400),
  METHOD_NOT_FOUND(-32601, 404),
  INVALID_PARAMS(-32602, 400),
  INTERNAL_ERROR(-32603, 500),

  /** Ours, where JSON-RPC leaves room: there is too much to do, and later there may not be. */
  BUSY(-32000, 503),

  TASK_NOT_FOUND(-32001, 404),
  TASK_NOT_CANCELABLE(-32002, 409),
  PUSH_NOTIFICATION_NOT_SUPPORTED(-32003, 400),
  UNSUPPORTED_OPERATION(-32004, 400),
  CONTENT_TYPE_NOT_SUPPORTED(-32005, 415),
  INVALID_AGENT_RESPONSE(-32006, 502),
  EXTENDED_AGENT_CARD_NOT_CONFIGURED(-32007, 400),
  EXTENSION_SUPPORT_REQUIRED(-32008, 400),
  VERSION_NOT_SUPPORTED(-32009, 400);

  private final int code;
  private final int httpStatus;

  A2AError(int code, int httpStatus) {
    this.code = code;
    this.httpStatus = httpStatus;
  }

  /** In JSON-RPC. */
  public int code() {
    return code;
  }

  /** In REST. */
  public int httpStatus() {
    return httpStatus;
  }

  /** Whether it is the protocol's own, not one of JSON-RPC. */
  public boolean isOfProtocol() {
    return code > -32100 && this != BUSY;
  }

  /** An exception that says this, for people. */
  public A2AException because(String message) {
    return new A2AException(this, message);
  }
}
