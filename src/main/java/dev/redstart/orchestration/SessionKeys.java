package dev.redstart.orchestration;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** All key names of a session, {@code P} being its prefix. */
record SessionKeys(String prefix, int children) {
  static final String SUMMONER = "summoner:";

  /** STRING, the configuration as JSON. The session is there as long as this key is. */
  String config() {
    return prefix + ":config";
  }

  /** HASH, times in ms, limits, and how many processes have held a child's number. */
  String state() {
    return prefix + ":state";
  }

  /** ZSET, number of a child -> when its lease is over, ms on Redis' clock; 0: known to be over. */
  String leases() {
    return prefix + ":children";
  }

  /** HASH, task id -> status and message id of its one report. */
  String done() {
    return prefix + ":done";
  }

  /** HASH, task id -> how many children died of it; the tasks that have no report yet. */
  String deliveries() {
    return prefix + ":deliveries";
  }

  /** LIST, reports for the parent. */
  String reports() {
    return prefix + ":reports";
  }

  /** LIST, reports that the parent has taken but not handed out, behind one element that stays. */
  String read() {
    return prefix + ":read";
  }

  /** STREAM, what happened. */
  String status() {
    return prefix + ":status";
  }

  /** STREAM, for the users of the session. */
  String results() {
    return prefix + ":results";
  }

  /** LIST, for the users of the session. */
  String control() {
    return prefix + ":control";
  }

  /** LIST, messages that nobody could use, each as JSON with the reason. */
  String dead() {
    return prefix + ":dead";
  }

  /** LIST, messages that wait for a child. */
  String tasks(int child) {
    return prefix + ":tasks:" + child;
  }

  /** LIST, what a child has taken and not reported, behind the mark of the process that is it. */
  String taken(int child) {
    return prefix + ":taken:" + child;
  }

  /** A channel, not a key: each message as it is sent. */
  String monitor() {
    return prefix + ":monitor";
  }

  /** The keys that every script declares first, in the order that session.lua knows. */
  List<String> own() {
    return List.of(
        config(),
        state(),
        leases(),
        done(),
        deliveries(),
        reports(),
        read(),
        status(),
        results(),
        control(),
        dead());
  }

  List<String> ownAnd(String... others) {
    var keys = new ArrayList<>(own());
    keys.addAll(List.of(others));
    return keys;
  }

  List<String> all() {
    var keys = new ArrayList<>(own());
    keys.addAll(each(this::tasks));
    keys.addAll(each(this::taken));
    return keys;
  }

  List<String> each(IntFunction<String> key) {
    return IntStream.rangeClosed(1, children).mapToObj(key).toList();
  }
}
