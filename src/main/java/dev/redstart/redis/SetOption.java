package dev.redstart.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What {@link Strings#set(String, String, SetOption...)} may be told. The server refuses options
 * that contradict each other.
 */
public final class SetOption {
  private final List<String> words;

  private SetOption(String... words) {
    this.words = List.of(words);
  }

  /** Only if the key is not there yet ({@code NX}). */
  public static SetOption ifAbsent() {
    return new SetOption("NX");
  }

  /** Only if the key is there already ({@code XX}). */
  public static SetOption ifPresent() {
    return new SetOption("XX");
  }

  /**
   * To expire after {@code life}, in whole milliseconds ({@code PX}).
   *
   * @throws IllegalArgumentException if {@code life} is not positive
   */
  public static SetOption expiringIn(Duration life) {
    return new SetOption("PX", Long.toString(Words.lifeMillis(life, "life")));
  }

  /** To expire at a point in time on the server's clock, in whole milliseconds ({@code PXAT}). */
  public static SetOption expiringAt(Instant end) {
    return new SetOption("PXAT", Long.toString(Words.epochMillis(end, "end")));
  }

  /** To expire when the former value would have ({@code KEEPTTL}); otherwise SET ends that. */
  public static SetOption keepTtl() {
    return new SetOption("KEEPTTL");
  }

  List<String> words() {
    return words;
  }

  @Override
  public String toString() {
    return String.join(" ", words);
  }
}
