package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An entry of a stream: its id, and its fields in the order in which they were added. An entry that
 * is still pending in a group but was deleted from the stream has an id only. Immutable; equal to
 * another one with the same id and the same bytes.
 */
public final class StreamEntry {
  private final EntryId id;
  private final boolean deleted;
  private final List<byte[]> words; // name, value, name, value: texts are made when asked for

  private StreamEntry(EntryId id, boolean deleted, List<byte[]> words) {
    this.id = Objects.requireNonNull(id, "id");
    this.deleted = deleted;
    this.words = words;
  }

  /** An entry with these fields. */
  public static StreamEntry of(EntryId id, Map<String, String> fields) {
    var words = new ArrayList<byte[]>();
    Objects.requireNonNull(fields, "fields")
        .forEach(
            (name, value) -> {
              words.add(name.getBytes(StandardCharsets.UTF_8));
              words.add(value.getBytes(StandardCharsets.UTF_8));
            });
    return new StreamEntry(id, false, words);
  }

  /** An entry of which only the id is left. */
  public static StreamEntry deleted(EntryId id) {
    return new StreamEntry(id, true, List.of());
  }

  static StreamEntry read(Reply reply) {
    var id = EntryId.parse(Reading.at(reply, 0).text());
    var fields = Reading.at(reply, 1);
    return fields.isNull()
        ? deleted(id)
        : new StreamEntry(id, false, Reading.list(fields, Reply::bytes));
  }

  /** Of a list in which Redis 6.2 has nil where an entry was deleted. */
  static List<StreamEntry> readAll(Reply reply) {
    return reply.items().stream().filter(Reading::notNull).map(StreamEntry::read).toList();
  }

  public EntryId id() {
    return id;
  }

  /** Whether the stream no longer has this entry, and its fields are lost. */
  public boolean isDeleted() {
    return deleted;
  }

  /** The fields in their order; of a name that comes twice, the last value. Cannot be changed. */
  public Map<String, String> fields() {
    var fields = new LinkedHashMap<String, String>();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      fields.put(text(words.get(i)), text(words.get(i + 1)));
    }
    return Collections.unmodifiableMap(fields);
  }

  /** The value of a field, empty if there is none. */
  public Optional<String> field(String name) {
    return bytes(name).map(StreamEntry::text);
  }

  /** The value of a field as bytes, not to be modified; empty if there is none. */
  public Optional<byte[]> bytes(String name) {
    var wanted = name.getBytes(StandardCharsets.UTF_8);
    for (int i = words.size() - 2; i >= 0; i -= 2) {
      if (Arrays.equals(words.get(i), wanted)) {
        return Optional.of(words.get(i + 1));
      }
    }
    return Optional.empty();
  }

  /** How many bytes the names and values of its fields have. */
  public int size() {
    return words.stream().mapToInt(word -> word.length).sum();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StreamEntry that
        && id.equals(that.id)
        && deleted == that.deleted
        && Arrays.deepEquals(words.toArray(), that.words.toArray());
  }

  @Override
  public int hashCode() {
    return 31 * id.hashCode() + Arrays.deepHashCode(words.toArray());
  }

  /** The id and the names of the fields; their values may be secret, or long. */
  @Override
  public String toString() {
    return id + " " + (deleted ? "(deleted)" : fields().keySet().toString());
  }
}
