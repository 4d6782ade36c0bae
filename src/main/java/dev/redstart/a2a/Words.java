package dev.redstart.a2a;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** How a version spells the constants of an enum. */
final class Words<E extends Enum<E>> {
  private final Map<E, String> written;
  private final Map<String, E> read = new LinkedHashMap<>();
  private final String unset;

  private Words(Class<E> type, Function<String, String> spelling, String unset) {
    this.written = new EnumMap<>(type);
    this.unset = unset;
    for (E constant : type.getEnumConstants()) {
      written.put(constant, spelling.apply(constant.name()));
      read.put(written.get(constant), constant);
    }
  }

  /** As protocol buffers do it. */
  static <E extends Enum<E>> Words<E> prefixed(Class<E> type, String prefix) {
    return new Words<>(type, prefix::concat, prefix + "UNSPECIFIED");
  }

  /** As 0.3 does it. */
  static <E extends Enum<E>> Words<E> hyphened(Class<E> type) {
    return new Words<>(type, Words::hyphened, "unknown");
  }

  private static String hyphened(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String write(E constant) {
    return written.get(constant);
  }

  Optional<E> read(String word) {
    return Optional.ofNullable(read.get(word));
  }

  boolean isUnset(String word) {
    return word.equals(unset);
  }

  @Override
  public String toString() {
    return String.join(", ", read.keySet());
  }
}
