package dev.redstart.orchestration;

import dev.redstart.redis.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The scripts of this room. All but two begin with {@code session.lua}. Those that may run twice
 * without harm say so, and are repeated by the client when a connection breaks.
 */
final class Scripts {
  static final Script OPEN = Script.of(read("open"));
  static final Script CLOSE = Script.of(read("close")).idempotent();
  static final Script SEND = inSession("send");
  static final Script JOIN = inSession("join");
  static final Script BEAT = inSession("beat").idempotent();
  static final Script REPORT = inSession("report").idempotent();
  static final Script LEAVE = inSession("leave").idempotent();
  static final Script RECOVER = inSession("recover").idempotent();
  static final Script BURY = inSession("bury").idempotent();

  private Scripts() {}

  private static Script inSession(String name) {
    return Script.of(read("session") + read(name));
  }

  private static String read(String name) {
    try (var in = Scripts.class.getResourceAsStream(name + ".lua")) {
      if (in == null) {
        throw new IllegalStateException(name + ".lua is not in the jar, beside " + Scripts.class);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
