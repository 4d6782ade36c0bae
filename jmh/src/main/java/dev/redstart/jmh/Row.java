package dev.redstart.jmh;

import java.util.Locale;
import java.util.Map;

/** A ratio as {@link Bench} has written it. */
record Row(String name, double ours, double peer, String unit, double ratio) {
  private static final Map<String, String> UNITS =
      Map.of("us/op", " µs", "ns/op", " ns", "B/op", " B", "KB", " KB", "ms", " ms");

  Caption caption() {
    return Caption.of(name);
  }

  String peerName() {
    return caption().peer(name);
  }

  boolean isWorse() {
    return ratio < 1;
  }

  /** As a line of a table in Markdown. */
  String toMarkdown() {
    return "| %s | %s | %s: %s | %s |"
        .formatted(caption().words(), figure(ours), peerName(), figure(peer), times());
  }

  private String figure(double value) {
    return digits(value) + UNITS.getOrDefault(unit, "");
  }

  /** The ratio. */
  String times() {
    return digits(ratio);
  }

  private static String digits(double value) {
    int decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
