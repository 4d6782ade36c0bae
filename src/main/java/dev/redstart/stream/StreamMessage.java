package dev.redstart.stream;

import dev.redstart.redis.EntryId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** An entry as it is delivered to a consumer. Thread-safe. */
public final class StreamMessage {
  private final String stream;
  private final EntryId id;
  private final List<byte[]> words; // name, value, name, value
  private final int deliveries;
  private final BooleanSupplier lost;

  StreamMessage(
      String stream, EntryId id, List<byte[]> words, int deliveries, BooleanSupplier lost) {
    this.stream = stream;
    this.id = id;
    this.words = words;
    this.deliveries = deliveries;
    this.lost = lost;
  }

  /** The stream's key. */
  public String stream() {
    return stream;
  }

  /** The entry's id. */
  public EntryId id() {
    return id;
  }

  /**
   * The fields in their order, of a name that comes twice the last value. Bytes that are no UTF-8
   * have become U+FFFD. Cannot be changed.
   */
  public Map<String, String> fields() {
    return textMap(words);
  }

  static Map<String, String> textMap(List<byte[]> words) {
    var fields = new LinkedHashMap<String, String>();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      fields.put(text(words.get(i)), text(words.get(i + 1)));
    }
    return Collections.unmodifiableMap(fields);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The value of a field; empty if there is none. */
  public Optional<String> field(String name) {
    return bytes(name).map(StreamMessage::text);
  }

  /** The value of a field as bytes, not to be modified; empty if there is none. */
  public Optional<byte[]> bytes(String name) {
    var wanted = Objects.requireNonNull(name, "name").getBytes(StandardCharsets.UTF_8);
    for (int i = words.size() - 2; i >= 0; i -= 2) {
      if (Arrays.equals(words.get(i), wanted)) {
        return Optional.of(words.get(i + 1));
      }
    }
    return Optional.empty();
  }

  /** How often it was delivered, this time included. */
  public int deliveries() {
    return deliveries;
  }

  /**
   * Whether another consumer is known to have taken over, because this process was not heard of for
   * too long: whatever the handler returns counts no more. Its thread is interrupted, too.
   */
  public boolean isLost() {
    return lost.getAsBoolean();
  }

  /** Stream, id and the names of the fields; their values may be secret, or long. */
  @Override
  public String toString() {
    return stream + " " + id + " " + fields().keySet();
  }
}
