package dev.redstart.event;

import dev.redstart.redis.Redis;
import dev.redstart.redis.SideKeys;
import dev.redstart.stream.LiveTail;
import java.util.List;

/**
 * All key names of a run: there are two.
 *
 * @param events STREAM, the run's events; see run.lua
 * @param meta HASH, what is known about it: "sequence", "last", "ended", "lease", "fixed", "mixed",
 *     and "request" with a line: its last number, when that was, the answer
 * @param channel where events are told; no key
 */
record RunKeys(String runId, String events, String meta, String channel) {
  /**
   * @throws IllegalArgumentException if it cannot be the id of a run
   */
  static RunKeys of(Redis redis, String runId) {
    var events = "run:" + redis.tag(Limits.runId(runId)) + ":events";
    var meta = SideKeys.of(events).key("meta");
    return new RunKeys(runId, events, meta, LiveTail.channel(redis, events));
  }

  /** In the order that the scripts know. */
  List<String> all() {
    return List.of(events, meta);
  }
}
