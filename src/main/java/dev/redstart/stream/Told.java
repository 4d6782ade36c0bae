package dev.redstart.stream;

import dev.redstart.redis.EntryId;
import dev.redstart.redis.StreamEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * What tail.lua says of an entry that was added.
 *
 * @param before the entry before it in the stream
 * @param entry empty if it was too large to be told
 */
record Told(EntryId before, EntryId id, Optional<StreamEntry> entry, int bytes) {
  private static final int LENGTH_DIGITS_MAX = 9;

  /** Empty if it is nothing of the kind: a hint that there is something to read. */
  static Optional<Told> parse(byte[] payload) {
    try {
      var words = words(payload);
      return words.size() < 2 ? Optional.empty() : Optional.of(of(words, payload.length));
    } catch (IllegalArgumentException noSuchThing) {
      // Anybody may publish anything: the stream itself will tell.
      return Optional.empty();
    }
  }

  private static Told of(List<String> words, int bytes) {
    var fields = new LinkedHashMap<String, String>();
    for (int i = 2; i + 1 < words.size(); i += 2) {
      fields.put(words.get(i), words.get(i + 1));
    }
    var before = EntryId.parse(words.get(0));
    var id = EntryId.parse(words.get(1));
    if (id.compareTo(before) <= 0) {
      throw new IllegalArgumentException("no order");
    }
    var entry = fields.isEmpty() ? null : StreamEntry.of(id, fields);
    return new Told(before, id, Optional.ofNullable(entry), bytes);
  }

  private static List<String> words(byte[] payload) {
    var words = new ArrayList<String>();
    int at = 0;
    while (at < payload.length) {
      int length = 0;
      int begin = at;
      for (; at < payload.length && payload[at] != ':'; at++) {
        length = 10 * length + digit(payload[at], at - begin);
      }
      if (length >= payload.length - at - 1 || payload[at + 1 + length] != ',') {
        throw new IllegalArgumentException("no netstring");
      }
      words.add(new String(payload, at + 1, length, StandardCharsets.UTF_8));
      at += length + 2;
    }
    return words;
  }

  private static int digit(byte letter, int place) {
    if (letter < '0' || letter > '9' || place >= LENGTH_DIGITS_MAX) {
      throw new IllegalArgumentException("no length");
    }
    return letter - '0';
  }
}
