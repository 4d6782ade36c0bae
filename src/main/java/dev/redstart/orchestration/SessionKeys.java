package dev.redstart.orchestration;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All key names of a session, {@code P} being its prefix. Those of the Redis Orchestration App: the
 * configuration, the lists of tasks and reports, status, results, control, monitor.
 */
record SessionKeys(String prefix, int children, Mode mode) {
  private static final String SUMMONER = "summoner:";

  static String summonerPrefix(String tag) {
    return SUMMONER + tag;
  }

  /** STRING, the configuration as JSON. The session is there as long as this key is. */
  static String config(String prefix) {
    return prefix + ":config";
  }

  /**
   * STRING, the prefix of the normal session with this id, which does not appear in it. The one key
   * that may live in another slot of a cluster; so no script touches it.
   */
  static String name(String tag) {
    return "orchestration:" + tag;
  }

  /** HASH, times in ms, limits, and how many processes have held a child's number. */
  String state() {
    return prefix + ":state";
  }

  /** ZSET, number of a child -> when its lease is over, ms on Redis' clock; 0: known to be over. */
  String leases() {
    return prefix + ":children";
  }

  /** HASH, task id -> status and message id of its one report, and "read" once it is in P:read. */
  String done() {
    return prefix + ":done";
  }

  /** HASH, task id -> how many children died of it; the tasks that have no report yet. */
  String deliveries() {
    return prefix + ":deliveries";
  }

  /** HASH, the reports that the parent has taken, until it acknowledges them: see collect.lua. */
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

  /** LIST, for the users of the session; the channel of this name tells children to look. */
  String control() {
    return prefix + ":control";
  }

  /** LIST, messages that nobody could use, each as JSON with the reason. */
  String dead() {
    return prefix + ":dead";
  }

  /** LIST, one word for the parent of a normal session that there are reports. */
  String wake() {
    return prefix + ":wake";
  }

  /** LIST, messages that wait for a child. */
  String tasks(int child) {
    return prefix + (mode == Mode.NORMAL ? ":p2c:" : ":tasks:") + child;
  }

  /** LIST, what a child has taken and not reported, behind the mark of the process that is it. */
  String taken(int child) {
    return prefix + ":taken:" + child;
  }

  /** LIST, a child's reports for the parent. */
  String reports(int child) {
    return mode == Mode.NORMAL ? prefix + ":c2p:" + child : prefix + ":reports";
  }

  /** The lists of reports, without repetition. */
  List<String> reports() {
    return each(this::reports).stream().distinct().toList();
  }

  /** A channel, not a key: each message as it is sent. Empty in normal mode. */
  String monitor() {
    return mode == Mode.NORMAL ? "" : prefix + ":monitor";
  }

  /** The keys that every script declares first, in the order that session.lua knows. */
  private List<String> own() {
    return List.of(
        config(prefix),
        state(),
        leases(),
        done(),
        deliveries(),
        read(),
        status(),
        results(),
        control(),
        dead(),
        wake());
  }

  /** And behind them these lists. */
  List<String> ownAnd(List<String> lists) {
    var keys = new ArrayList<>(own());
    keys.addAll(lists);
    return keys;
  }

  List<String> ownAnd(String... lists) {
    return ownAnd(List.of(lists));
  }

  List<String> all() {
    var lists = Stream.of(each(this::tasks), each(this::taken), reports());
    return ownAnd(lists.flatMap(List::stream).toList());
  }

  List<String> each(IntFunction<String> key) {
    return IntStream.rangeClosed(1, children).mapToObj(key).toList();
  }
}
