package dev.redstart.jmh;

import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import java.util.Map;
import java.util.Optional;

/**
 * Two results of one run that belong together, of which less is better.
 *
 * @param ours the benchmark's class and method, and its parameters in the order of their names
 * @param peer the one that ours is compared with
 */
record Ratio(String name, String ours, String peer, String unit) {

  /** Of times. */
  Ratio(String name, String ours, String peer) {
    this(name, ours, peer, "us/op");
  }

  /** What came out; above 1, ours is better. */
  record Outcome(String name, double ours, double peer, String unit) {
    double ratio() {
      return peer / ours;
    }

    JsonValue toJson() {
      return Json.object("name", name, "ours", ours, "peer", peer, "unit", unit, "ratio", ratio());
    }
  }

  /** Empty if one of the two was not measured. */
  Optional<Outcome> of(Map<String, Double> results) {
    return results.containsKey(ours) && results.containsKey(peer)
        ? Optional.of(new Outcome(name, results.get(ours), results.get(peer), unit))
        : Optional.empty();
  }
}
