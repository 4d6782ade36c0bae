package dev.redstart.stream;

import dev.redstart.redis.EntryId;
import dev.redstart.resp.RespEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Adds entries, in slices that Redis can swallow without keeping others waiting. */
final class Producer {
  private static final int SLICE_ENTRIES_MAX = 500;
  private static final int SLICE_BYTES_MAX = 512 << 10;

  /** Lua cannot hand more than some 8000 words to a command. */
  private static final int FIELDS_MAX = 1000;

  /** The words of an entry as the script takes them, their number first. */
  private record Encoded(List<byte[]> words, int bytes) {}

  private final Store store;
  private final int bytesMax;

  Producer(Store store, int bytesMax) {
    this.store = store;
    this.bytesMax = bytesMax;
  }

  /** {@code retention}: as the script takes it; empty for what was said before. */
  List<EntryId> push(List<Map<String, String>> entries, String retention) {
    // All are looked at before anything is sent.
    var encoded = new ArrayList<Encoded>(entries.size());
    entries.forEach(fields -> encoded.add(encode(Objects.requireNonNull(fields, "fields"))));
    var added = new ArrayList<EntryId>(encoded.size());
    for (int from = 0; from < encoded.size(); ) {
      int to = endOfSlice(encoded, from);
      added.addAll(send(encoded.subList(from, to), retention, added));
      from = to;
    }
    return List.copyOf(added);
  }

  private Encoded encode(Map<String, String> fields) {
    if (fields.isEmpty() || fields.size() > FIELDS_MAX) {
      throw new IllegalArgumentException(
          "fields: an entry has 1 to " + FIELDS_MAX + " fields, not " + fields.size());
    }
    var words = new ArrayList<byte[]>(2 * fields.size() + 1);
    words.add(Store.bytes(Integer.toString(2 * fields.size())));
    fields.forEach(
        (name, value) -> {
          words.add(RespEncoder.word(Limits.notBlank(name, "a field's name")));
          words.add(RespEncoder.word(Objects.requireNonNull(value, "a field's value")));
        });
    long bytes = words.stream().skip(1).mapToLong(word -> word.length).sum();
    if (bytes > bytesMax) {
      throw new IllegalArgumentException(
          "fields: an entry may have " + bytesMax + " bytes, not " + bytes);
    }
    return new Encoded(words, (int) bytes);
  }

  private static int endOfSlice(List<Encoded> entries, int from) {
    int to = from + 1;
    long bytes = entries.get(from).bytes;
    while (to < entries.size()
        && to - from < SLICE_ENTRIES_MAX
        && bytes + entries.get(to).bytes <= SLICE_BYTES_MAX) {
      bytes += entries.get(to++).bytes;
    }
    return to;
  }

  private List<EntryId> send(List<Encoded> slice, String retention, List<EntryId> before) {
    var arguments = new ArrayList<byte[]>();
    arguments.add(Store.bytes(retention));
    arguments.add(Store.bytes(Integer.toString(slice.size())));
    slice.forEach(entry -> arguments.addAll(entry.words));
    String reply = store.once(StreamScripts.PUSH, arguments);
    if (reply.startsWith("full ")) {
      throw new StreamException.Full(store.name(), reply.substring("full ".length()), before);
    }
    return Store.ids(reply);
  }
}
