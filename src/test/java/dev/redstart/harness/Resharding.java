package dev.redstart.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Moves slots to a node, as redis-cli does it, while the cluster is in use. */
final class Resharding {

  private static final Duration HEARSAY = Duration.ofSeconds(10);
  private static final String KEYS_AT_A_TIME = "100";
  private static final String PATIENCE_MILLIS = "5000";

  private final ClusterLook look;
  private final int target;
  private final String targetId;

  Resharding(ClusterLook look, int target) {
    this.look = look;
    this.target = target;
    this.targetId = look.id(target);
  }

  void move(int slot) {
    int source = look.masterOf(slot);
    if (source != target) {
      awaitEpoch(source);
      setSlot(target, slot, "IMPORTING", look.id(source));
      setSlot(source, slot, "MIGRATING", targetId);
      while (moveKeys(source, slot)) {
        // until there is none left
      }
      // The new owner first: otherwise there would be a moment in which nobody owns it.
      setSlot(target, slot, "NODE", targetId);
      setSlot(source, slot, "NODE", targetId);
      others(source).forEach(port -> setSlot(port, slot, "NODE", targetId));
    }
  }

  /**
   * The new owner's epoch has to be later than the old one's, and it makes it later than those that
   * it has heard of: otherwise a word of the old owner from before would win, and nobody own it.
   */
  private void awaitEpoch(int source) {
    Eventually.within(
        HEARSAY, "the new owner knows the old one's epoch", () -> look.knowsEpoch(target, source));
  }

  private List<Integer> others(int source) {
    return look.masters().stream().filter(port -> port != source && port != target).toList();
  }

  private void setSlot(int port, int slot, String how, String node) {
    look.ask(port, "CLUSTER", "SETSLOT", Integer.toString(slot), how, node);
  }

  private boolean moveKeys(int source, int slot) {
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
