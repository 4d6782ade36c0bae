package dev.redstart.stream;

import dev.redstart.redis.SideKeys;
import java.util.List;

/** All key names of a stream: there are three, however many entries, groups and consumers. */
record StreamKeys(String stream, SideKeys side) {
  /**
   * Whose the pending entries are that nobody holds: they failed and wait for their next delivery,
   * or were handed back. No consumer has this name, for all of ours end in a random number.
   */
  static final String NOBODY = "waiting";

  /**
   * @throws IllegalArgumentException if the key is blank, or its braces are unsound
   */
  static StreamKeys of(String stream) {
    return new StreamKeys(stream, SideKeys.of(stream));
  }

  /** STREAM, entries that were given up, their own fields first; see dead.lua. */
  String dead() {
    return side.key("dlq");
  }

  /** HASH, "retention", and "request" with a line: its last number, when that was, the answer. */
  String meta() {
    return side.key("meta");
  }

  /** What decides on the slot of a cluster that they live in: streams that have it in common do. */
  String tag() {
    var prefix = side.prefix();
    int open = prefix.indexOf('{');
    return prefix.substring(open + 1, prefix.indexOf('}', open));
  }

  /** In the order that the scripts know. */
  List<String> all() {
    return List.of(stream, dead(), meta());
  }
}
