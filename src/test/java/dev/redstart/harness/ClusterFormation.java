package dev.redstart.harness;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Makes a cluster of nodes that do not know each other. */
final class ClusterFormation {

  private static final int SLOTS = 16_384;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final ClusterLook look;
  private final List<Integer> ports;

  ClusterFormation(ClusterLook look) {
    this.look = look;
    this.ports = look.ports();
  }

  void form(int masters) {
    // Nodes with the same epoch would sort that out among themselves, one after the other.
    for (int i = 0; i < ports.size(); i++) {
      look.ask(ports.get(i), "CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
    }
    for (int i = 0; i < ports.size(); i++) {
      introduce(i);
    }
    for (int i = 0; i < masters; i++) {
      look.ask(ports.get(i), "CLUSTER", "ADDSLOTSRANGE", first(i, masters), last(i, masters));
    }
    for (int i = masters; i < ports.size(); i++) {
      replicate(ports.get(i), look.id(ports.get(i % masters)));
    }
    awaitReady(ports);
    Eventually.within(LIMIT, "all replicas have their data", () -> isEachReplicaUp(masters));
  }

  // Each to each, as waiting for gossip to spread the word takes longer.
  private void introduce(int i) {
    for (int other : ports.subList(i + 1, ports.size())) {
      look.ask(ports.get(i), "CLUSTER", "MEET", "127.0.0.1", Integer.toString(other));
    }
  }

  private static String first(int master, int masters) {
    return Integer.toString(master * SLOTS / masters);
  }

  private static String last(int master, int masters) {
    return Integer.toString((master + 1) * SLOTS / masters - 1);
  }

  private void replicate(int port, String master) {
    Eventually.within(
        LIMIT,
        port + " knows its master",
        () -> look.ask(port, "CLUSTER", "REPLICATE", master).equals("OK"));
  }

  private boolean isEachReplicaUp(int masters) {
    return ports.subList(masters, ports.size()).stream()
        .allMatch(port -> look.ask(port, "INFO", "replication").contains("master_link_status:up"));
  }

  /** There must be a replica. */
  void awaitReplicated(int master) {
    long offset =
        Long.parseLong(field(look.ask(master, "INFO", "replication"), "master_repl_offset:"));
    Eventually.within(
        LIMIT, "the replicas of " + master + " have all", () -> isReplicated(master, offset));
  }

  // slave0:ip=127.0.0.1,port=12345,state=online,offset=42,lag=0
  private boolean isReplicated(int master, long offset) {
    var replicas =
        look.ask(master, "INFO", "replication")
            .lines()
            .filter(it -> it.startsWith("slave"))
            .filter(it -> it.contains("state="))
            .toList();
    return !replicas.isEmpty()
        && replicas.stream().allMatch(it -> Long.parseLong(field(it, "offset=")) >= offset);
  }

  private static String field(String text, String name) {
    return text.substring(text.indexOf(name) + name.length()).split("[^0-9]", 2)[0];
  }

  /** Masters that have just been started wait for two seconds before they serve. */
  void awaitReady(List<Integer> nodes) {
    Eventually.within(LIMIT, "the nodes agree on all slots", () -> isReady(nodes));
  }

  private boolean isReady(List<Integer> nodes) {
    return nodes.stream().allMatch(this::serves)
        && views(nodes).distinct().count() == 1
        && views(nodes).allMatch(view -> view.lines().count() == ports.size());
  }

  private boolean serves(int port) {
    return look.ask(port, "CLUSTER", "INFO").contains("cluster_state:ok");
  }

  private Stream<String> views(List<Integer> nodes) {
    return nodes.stream().map(look::slotsSeenBy);
  }
}
