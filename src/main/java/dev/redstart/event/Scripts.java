package dev.redstart.event;

import dev.redstart.redis.Script;

/**
 * The scripts of this room. All may run twice without harm: by themselves, or because they
 * recognise a request that they have answered. So the client repeats them when a connection breaks.
 */
final class Scripts {
  static final Script ADD = script("add.lua");
  static final Script OPEN = script("open.lua");
  static final Script READ = script("read.lua");
  static final Script EXPIRE = script("expire.lua");
  static final Script SUMMARY = script("summary.lua");
  static final Script ENTER = Script.resource(Scripts.class, "enter.lua").idempotent();

  private Scripts() {}

  private static Script script(String name) {
    var tail = "/dev/redstart/stream/tail.lua";
    return Script.resource(Scripts.class, tail, "run.lua", name).idempotent();
  }
}
