package dev.redstart.redis;

import java.util.Objects;

/**
 * A member of a sorted set with its score.
 *
 * @param score finite or infinite, but never NaN
 */
public record ScoredMember(String member, double score) {
  public ScoredMember {
    Objects.requireNonNull(member, "member");
    if (Double.isNaN(score)) {
      throw new IllegalArgumentException("score: NaN is no number that Redis can order");
    }
  }
}
