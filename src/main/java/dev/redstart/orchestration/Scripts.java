package dev.redstart.orchestration;

import dev.redstart.redis.Script;
import java.util.stream.Stream;

/**
 * The scripts of this room. All but two begin with {@code session.lua}. Those that may run twice
 * without harm say so, and are repeated by the client when a connection breaks.
 */
final class Scripts {
  static final Script OPEN = Script.resource(Scripts.class, "open.lua");
  static final Script CLOSE = Script.resource(Scripts.class, "close.lua").idempotent();
  static final Script SEND = inSession("order", "send");
  static final Script EXPECT = inSession("expect").idempotent();
  static final Script COLLECT = inSession("collect");
  static final Script JOIN = inSession("return", "join");
  static final Script BEAT = inSession("beat").idempotent();
  static final Script REPORT = inSession("report").idempotent();
  static final Script LEAVE = inSession("leave").idempotent();
  static final Script RECOVER = inSession("return", "order", "recover").idempotent();
  static final Script BURY = inSession("bury").idempotent();
  static final Script VIEW = inSession("view").idempotent();

  private Scripts() {}

  private static Script inSession(String... names) {
    var files = Stream.concat(Stream.of("session"), Stream.of(names));
    return Script.resource(Scripts.class, files.map(it -> it + ".lua").toArray(String[]::new));
  }
}
