package dev.redstart.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the nodes of a cluster say about it. */
final class ClusterLook {

  private final List<Integer> ports;
  private final Optional<String> password;

  /** Who would keep those waiting that ask. */
  private final Set<Integer> silent = ConcurrentHashMap.newKeySet();

  ClusterLook(List<Integer> ports, Optional<String> password) {
    this.ports = ports;
    this.password = password;
  }

  List<Integer> ports() {
    return ports;
  }

  Optional<String> password() {
    return password;
  }

  void leaveOut(int port) {
    silent.add(port);
  }

  void include(int port) {
    silent.remove(port);
  }

  /** All but those. */
  List<Integer> askable() {
    return ports.stream().filter(port -> !silent.contains(port)).toList();
  }

  /**
   * @throws AssertionError if the node replies with an error
   * @throws UncheckedIOException if it does not reply
   */
  String ask(int port, String... words) {
    return ask(port, List.of(words));
  }

  String ask(int port, List<String> words) {
    try {
      return RawCommand.run(port, password, words);
    } catch (IOException e) {
      throw new UncheckedIOException("no reply to " + words.get(0) + " on port " + port, e);
    }
  }

  String askAnyone(String... words) {
    UncheckedIOException trouble = null;
    for (int port : askable()) {
      try {
        return ask(port, words);
      } catch (UncheckedIOException nobody) {
        trouble = nobody;
      }
    }
    throw trouble;
  }

  int slotOf(String key) {
    return Integer.parseInt(askAnyone("CLUSTER", "KEYSLOT", key));
  }

  String id(int port) {
    return ask(port, "CLUSTER", "MYID");
  }

  List<Integer> masters() {
    var masters = healthyMasters(askAnyone("CLUSTER", "NODES")).map(ClusterLook::port).toList();
    return ports.stream().filter(masters::contains).toList();
  }

  int replicaOf(int master) {
    var id = id(master);
    return nodes(askAnyone("CLUSTER", "NODES"))
        .filter(node -> node[3].equals(id) && !node[2].contains("fail"))
        .mapToInt(ClusterLook::port)
        .findFirst()
        .orElseThrow();
  }

  /**
   * @throws java.util.NoSuchElementException if nobody has it
   */
  int masterOf(int slot) {
    return askable().stream().filter(port -> owns(port, slot)).findAny().get();
  }

  /** In its own eyes: what others say of it may be what they heard a moment ago. */
  private boolean owns(int port, int slot) {
    try {
      return nodes(ask(port, "CLUSTER", "NODES"))
          .anyMatch(node -> node[2].startsWith("myself,master") && has(node, slot));
    } catch (UncheckedIOException dead) {
      return false;
    }
  }

  /** Whether all masters say the same of each of them, and no two are at the same epoch. */
  boolean doMastersAgree() {
    var masters = masters();
    var views = masters.stream().map(this::mastersSeenBy).distinct().toList();
    return views.size() == 1 && views.get(0).size() == masters.size();
  }

  /** Each with its slots, by its epoch. */
  private Map<String, String> mastersSeenBy(int port) {
    return healthyMasters(ask(port, "CLUSTER", "NODES"))
        .collect(Collectors.toMap(node -> node[6], ClusterLook::slots, String::concat));
  }

  private static String slots(String[] node) {
    return port(node) + " has " + List.of(node).subList(Math.min(8, node.length), node.length);
  }

  /** Which master has how much, in this node's eyes; the same text for all who agree. */
  String slotsSeenBy(int port) {
    var seen = new ArrayList<String>();
    for (var node : nodes(ask(port, "CLUSTER", "NODES")).toList()) {
      seen.add(node[2].contains("slave") ? port(node) + " of " + node[3] : slots(node));
    }
    return String.join("\n", seen.stream().sorted().toList());
  }

  private static Stream<String[]> healthyMasters(String nodes) {
    return nodes(nodes).filter(node -> node[2].contains("master") && !node[2].contains("fail"));
  }

  // <id> <ip:port@bus[,hostname]> <flags> <master> <ping> <pong> <epoch> <link> <slot> <slot> ...
  private static Stream<String[]> nodes(String text) {
    return text.lines().map(line -> line.split(" "));
  }

  private static int port(String[] node) {
    return Integer.parseInt(node[1].replaceAll(".*:(\\d+)@.*", "$1"));
  }

  private static boolean has(String[] node, int slot) {
    for (int i = 8; i < node.length; i++) {
      var ends = node[i].split("-");
      if (!node[i].startsWith("[")
          && Integer.parseInt(ends[0]) <= slot
          && slot <= Integer.parseInt(ends[ends.length - 1])) {
        return true;
      }
    }
    return false;
  }
}
