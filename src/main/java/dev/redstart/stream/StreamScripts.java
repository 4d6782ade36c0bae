package dev.redstart.stream;

import dev.redstart.redis.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The scripts of this room. All but those that hand out entries may run twice without harm: by
 * themselves, or because they recognise a request that they have answered. So the client repeats
 * them when a connection breaks.
 */
final class StreamScripts {
  static final Script PUSH = of("stream", "push").idempotent();
  static final Script SETTLE = of("stream", "dead", "settle").idempotent();
  static final Script REQUEUE = of("stream", "requeue").idempotent();
  static final Script ENSURE = of("ensure").idempotent();
  static final Script RECOVER = of("recover").idempotent();
  static final Script RENEW = of("renew").idempotent();
  static final Script LEAVE = of("leave").idempotent();
  static final Script FIGURES = of("figures").idempotent();

  // When a reply of these was lost, the consumer asks what it holds: see Reclaimer.
  static final Script CLAIM = of("dead", "claim");
  static final Script TAKE = of("take");

  private StreamScripts() {}

  private static Script of(String... parts) {
    var source = new StringBuilder();
    for (String part : parts) {
      source.append(read(part));
    }
    return Script.of(source.toString());
  }

  private static String read(String name) {
    try (var in = StreamScripts.class.getResourceAsStream(name + ".lua")) {
      if (in == null) {
        throw new IllegalStateException(name + ".lua is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
