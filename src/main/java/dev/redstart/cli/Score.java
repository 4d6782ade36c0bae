package dev.redstart.cli;

import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import java.math.BigDecimal;

/** Scores of sorted sets as people write them: without exponents as long as that is readable. */
final class Score {
  private static final String NUMBER = "[-+]?(inf|[0-9]+([.][0-9]*)?([eE][-+]?[0-9]+)?)";
  private static final double READABLE_MIN = 1e-6;
  private static final double READABLE_MAX = 1e15;

  private Score() {}

  /**
   * @throws NumberFormatException if it is none
   */
  static double parse(String text) {
    if (!text.matches(NUMBER)) {
      throw new NumberFormatException("score: must be a number, was " + text);
    }
    return Double.parseDouble(text.replace("inf", "Infinity"));
  }

  static String text(double score) {
    double size = Math.abs(score);
    if (Double.isInfinite(score)) {
      return score > 0 ? "inf" : "-inf";
    } else if (size >= READABLE_MAX || (size < READABLE_MIN && size > 0)) {
      return Double.toString(score);
    }
    return BigDecimal.valueOf(score).stripTrailingZeros().toPlainString();
  }

  /** A number, or the words that Redis has for infinity. */
  static JsonValue json(double score) {
    return Double.isInfinite(score) ? Json.of(text(score)) : Json.parse(text(score));
  }

  /** The other way round. */
  static double of(JsonValue json) {
    var text = json.toString();
    return parse(text.startsWith("\"") ? json.asString() : text);
  }
}
