package dev.redstart.message;

import dev.redstart.redis.EntryId;
import dev.redstart.redis.Redis;
import dev.redstart.redis.StreamEntry;
import dev.redstart.resp.Reply;
import dev.redstart.stream.LiveTail;
import dev.redstart.stream.TailPage;
import dev.redstart.stream.TailSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;

/** Where followers of a message read what they did not hear. */
final class MessageTail implements TailSource {
  private static final Duration TRUST_MAX = Duration.ofSeconds(5);

  private final StoredMessage stored;
  private volatile Duration trust = TRUST_MAX;

  MessageTail(StoredMessage stored) {
    this.stored = stored;
  }

  static String channel(Redis redis, String stream) {
    return LiveTail.channel(redis, stream);
  }

  @Override
  public String stream() {
    return stored.keys().stream();
  }

  @Override
  public String channel() {
    return channel(stored.backing().redis(), stream());
  }

  /**
   * Events, and where the message is.
   *
   * @param isEnd whether nothing comes after these events
   */
  record Page(List<StreamEntry> entries, boolean isGap, boolean isGone, boolean isEnd) {}

  @Override
  public TailPage after(EntryId cursor, int max) {
    var page = read(cursor, max, false);
    return new TailPage(page.entries, page.isGap, page.isGone);
  }

  /** {@code known}: see page.lua. */
  Page read(EntryId cursor, int max, boolean known) {
    var parts = stored.page(cursor.toString(), max, known);
    if (parts.size() == 1) {
      return new Page(List.of(), false, true, true);
    }
    trust(parts.get(2).integer());
    var entries = parts.get(1).items().stream().map(MessageTail::entry).toList();
    boolean ended = !parts.get(3).text().equals(MessageStatus.STREAMING.toString());
    boolean isEnd = ended && entries.isEmpty() && parts.get(0).integer() == 0;
    return new Page(entries, parts.get(0).integer() == 1, false, isEnd);
  }

  /** When the producer's lease is over is a good moment to look again. */
  private void trust(long leftMillis) {
    trust =
        leftMillis >= 0 && leftMillis < TRUST_MAX.toMillis()
            ? Duration.ofMillis(leftMillis + 1)
            : TRUST_MAX;
  }

  @Override
  public Duration trust() {
    return trust;
  }

  private static StreamEntry entry(Reply reply) {
    var words = reply.items().get(1).items();
    var fields = new LinkedHashMap<String, String>();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      fields.put(words.get(i).text(), words.get(i + 1).text());
    }
    return StreamEntry.of(EntryId.parse(reply.items().get(0).text()), fields);
  }
}
