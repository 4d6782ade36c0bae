package dev.redstart.queue;

import dev.redstart.redis.SideKeys;
import java.util.List;

/** All key names of a queue: their number does not depend on how many tasks there are. */
record QueueKeys(String ready, SideKeys side) {
  /**
   * @throws IllegalArgumentException if the key is blank, or its braces are unsound
   */
  static QueueKeys of(String key) {
    return new QueueKeys(key, SideKeys.of(key));
  }

  /** The user's key. ZSET, 16 digits of a sequence and the task's id -> the user's score. */
  @Override
  public String ready() {
    return ready;
  }

  /** ZSET, members as in {@link #ready} -> when they will be ready, ms. */
  String scheduled() {
    return side.key("scheduled");
  }

  /** ZSET, task id -> when its lease is over, ms. These are the tasks that somebody works on. */
  String leased() {
    return side.key("leased");
  }

  /** ZSET, task id -> when it became a dead letter, ms. */
  String dead() {
    return side.key("dead");
  }

  /** HASH, task id -> the task as JSON. */
  String tasks() {
    return side.key("tasks");
  }

  /** HASH, task id -> what the scripts know of it; see queue.lua. */
  String records() {
    return side.key("records");
  }

  /**
   * HASH, "error", "progress" or "checkpoint", a space and the task's id -> what its holders said.
   */
  String notes() {
    return side.key("notes");
  }

  /** HASH, settings and counters of the whole queue. */
  String meta() {
    return side.key("meta");
  }

  /** LIST, one element at most: a worker that is idle should look. */
  String wake() {
    return side.key("wake");
  }

  /** STREAM, what happened. */
  String events() {
    return side.key("events");
  }

  /** HASH, task id -> the result of its handler. */
  String results() {
    return side.key("results");
  }

  /** ZSET, task id -> when its result is forgotten, ms. */
  String expiring() {
    return side.key("expiring");
  }

  /** HASH, line of requests -> its last number, when that was, and the answer. */
  String requests() {
    return side.key("requests");
  }

  /** Their types, in the same order. */
  static final List<String> TYPES =
      List.of(
          "zset", "zset", "zset", "zset", "hash", "hash", "hash", "hash", "list", "stream", "hash",
          "zset", "hash");

  /** In the order that the scripts know; the first four as in {@link TaskState}. */
  List<String> all() {
    return List.of(
        ready,
        scheduled(),
        leased(),
        dead(),
        tasks(),
        records(),
        notes(),
        meta(),
        wake(),
        events(),
        results(),
        expiring(),
        requests());
  }
}
