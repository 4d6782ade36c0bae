package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Commands on the consumer groups of streams. Only {@link Command} values are made here, see {@link
 * Strings}. Where there is no such stream or group, the server refuses most of them ({@code
 * NOGROUP}).
 */
public final class StreamGroups {
  private StreamGroups() {}

  /**
   * Makes a group that has yet to read what comes after {@code after} ({@link EntryId#MIN} for
   * all), and an empty stream if there is none: "OK". The server refuses it ({@code BUSYGROUP}) if
   * there is such a group. <code>XGROUP CREATE</code>
   */
  public static Command<String> create(String key, String group, EntryId after) {
    Objects.requireNonNull(after, "after");
    return onGroup("CREATE", key, group).add(after.toString()).add("MKSTREAM").reads(Reply::text);
  }

  /** Like {@link #create}, for what is added from now on. <code>XGROUP CREATE</code> */
  public static Command<String> createAtEnd(String key, String group) {
    return onGroup("CREATE", key, group).add("$").add("MKSTREAM").reads(Reply::text);
  }

  /**
   * Deletes a group with all that is pending; false if there is none. <code>XGROUP DESTROY</code>
   */
  public static Command<Boolean> destroy(String key, String group) {
    return onGroup("DESTROY", key, group).reads(Reply::bool);
  }

  /** Lets a group read again, or skip, to what comes after: "OK". <code>XGROUP SETID</code> */
  public static Command<String> setId(String key, String group, EntryId after) {
    Objects.requireNonNull(after, "after");
    return onGroup("SETID", key, group).add(after.toString()).reads(Reply::text);
  }

  /** Lets a group skip all that is there: "OK". <code>XGROUP SETID</code> */
  public static Command<String> setIdAtEnd(String key, String group) {
    return onGroup("SETID", key, group).add("$").reads(Reply::text);
  }

  /** Makes a consumer; false if there is one. <code>XGROUP CREATECONSUMER</code> */
  public static Command<Boolean> createConsumer(String key, String group, String consumer) {
    return onGroup("CREATECONSUMER", key, group)
        .add(Words.notEmpty(consumer, "consumer"))
        .reads(Reply::bool);
  }

  /**
   * Deletes a consumer and what is pending with it, which nobody will get then: how many entries
   * that were. <code>XGROUP DELCONSUMER</code>
   */
  public static Command<Long> delConsumer(String key, String group, String consumer) {
    return onGroup("DELCONSUMER", key, group)
        .add(Words.notEmpty(consumer, "consumer"))
        .reads(Reply::integer);
  }

  /**
   * Delivers to a consumer entries that the group has not had yet; they are pending with it until
   * they are acknowledged. A stream without such entries is not in the result, which is empty if
   * nothing came in time. <code>XREADGROUP</code> with {@code >}
   */
  public static Command<Map<String, List<StreamEntry>>> read(
      String group, String consumer, ReadOptions options, String... keys) {
    Objects.requireNonNull(options, "options");
    var words = options.addTo(reading(group, consumer)).add("STREAMS").keys(keys);
    for (int i = 0; i < keys.length; i++) {
      words.add(">");
    }
    return words.reads(Streams::readMany);
  }

  /**
   * Delivers once more what is pending with a consumer, of each stream what comes after the id
   * given for it, at most {@code count} entries. Those that the stream no longer has come as
   * {@linkplain StreamEntry#isDeleted deleted} ones. Every stream is in the result. <code>
   * XREADGROUP</code>
   */
  public static Command<Map<String, List<StreamEntry>>> readPending(
      String group, String consumer, Map<String, EntryId> after, long count) {
    var words = reading(group, consumer).add("COUNT").count(count);
    return Streams.from(words, after).reads(Streams::readMany);
  }

  private static Words reading(String group, String consumer) {
    return Words.of("XREADGROUP", "GROUP")
        .add(Words.notEmpty(group, "group"))
        .add(Words.notEmpty(consumer, "consumer"));
  }

  /** Acknowledges entries: how many of them were pending. <code>XACK</code> */
  public static Command<Long> ack(String key, String group, EntryId... ids) {
    return Streams.ids(of("XACK", key, group), ids).reads(Reply::integer);
  }

  /**
   * Takes over pending entries: those that meet the terms, and that the stream still has. <code>
   * XCLAIM</code>
   */
  public static Command<List<StreamEntry>> claim(
      String key, String group, String consumer, Claim claim, EntryId... ids) {
    return claiming(key, group, consumer, claim, ids).reads(StreamEntry::readAll);
  }

  /**
   * Like {@link #claim}, but sends the ids only, and does not count it as a delivery. <code>XCLAIM
   * </code> with <code>JUSTID</code>
   */
  public static Command<List<EntryId>> claimIds(
      String key, String group, String consumer, Claim claim, EntryId... ids) {
    return claiming(key, group, consumer, claim, ids).add("JUSTID").reads(Streams::readIds);
  }

  private static Words claiming(
      String key, String group, String consumer, Claim claim, EntryId[] ids) {
    var words = of("XCLAIM", key, group).add(Words.notEmpty(consumer, "consumer"));
    return Objects.requireNonNull(claim, "claim").addTo(words, ids);
  }

  /** Takes over pending entries by their idle time. <code>XAUTOCLAIM</code> */
  public static Command<AutoClaimed> autoClaim(
      String key, String group, String consumer, AutoClaim claim) {
    var words = of("XAUTOCLAIM", key, group).add(Words.notEmpty(consumer, "consumer"));
    return Objects.requireNonNull(claim, "claim").addTo(words).reads(AutoClaimed::read);
  }

  /** The pending entries of a group, counted. <code>XPENDING</code> */
  public static Command<PendingSummary> pending(String key, String group) {
    return of("XPENDING", key, group).reads(PendingSummary::read);
  }

  /** The pending entries of a group, one by one. <code>XPENDING</code> */
  public static Command<List<PendingEntry>> pending(String key, String group, PendingQuery query) {
    return Objects.requireNonNull(query, "query")
        .addTo(of("XPENDING", key, group))
        .reads(reply -> Reading.list(reply, PendingEntry::read));
  }

  /** The groups of a stream. The server refuses it if there is none. <code>XINFO GROUPS</code> */
  public static Command<List<GroupInfo>> groups(String key) {
    return Words.of("XINFO", "GROUPS")
        .key(key)
        .reads(reply -> Reading.list(reply, GroupInfo::read));
  }

  /** The consumers of a group. <code>XINFO CONSUMERS</code> */
  public static Command<List<ConsumerInfo>> consumers(String key, String group) {
    return Words.of("XINFO", "CONSUMERS")
        .key(key)
        .add(Words.notEmpty(group, "group"))
        .reads(reply -> Reading.list(reply, ConsumerInfo::read));
  }

  private static Words onGroup(String action, String key, String group) {
    return Words.of("XGROUP", action).key(key).add(Words.notEmpty(group, "group"));
  }

  private static Words of(String name, String key, String group) {
    return Words.of(name).key(key).add(Words.notEmpty(group, "group"));
  }
}
