package dev.redstart.cli;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.ReadOptions;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Streams;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Prints the entries of a stream; if asked for, those to come, too. */
final class StreamRead {
  private static final int PAGE = 100;

  private final Redis redis;
  private final String key;
  private final Arguments arguments;
  private final Out out;

  StreamRead(Redis redis, String key, Arguments arguments, Out out) {
    this.redis = redis;
    this.key = key;
    this.arguments = arguments;
    this.out = out;
  }

  int run() {
    return CtrlC.during(out, redis::close, this::print);
  }

  private int print() {
    boolean follow = arguments.has("--follow");
    int preset = follow ? Integer.MAX_VALUE : StreamVerb.LIMIT;
    int left = arguments.number("--count", 1, Integer.MAX_VALUE).orElse(preset);
    var listing = new Listing("id,fields", arguments, out);
    var last = start();
    boolean heard = true;
    while (heard && left > 0) {
      if (follow) {
        await(last);
      }
      var page = page(last, Math.min(left, PAGE));
      heard = listing.hasPrinted(page.stream().map(StreamRead::json).toList());
      if (page.isEmpty() && !follow) {
        return 0;
      }
      left -= page.size();
      last = page.isEmpty() ? last : id(page.get(page.size() - 1));
    }
    if (heard && !page(last, 1).isEmpty()) {
      out.talk("There are more: --after " + last);
    }
    return heard ? 0 : 1;
  }

  private EntryId start() {
    if (!arguments.value("--after").equals(Optional.of("$"))) {
      return StreamVerb.after(arguments);
    }
    var newest = redis.call("XREVRANGE", key, "+", "-", "COUNT", "1").items();
    return newest.isEmpty() ? EntryId.MIN : id(newest.get(0));
  }

  /** Until there is an entry after this one. */
  private void await(EntryId last) {
    var block = ReadOptions.defaults().withCount(1).withBlock(Duration.ZERO);
    redis.call(Streams.read(Map.of(key, last), block));
  }

  /** As replies, since fields may be any bytes. */
  private List<Reply> page(EntryId after, int size) {
    return redis
        .call("XRANGE", key, after.next().toString(), "+", "COUNT", Integer.toString(size))
        .items();
  }

  private static EntryId id(Reply entry) {
    return EntryId.parse(entry.items().get(0).text());
  }

  private static JsonObject json(Reply entry) {
    var fields = new Reply.Map(entry.items().get(1).items());
    return Json.object("id", id(entry).toString(), "fields", ReplyJson.of(fields));
  }
}
