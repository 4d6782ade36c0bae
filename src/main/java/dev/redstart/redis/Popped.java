package dev.redstart.redis;

import java.util.Objects;

/**
 * What a pop from several keys took, and from which of them.
 *
 * @param <T> text, bytes, or {@link ScoredMember}
 */
public record Popped<T>(String key, T value) {
  public Popped {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
  }
}
