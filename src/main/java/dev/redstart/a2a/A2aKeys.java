package dev.redstart.a2a;

import dev.redstart.redis.Redis;
import dev.redstart.stream.LiveTail;

/**
 * All key names of tasks; {@code task.lua} has the same ones. On a cluster all of them begin with
 * one hash tag: a commit touches a task, indexes and the outbox in one step, and therefore all
 * tasks of a cluster live in one slot.
 *
 * <table>
 * <caption>Keys</caption>
 * <tr><td>{@code msg:M}<td>STRING, a message that was accepted, as JSON
 * <tr><td>{@code conv:C}<td>LIST, what was said in a context
 * <tr><td>{@code task:T}<td>HASH, what is known of a task
 * <tr><td><code>{task:T}:history</code><td>LIST, its messages
 * <tr><td><code>{task:T}:artifacts</code><td>HASH, pieces of artifacts
 * <tr><td><code>{task:T}:events</code><td>STREAM, an id is a generation
 * <tr><td>{@code push:T}<td>HASH, places to push to, and how far that is
 * <tr><td>{@code tasks}, {@code tasks:STATE}<td>ZSET, by when the status began
 * <tr><td><code>{conv:C}:tasks</code>, <code>{conv:C}:tasks:STATE</code><td>the same of a context
 * <tr><td>{@code tasks:running}<td>ZSET, by when the lease ends
 * <tr><td>{@code tasks:pushes}<td>ZSET, a task and a place, by when it is due
 * <tr><td>{@code tasks:pushes:LINE}<td>STRING, the last delivery that was given to a caller
 * <tr><td>{@code tasks:looked}<td>STRING, when somebody looked after leases
 * </table>
 *
 * @param prefix what all names begin with
 * @param at what the names of channels end with
 */
record A2aKeys(String prefix, String at) {
  private static final String TAG = "a2a";

  static A2aKeys of(Redis redis) {
    var tag = redis.tag(TAG);
    return new A2aKeys(tag.equals(TAG) ? "" : tag + ":", LiveTail.channel(redis, ""));
  }

  String index() {
    return prefix + "tasks";
  }

  /**
   * No key: nobody ever writes it. Scripts touch keys that they do not declare, so while their slot
   * moves from one node of a cluster to another, both have only some of them. A script that
   * declares a key which is there and one which is not is refused by both until the slot has moved.
   */
  String never() {
    return prefix + "tasks:never";
  }

  String task(String id) {
    return prefix + "task:" + id;
  }

  String events(String id) {
    return prefix + "{task:" + id + "}:events";
  }

  /** Where events of a task are told; no key. */
  String channel(String id) {
    return events(id) + at;
  }
}
