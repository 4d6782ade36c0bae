package dev.redstart.redis.wire;

import dev.redstart.redis.Command;
import dev.redstart.redis.Redis;
import dev.redstart.resp.Reply;
import java.util.List;
import java.util.stream.Stream;

/** The ways to take elements by a command that blocks, and to find what nobody has taken. */
enum Source {
  BLPOP,
  BRPOP,
  BLMOVE,
  BZPOPMIN,
  XREADGROUP;

  private static final String KEY = "source";
  private static final String TAKEN = "taken";
  private static final String GROUP = "group";

  void prepare(Redis redis) {
    redis.call("DEL", KEY, TAKEN);
    if (this == XREADGROUP) {
      redis.call("XGROUP", "CREATE", KEY, GROUP, "0", "MKSTREAM");
    }
  }

  Command<Reply> push(String element) {
    return switch (this) {
      case BLPOP, BRPOP, BLMOVE -> Command.of("RPUSH", KEY, element);
      case BZPOPMIN -> Command.of("ZADD", KEY, "1", element);
      case XREADGROUP -> Command.of("XADD", KEY, "*", "e", element);
    };
  }

  /** The elements that it took; none if its time was over. Zero is for ever. */
  Command<List<String>> take(String consumer, long blockMillis) {
    var seconds = Double.toString(blockMillis / 1000.0);
    return switch (this) {
      case BLPOP -> Command.of("BLPOP", KEY, seconds).map(reply -> last(reply));
      case BRPOP -> Command.of("BRPOP", KEY, seconds).map(reply -> last(reply));
      case BLMOVE ->
          Command.of("BLMOVE", KEY, TAKEN, "LEFT", "RIGHT", seconds).map(reply -> one(reply));
      case BZPOPMIN -> Command.of("BZPOPMIN", KEY, seconds).map(reply -> second(reply));
      case XREADGROUP -> read(consumer, Long.toString(blockMillis)).map(reply -> entry(reply));
    };
  }

  private static Command<Reply> read(String consumer, String block) {
    return Command.of(
        "XREADGROUP", "GROUP", GROUP, consumer, "COUNT", "1", "BLOCK", block, "STREAMS", KEY, ">");
  }

  /** What nobody has taken. */
  List<String> left(Redis redis) {
    return switch (this) {
      case BLPOP, BRPOP, BLMOVE -> texts(redis.call("LRANGE", KEY, "0", "-1"));
      case BZPOPMIN -> texts(redis.call("ZRANGE", KEY, "0", "-1"));
      case XREADGROUP ->
          Stream.generate(() -> redis.call(unblocking()))
              .map(Source::entry)
              .takeWhile(each -> !each.isEmpty())
              .flatMap(List::stream)
              .toList();
    };
  }

  private static Command<Reply> unblocking() {
    return Command.of("XREADGROUP", "GROUP", GROUP, "rest", "COUNT", "1", "STREAMS", KEY, ">");
  }

  /** How many the server says have been taken by others, if it knows; otherwise -1. */
  long taken(Redis redis, long read) {
    return switch (this) {
      case BLMOVE -> redis.call("LLEN", TAKEN).integer();
      case XREADGROUP -> redis.call("XPENDING", KEY, GROUP).items().get(0).integer() - rest(redis);
      default -> read;
    };
  }

  private static long rest(Redis redis) {
    return redis.call("XPENDING", KEY, GROUP, "-", "+", "100000", "rest").items().size();
  }

  private static List<String> last(Reply reply) {
    return reply.isNull() ? List.of() : List.of(reply.items().get(1).text());
  }

  private static List<String> second(Reply reply) {
    return last(reply);
  }

  private static List<String> one(Reply reply) {
    return reply.isNull() ? List.of() : List.of(reply.text());
  }

  // RESP3: {key: [[id, [field, value]]]}
  private static List<String> entry(Reply reply) {
    if (reply.isNull()) {
      return List.of();
    }
    var entries = reply.items().get(1).items();
    return entries.stream().map(each -> each.items().get(1).items().get(1).text()).toList();
  }

  private static List<String> texts(Reply reply) {
    return reply.items().stream().map(Reply::text).toList();
  }
}
