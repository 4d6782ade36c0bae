package dev.redstart.a2a;

import dev.redstart.redis.Script;

/**
 * The scripts of this room. All may run twice without harm: by themselves, or because they
 * recognise what they have done. So the client repeats them when a connection breaks.
 */
final class Scripts {
  static final Script ACCEPT = script("accept.lua");
  static final Script COMMIT = script("commit.lua");
  static final Script CANCEL = script("cancel.lua");
  static final Script RENEW = script("lease.lua", "renew.lua");
  static final Script REAP = script("lease.lua", "reap.lua");
  static final Script SNAPSHOT = script("snapshot.lua");
  static final Script READ = script("page.lua", "read.lua");
  static final Script CONVERSATION = script("conversation.lua");
  static final Script LIST = script("list.lua");
  static final Script PLACE = script("place.lua");
  static final Script PLACES = script("places.lua");
  static final Script DUE = script("page.lua", "due.lua");
  static final Script SETTLE = script("settle.lua");

  private Scripts() {}

  private static Script script(String... names) {
    var all = new String[names.length + 2];
    all[0] = "/dev/redstart/stream/tail.lua";
    all[1] = "task.lua";
    System.arraycopy(names, 0, all, 2, names.length);
    return Script.resource(Scripts.class, all).idempotent();
  }
}
