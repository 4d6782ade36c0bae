package dev.redstart.json;

import java.util.Locale;

/** How a {@link JsonCodec} derives names in JSON from names in Java. */
public enum Naming {
  /** As in Java: {@code contextId}. The tag of a record {@code TextDelta} is {@code textDelta}. */
  CAMEL_CASE {
    @Override
    String of(String javaName) {
      return javaName.substring(0, 1).toLowerCase(Locale.ROOT) + javaName.substring(1);
    }
  },
  /**
   * {@code contextId} becomes {@code context_id}, the tag of {@code TextDelta} {@code text_delta}.
   */
  SNAKE_CASE {
    @Override
    String of(String javaName) {
      return javaName
          .replaceAll("([\\p{Ll}\\p{N}])(\\p{Lu})", "$1_$2")
          .replaceAll("(\\p{Lu})(\\p{Lu}\\p{Ll})", "$1_$2")
          .toLowerCase(Locale.ROOT);
    }
  };

  abstract String of(String javaName);
}
