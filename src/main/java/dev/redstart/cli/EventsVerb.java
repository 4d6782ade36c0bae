package dev.redstart.cli;

import dev.redstart.cli.Arguments.Kind;
import dev.redstart.event.Event;
import dev.redstart.event.EventPage;
import dev.redstart.event.EventQuery;
import dev.redstart.event.EventStart;
import dev.redstart.event.EventStore;
import dev.redstart.event.RunEnd;
import dev.redstart.event.RunState;
import dev.redstart.event.RunUpdate;
import dev.redstart.event.Source;
import dev.redstart.json.Json;
import dev.redstart.json.JsonParseException;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Redis;
import java.util.Map;

/** What can be done with the events of a run. */
final class EventsVerb implements Verb {
  private static final String HELP =
      """
      Usage: events add RUN CATEGORY ACTION [DATA] [FLAG...]
             events read|follow RUN [FLAG...]
             events close RUN [completed|failed|cancelled] [DATA]

      The events of a run: the stream run:RUN:events. Programs work on it with EventStore.

      add adds an event, with DATA as JSON, and prints its id.

        --agent-id ID, --agent-type TYPE, --agent-name NAME, --team NAME
                         the agent that it comes from, which has a type at least

      read prints the events, the oldest first, each as a line of JSON; follow goes on with those
      to come, until the run ends. Where events are gone that were asked for, a line says so:
      {"gap": {"lost": 3}}.

        --after ID       those that come after this one
        --limit N        read: at most so many, up to 10000; default: 1000
        --new            follow: only those to come
        --count N        follow: ends after so many
        --timeout SEC    follow: ends with status 1 if the run goes on for longer

      close ends a run, by default completed, and prints the id of its last event. A run that had
      ended before stays as it is.
      """;

  private final String name;

  /** Without a name, it only has help to offer. */
  EventsVerb(String name) {
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
          case "add" -> "--agent-id= --agent-type= --agent-name= --team=";
          case "read" -> "--after= --limit=";
          case "follow" -> "--after= --new --count= --timeout=";
          case "close", "" -> "";
          default -> throw new UsageException("There is no verb \"events " + name + "\".");
        });
  }

  @Override
  public int run(Arguments arguments, Out out) {
    if (name.isEmpty()) {
      throw new UsageException("What shall I do with the events?");
    }
    var run = arguments.word(0, "Which run? Its id is missing.");
    try (var redis = Redis.connect(Target.options(arguments))) {
      var store = EventStore.of(redis);
      return switch (name) {
        case "add" -> add(store, run, arguments, out);
        case "read" -> read(store, run, arguments, out);
        case "follow" -> follow(redis, store, run, arguments, out);
        default -> close(store, run, arguments, out);
      };
    } catch (IllegalArgumentException wrong) {
      throw new UsageException(wrong.getMessage() + ".");
    }
  }

  private static int add(EventStore store, String run, Arguments arguments, Out out) {
    var category = arguments.word(1, "Which category does the event have?");
    var action = arguments.word(2, "Which action is the event about?");
    var event = store.add(run, category, action, data(arguments, 3), source(arguments));
    out.result(event.id().toString());
    return 0;
  }

  private static JsonValue data(Arguments arguments, int index) {
    arguments.noWordsFrom(index + 1);
    if (arguments.words().size() <= index) {
      return Json.object();
    }
    try {
      return Json.parse(arguments.words().get(index));
    } catch (JsonParseException noJson) {
      throw new UsageException("The data is no JSON: " + noJson.getMessage() + ".");
    }
  }

  private static Source source(Arguments arguments) {
    var type = arguments.value("--agent-type").orElse("");
    var source =
        new Source(
            arguments.value("--agent-id").orElse(""),
            type,
            arguments.value("--agent-name").orElse(""),
            arguments.value("--team").orElse(""));
    if (type.isEmpty() && !source.equals(new Source("", "", "", ""))) {
      throw new UsageException("The agent has no type: --agent-type is missing.");
    }
    return source;
  }

  private static int read(EventStore store, String run, Arguments arguments, Out out) {
    arguments.noWordsFrom(1);
    var query = EventQuery.all();
    query =
        arguments.number("--limit", 1, EventQuery.LIMIT_MAX).map(query::withLimit).orElse(query);
    query = arguments.value("--after").map(EntryId::parse).map(query::withAfter).orElse(query);
    var page = store.page(run, query);
    if (page.events().isEmpty() && page.state() == RunState.EXPIRED) {
      out.talk("The run " + run + " has expired.");
      return 1;
    }
    return print(page, out);
  }

  private static int print(EventPage page, Out out) {
    boolean heard = page.gap().isEmpty() || out.hasPrinted(line(page.gap().get()));
    for (var event : page.events()) {
      heard = heard && out.hasPrinted(line(event));
    }
    if (page.hasMore()) {
      page.next().ifPresent(last -> StreamVerb.tellHowToGoOn(last, out));
    }
    return heard ? 0 : 1;
  }

  static String line(Event event) {
    return event.toJson().toString();
  }

  static String line(RunUpdate.Gap gap) {
    var lost = gap.lost().isPresent() ? gap.lost().getAsLong() : null;
    return Json.object("gap", Json.object("lost", lost)).toString();
  }

  private static int follow(
      Redis redis, EventStore store, String run, Arguments arguments, Out out) {
    arguments.noWordsFrom(1);
    var after = arguments.value("--after").map(EntryId::parse).map(EventStart::after);
    if (after.isPresent() && arguments.has("--new")) {
      throw new UsageException("--after and --new exclude each other.");
    }
    var start = after.orElse(arguments.has("--new") ? EventStart.NEW : EventStart.START);
    try (var follower = store.follow(run, start)) {
      var follow = new EventsFollow(follower, arguments, out);
      return CtrlC.during(out, redis::close, follow::print);
    }
  }

  private static int close(EventStore store, String run, Arguments arguments, Out out) {
    var word = arguments.words().size() > 1 ? arguments.words().get(1) : "completed";
    var end =
        RunEnd.of(word)
            .filter(it -> it != RunEnd.ABANDONED)
            .orElseThrow(() -> new UsageException("A run does not end \"" + word + "\"."));
    var closing = store.close(run, end, data(arguments, 2));
    if (!closing.isFirst()) {
      out.talk("The run " + run + " had ended before: " + closing.end().action() + ".");
    }
    out.result(closing.id().toString());
    return 0;
  }
}
