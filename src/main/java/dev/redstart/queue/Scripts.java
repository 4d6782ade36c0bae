package dev.redstart.queue;

import dev.redstart.redis.Script;
import java.util.ArrayList;
import java.util.List;

/**
 * The scripts of this room; all begin with {@code queue.lua}, which recognises requests, so that
 * the client may repeat them when a connection breaks.
 */
final class Scripts {
  static final Script PUSH = script("push");
  static final Script SETTLE = script("foreign", "settle");
  static final Script BEAT = script("beat");
  static final Script NOTE = script("note");
  static final Script DROP = script("drop");
  static final Script REQUEUE = script("requeue");
  static final Script LIST = script("list");
  static final Script GET = script("get");
  static final Script STATS = script("stats");
  static final Script CONFIGURE = script("configure");

  private Scripts() {}

  private static Script script(String... names) {
    var files = new ArrayList<String>(List.of("queue.lua"));
    List.of(names).forEach(name -> files.add(name + ".lua"));
    return Script.resource(Scripts.class, files.toArray(String[]::new)).idempotent();
  }
}
