package dev.redstart.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Moves slots from node to node, as a careful operator does it, while the cluster is in use. */
final class Resharding {

  private static final Duration HEARSAY = Duration.ofSeconds(10);
  private static final String KEYS_AT_A_TIME = "100";
  private static final String PATIENCE_MILLIS = "5000";

  /** A node looks at each of its clients once a second, when it has the time. */
  private static final long CLIENTS_SEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

  private record Departure(int slot, int from) {}

  private final ClusterLook look;
  private final Map<Departure, Long> departures = new HashMap<>();

  Resharding(ClusterLook look) {
    this.look = look;
  }

  void move(int slot, int target) {
    int source = look.masterOf(slot);
    if (source != target) {
      awaitAgreement();
      awaitNobodyLeftBehind(slot, target);
      var targetId = look.id(target);
      setSlot(target, slot, "IMPORTING", look.id(source));
      setSlot(source, slot, "MIGRATING", targetId);
      while (moveKeys(slot, source, target)) {
        // until there is none left
      }
      // The new owner first: otherwise there would be a moment in which nobody owns it.
      setSlot(target, slot, "NODE", targetId);
      setSlot(source, slot, "NODE", targetId);
      others(source, target).forEach(port -> setSlot(port, slot, "NODE", targetId));
      departures.put(new Departure(slot, source), System.nanoTime());
    }
  }

  /**
   * The new owner's epoch has to be later than all others: it makes it later than those that it has
   * heard of. Otherwise a word of the old owner from before would win, and two have the slot, or
   * nobody.
   */
  private void awaitAgreement() {
    Eventually.within(HEARSAY, "the masters know each other's epochs", look::doMastersAgree);
  }

  /**
   * Who blocks on a list when its slot goes is told so a while later. If the slot comes back before
   * that, its BLMOVE goes on as soon as the first of its two lists is there: then the second one is
   * at both nodes, and cannot be moved without a loss.
   */
  private void awaitNobodyLeftBehind(int slot, int target) {
    var departed = departures.remove(new Departure(slot, target));
    if (departed != null) {
      Eventually.within(
          HEARSAY,
          "those who blocked there have been sent away",
          () ->
              System.nanoTime() - departed > CLIENTS_SEEN_NANOS
                  || look.ask(target, "INFO", "clients").contains("blocked_clients:0"));
    }
  }

  private List<Integer> others(int source, int target) {
    return look.masters().stream().filter(port -> port != source && port != target).toList();
  }

  private void setSlot(int port, int slot, String how, String node) {
    look.ask(port, "CLUSTER", "SETSLOT", Integer.toString(slot), how, node);
  }

  /** Without REPLACE: what is at the target already is somebody's, and not to be lost unnoticed. */
  private boolean moveKeys(int slot, int source, int target) {
    var keys = look.ask(source, "CLUSTER", "GETKEYSINSLOT", Integer.toString(slot), KEYS_AT_A_TIME);
    if (keys.isEmpty()) {
      return false;
    }
    var words = new ArrayList<>(List.of("MIGRATE", "127.0.0.1", Integer.toString(target)));
    words.addAll(List.of("", "0", PATIENCE_MILLIS));
    look.password().ifPresent(password -> words.addAll(List.of("AUTH", password)));
    words.add("KEYS");
    words.addAll(keys.lines().toList());
    look.ask(source, words);
    return true;
  }
}
