package dev.redstart.orchestration;

import dev.redstart.redis.Script;

/**
 * The scripts of this room. All but two begin with {@code session.lua}. Those that may run twice
 * without harm say so, and are repeated by the client when a connection breaks.
 */
final class Scripts {
  static final Script OPEN = alone("open");
  static final Script CLOSE = alone("close").idempotent();
  static final Script SEND = inSession("send");
  static final Script JOIN = inSession("join");
  static final Script BEAT = inSession("beat").idempotent();
  static final Script REPORT = inSession("report").idempotent();
  static final Script LEAVE = inSession("leave").idempotent();
  static final Script RECOVER = inSession("recover").idempotent();
  static final Script BURY = inSession("bury").idempotent();

  private Scripts() {}

  private static Script inSession(String name) {
    return Script.resource(Scripts.class, "session.lua", name + ".lua");
  }

  private static Script alone(String name) {
    return Script.resource(Scripts.class, name + ".lua");
  }
}
