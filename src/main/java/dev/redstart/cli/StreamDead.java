package dev.redstart.cli;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.redis.EntryId;
import dev.redstart.stream.DeadLetter;
import dev.redstart.stream.RedisStreams;
import java.util.List;

/** Prints the entries that the groups of a stream gave up, adds them again, or deletes them. */
final class StreamDead {
  private static final int PAGE = 100;

  private final RedisStreams streams;
  private final String key;
  private final Arguments arguments;
  private final Out out;

  StreamDead(RedisStreams streams, String key, Arguments arguments, Out out) {
    this.streams = streams;
    this.key = key;
    this.arguments = arguments;
    this.out = out;
  }

  int run() {
    if (arguments.has("--requeue") && arguments.has("--purge")) {
      throw new UsageException("Say either --requeue or --purge.");
    } else if (arguments.has("--requeue")) {
      var ids = ids("--requeue");
      return tell(ids.isEmpty() ? requeueAll() : streams.requeue(key, ids).size(), ids, "requeued");
    } else if (arguments.has("--purge")) {
      var ids = ids("--purge");
      return tell(ids.isEmpty() ? purgeAll() : streams.purge(key, ids), ids, "purged");
    }
    return list();
  }

  private List<EntryId> ids(String flag) {
    return arguments.values(flag).stream().map(EntryId::parse).distinct().toList();
  }

  private int tell(long done, List<EntryId> ids, String what) {
    out.result(done + " " + what);
    if (done < ids.size()) {
      out.talk("Not among the dead letters: " + (ids.size() - done) + " of " + ids.size() + ".");
    }
    return done < ids.size() ? 1 : 0;
  }

  /**
   * As many as there are now, the oldest first: those that die again meanwhile come behind them.
   */
  private long requeueAll() {
    long requeued = 0;
    long left = streams.figures(key).deadLetters();
    var last = EntryId.MIN;
    while (left > 0) {
      var page = streams.deadLetters(key, last, (int) Math.min(PAGE, left));
      var ids = page.stream().map(DeadLetter::id).toList();
      requeued += streams.requeue(key, ids).size();
      left = ids.isEmpty() ? 0 : left - ids.size();
      last = ids.isEmpty() ? last : ids.get(ids.size() - 1);
    }
    return requeued;
  }

  private long purgeAll() {
    long letters = streams.figures(key).deadLetters();
    streams.purge(key);
    return letters;
  }

  private int list() {
    int limit = StreamVerb.limit(arguments);
    var letters = streams.deadLetters(key, StreamVerb.after(arguments), limit);
    var listing = new Listing("id,group,at=died at,deliveries,reason,fields", arguments, out);
    boolean heard = listing.hasPrinted(letters.stream().map(StreamDead::json).toList());
    if (heard && letters.size() == limit) {
      StreamVerb.tellHowToGoOn(letters.get(limit - 1).id(), out);
    }
    return heard ? 0 : 1;
  }

  private static JsonObject json(DeadLetter letter) {
    return Json.object(
        "id", letter.id().toString(),
        "entry", letter.entry().toString(),
        "group", letter.group(),
        "consumer", letter.consumer(),
        "deliveries", letter.deliveries(),
        "reason", letter.reason(),
        "at", letter.at(),
        "fields", letter.fields());
  }
}
