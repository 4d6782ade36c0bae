package dev.redstart.cli;

import dev.redstart.cli.Arguments.Kind;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.PendingEntry;
import dev.redstart.redis.PendingQuery;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.StreamGroups;
import dev.redstart.stream.RedisStreams;
import dev.redstart.stream.Retention;
import dev.redstart.stream.StreamFigures.GroupFigures;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What can be done with a stream. */
final class StreamVerb implements Verb {
  static final int LIMIT = 50;

  /** One reply has to hold them. */
  private static final int LIMIT_MAX = 1000;

  private static final String HELP =
      """
      Usage: stream add KEY FIELD VALUE... [FLAG...]
             stream consume KEY... --group GROUP [FLAG...]
             stream read|groups|pending|dead KEY [FLAG...]

      A stream of entries, each of fields with values. Others may add to it (XADD) and read it, and
      programs work on it with RedisStreams.

      add adds an entry and prints its id.

        --max N          from now on keeps N entries, and what its groups have yet to finish

      read prints entries, the oldest first.

        --after ID       those that come after this one; "$": those that are added from now on
        --count N        at most so many; default: 50, with --follow all
        --follow         waits for more

      consume prints what the group has yet to handle, each entry as a line of JSON, and waits for
      more. An entry is handled when its line was written; one that could not be written goes back.
      A group that is new reads from the start.

        --group GROUP    which group, also for pending
        --consumer NAME  what its name begins with; default: cli
        --count N        ends after so many

      groups prints figures, pending what a group is handling, dead what groups gave up.

        --after ID       goes on after an earlier list, which says how
        --limit N        at most so many, up to 1000; default: 50
        --requeue ID...  adds dead letters to the stream again; without ids, all of them
        --purge ID...    deletes dead letters; without ids, all of them
        --json           read, groups, pending and dead: lines of JSON
      """;

  private final String name;

  /** Without a name, it only has help to offer. */
  StreamVerb(String name) {
    this.name = name;
  }

  @Override
  public String help() {
    return HELP;
  }

  @Override
  public Map<String, Kind> flags() {
    return Arguments.kinds(
        switch (name) {
          case "add" -> "--max=";
          case "read" -> "--after= --count= --follow --json";
          case "consume" -> "--group= --consumer= --count=";
          case "groups" -> "--json";
          case "pending" -> "--group= --after= --limit= --json";
          case "dead" -> "--after= --limit= --requeue* --purge* --json";
          case "" -> "";
          default -> throw new UsageException("There is no verb \"stream " + name + "\".");
        });
  }

  @Override
  public int run(Arguments arguments, Out out) {
    if (name.isEmpty()) {
      throw new UsageException("What shall I do with the stream?");
    }
    var key = arguments.word(0, "Which stream? Its key is missing.");
    try (var redis = Redis.connect(Target.options(arguments))) {
      return explained(redis, key, arguments, out);
    } catch (IllegalArgumentException wrong) {
      throw new UsageException(wrong.getMessage() + ".");
    }
  }

  private int explained(Redis redis, String key, Arguments arguments, Out out) {
    var streams = RedisStreams.of(redis);
    try {
      return run(redis, streams, key, arguments, out);
    } catch (RedisException.Rejected refused) {
      // If it is the type of the key, this says so in a sentence.
      streams.figures(key);
      throw refused;
    }
  }

  private int run(Redis redis, RedisStreams streams, String key, Arguments arguments, Out out) {
    if (!name.equals("add") && !name.equals("consume")) {
      arguments.noWordsFrom(1);
    }
    return switch (name) {
      case "add" -> add(streams, key, arguments, out);
      case "read" -> new StreamRead(redis, key, arguments, out).run();
      case "consume" -> new StreamConsume(streams, arguments, out).run();
      case "groups" -> groups(streams, key, arguments, out);
      case "pending" -> pending(redis, key, arguments, out);
      default -> new StreamDead(streams, key, arguments, out).run();
    };
  }

  private static int add(RedisStreams streams, String key, Arguments arguments, Out out) {
    var words = arguments.words();
    if (words.size() % 2 == 0) {
      throw new UsageException("Field " + words.get(words.size() - 1) + " has no value.");
    }
    var fields = new LinkedHashMap<String, String>();
    for (int i = 1; i < words.size(); i += 2) {
      if (fields.put(words.get(i), words.get(i + 1)) != null) {
        throw new UsageException("Field " + words.get(i) + " comes twice.");
      }
    }
    var max = arguments.number("--max", 1, Integer.MAX_VALUE);
    var id =
        max.isPresent()
            ? streams.push(key, fields, Retention.atMost(max.get()).evenIfUnread())
            : streams.push(key, fields);
    out.result(id.toString());
    return 0;
  }

  private static int groups(RedisStreams streams, String key, Arguments arguments, Out out) {
    var figures = streams.figures(key);
    out.talk(figures.length() + " entries, " + figures.deadLetters() + " dead letters");
    var listing = new Listing("group,consumers,pending,lag,delivered,idle_ms", arguments, out);
    return listing.hasPrinted(figures.groups().stream().map(StreamVerb::json).toList()) ? 0 : 1;
  }

  private static JsonObject json(GroupFigures group) {
    return Json.object(
        "group", group.name(),
        "consumers", group.consumers(),
        "pending", group.pending(),
        "lag", group.lag().orElse(null),
        "delivered", group.delivered().toString(),
        "idle_ms", group.oldestIdle().map(Duration::toMillis).orElse(null));
  }

  private static int pending(Redis redis, String key, Arguments arguments, Out out) {
    var group = arguments.required("--group");
    int limit = limit(arguments);
    var query = PendingQuery.first(limit).withRange(after(arguments).next(), EntryId.MAX);
    var entries = redis.call(StreamGroups.pending(key, group, query));
    var listing = new Listing("id,consumer,idle_ms,deliveries", arguments, out);
    boolean heard = listing.hasPrinted(entries.stream().map(StreamVerb::json).toList());
    if (entries.size() == limit) {
      tellHowToGoOn(entries.get(limit - 1).id(), out);
    }
    return heard ? 0 : 1;
  }

  private static JsonObject json(PendingEntry entry) {
    return Json.object(
        "id", entry.id().toString(),
        "consumer", entry.consumer(),
        "idle_ms", entry.idle().toMillis(),
        "deliveries", entry.deliveries());
  }

  static int limit(Arguments arguments) {
    return arguments.number("--limit", 1, LIMIT_MAX).orElse(LIMIT);
  }

  static EntryId after(Arguments arguments) {
    return arguments.value("--after").map(EntryId::parse).orElse(EntryId.MIN);
  }

  static void tellHowToGoOn(EntryId last, Out out) {
    out.talk("There may be more: --after " + last);
  }
}
