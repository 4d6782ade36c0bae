package dev.redstart.jmh;

import dev.redstart.jmh.Results.Figure;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Results of one run that belong together, of which less is better.
 *
 * @param ours the benchmark's class and method, and its parameters in the order of their names
 * @param peers what ours is compared with: the best of them
 */
record Ratio(String name, String ours, List<String> peers, String unit) {

  /** Of times. */
  Ratio(String name, String ours, String peer) {
    this(name, ours, List.of(peer), "us/op");
  }

  /** What came out; above 1, ours is better. */
  record Outcome(String name, Figure ours, Figure peer, String unit) {
    double ratio() {
      return peer.median() / ours.median();
    }

    JsonValue toJson() {
      return Json.object(
          "name", name,
          "ours", ours.median(),
          "peer", peer.median(),
          "unit", unit,
          "ratio", ratio(),
          "spread", Json.object("ours", spread(ours), "peer", spread(peer)));
    }

    private static JsonValue spread(Figure figure) {
      return Json.array(figure.min(), figure.max());
    }
  }

  /** Of all that it needs. */
  Stream<String> labels() {
    return Stream.concat(Stream.of(ours), peers.stream());
  }

  /** Empty if ours, or all peers, were not measured. */
  Optional<Outcome> of(Results results) {
    var best =
        peers.stream()
            .map(results::figure)
            .flatMap(Optional::stream)
            .min(Comparator.comparing(Figure::median));
    return results
        .figure(ours)
        .flatMap(figure -> best.map(peer -> new Outcome(name, figure, peer, unit)));
  }
}
