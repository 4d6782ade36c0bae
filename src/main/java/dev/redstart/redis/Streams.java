package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Commands on streams; those of their consumer groups are in {@link StreamGroups}. Only {@link
 * Command} values are made here, see {@link Strings}.
 */
public final class Streams {
  private Streams() {}

  /** Adds an entry under an id that the server makes: this id. <code>XADD</code> */
  public static Command<EntryId> add(String key, Map<String, String> fields) {
    return add(key, fields, Trim.none());
  }

  /** Adds an entry, and trims the stream in the same step: its id. <code>XADD</code> */
  public static Command<EntryId> add(String key, Map<String, String> fields, Trim trim) {
    return adding(key, trim).add("*").pairs(fields, "fields").reads(Streams::readId);
  }

  /** The same with bytes, which are not copied. <code>XADD</code> */
  public static Command<EntryId> addBytes(String key, Map<String, byte[]> fields, Trim trim) {
    var words = adding(key, trim).add("*");
    Words.notEmpty(Objects.requireNonNull(fields, "fields").keySet(), "fields");
    fields.forEach((name, value) -> words.text(name, "fields").value(value));
    return words.reads(Streams::readId);
  }

  /**
   * Adds an entry under an id of the caller's. The server refuses it if the stream has had such an
   * id, or a greater one. <code>XADD</code>
   */
  public static Command<EntryId> add(
      String key, EntryId id, Map<String, String> fields, Trim trim) {
    Objects.requireNonNull(id, "id");
    return adding(key, trim).add(id.toString()).pairs(fields, "fields").reads(Streams::readId);
  }

  /** Adds an entry if there is such a stream; empty if there is none. <code>XADD</code> */
  public static Command<Optional<EntryId>> addIfExists(
      String key, Map<String, String> fields, Trim trim) {
    return adding(key, trim)
        .add("NOMKSTREAM")
        .add("*")
        .pairs(fields, "fields")
        .reads(reply -> Reading.optional(reply, Streams::readId));
  }

  private static Words adding(String key, Trim trim) {
    return Words.of("XADD").key(key).all(Objects.requireNonNull(trim, "trim").words());
  }

  /**
   * Removes old entries: how many. <code>XTRIM</code>
   *
   * @throws IllegalArgumentException if it is nothing that should be trimmed
   */
  public static Command<Long> trim(String key, Trim trim) {
    if (Objects.requireNonNull(trim, "trim").isNone()) {
      throw new IllegalArgumentException("trim: must say what to trim");
    }
    return Words.of("XTRIM").key(key).all(trim.words()).reads(Reply::integer);
  }

  /** Deletes entries: how many of them were there. <code>XDEL</code> */
  public static Command<Long> del(String key, EntryId... ids) {
    return ids(Words.of("XDEL").key(key), ids).reads(Reply::integer);
  }

  /** How many entries there are, 0 if there is no such key. <code>XLEN</code> */
  public static Command<Long> len(String key) {
    return Words.of("XLEN").key(key).reads(Reply::integer);
  }

  /** The entries from {@code from} to {@code to}, both included. <code>XRANGE</code> */
  public static Command<List<StreamEntry>> range(String key, EntryId from, EntryId to) {
    return ranging("XRANGE", key, from, to).reads(StreamEntry::readAll);
  }

  /**
   * The first entries from {@code from} to {@code to}, at most {@code count}. To go on: from the
   * {@link EntryId#next} of the last one's id. <code>XRANGE</code>
   */
  public static Command<List<StreamEntry>> range(String key, EntryId from, EntryId to, long count) {
    return ranging("XRANGE", key, from, to).add("COUNT").count(count).reads(StreamEntry::readAll);
  }

  /**
   * The last entries from {@code from} back to {@code to}, the newest first, at most {@code count}.
   * <code>XREVRANGE</code>
   */
  public static Command<List<StreamEntry>> revRange(
      String key, EntryId from, EntryId to, long count) {
    return ranging("XREVRANGE", key, from, to)
        .add("COUNT")
        .count(count)
        .reads(StreamEntry::readAll);
  }

  private static Words ranging(String name, String key, EntryId from, EntryId to) {
    return Words.of(name)
        .key(key)
        .add(Objects.requireNonNull(from, "from").toString())
        .add(Objects.requireNonNull(to, "to").toString());
  }

  /**
   * The entries of several streams, of each those after the id given for it. A stream without such
   * entries is not in the result, which is empty if nothing came in time.
   *
   * <p>There is no "from now on" ({@code $}): between two calls it would miss entries. Begin at
   * {@link StreamInfo#lastId}. <code>XREAD</code>
   */
  public static Command<Map<String, List<StreamEntry>>> read(
      Map<String, EntryId> after, ReadOptions options) {
    if (Objects.requireNonNull(options, "options").noAck()) {
      throw new IllegalArgumentException(
          "options: without a group there is nothing to acknowledge");
    }
    return from(options.addTo(Words.of("XREAD")), after).reads(Streams::readMany);
  }

  /** What XREAD and XREADGROUP end with: STREAMS, the keys, the ids. */
  static Words from(Words words, Map<String, EntryId> after) {
    Words.notEmpty(Objects.requireNonNull(after, "after").keySet(), "after");
    words.add("STREAMS").keys(after.keySet());
    after.values().forEach(id -> words.add(Objects.requireNonNull(id, "after").toString()));
    return words;
  }

  /** The stream as a whole. The server refuses it if there is none. <code>XINFO STREAM</code> */
  public static Command<StreamInfo> info(String key) {
    return Words.of("XINFO", "STREAM").key(key).reads(StreamInfo::read);
  }

  /**
   * Sets the id after which the next one has to come: "OK". The server refuses it if there is no
   * such stream, or if it has greater ids. <code>XSETID</code>
   */
  public static Command<String> setId(String key, EntryId lastId) {
    Objects.requireNonNull(lastId, "lastId");
    return Words.of("XSETID").key(key).add(lastId.toString()).reads(Reply::text);
  }

  static Words ids(Words words, EntryId[] ids) {
    for (EntryId id : Words.notEmpty(ids, "ids")) {
      words.add(Objects.requireNonNull(id, "ids").toString());
    }
    return words;
  }

  static EntryId readId(Reply reply) {
    return EntryId.parse(reply.text());
  }

  static List<EntryId> readIds(Reply reply) {
    return Reading.list(reply, Streams::readId);
  }

  /** By stream: a map in RESP3, a list of pairs in RESP2, nil where there is nothing. */
  static Map<String, List<StreamEntry>> readMany(Reply reply) {
    if (reply.isNull()) {
      return Map.of();
    }
    if (!(Reading.at(reply, 0) instanceof Reply.Array)) {
      return Reading.map(reply, StreamEntry::readAll);
    }
    var streams = new LinkedHashMap<String, List<StreamEntry>>();
    for (Reply pair : reply.items()) {
      streams.put(Reading.at(pair, 0).text(), StreamEntry.readAll(Reading.at(pair, 1)));
    }
    return Collections.unmodifiableMap(streams);
  }
}
