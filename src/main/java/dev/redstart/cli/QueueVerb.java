package dev.redstart.cli;

import dev.redstart.cli.Arguments.Kind;
import dev.redstart.json.Json;
import dev.redstart.queue.TaskQueue;
import dev.redstart.queue.TaskState;
import dev.redstart.redis.Redis;
import java.util.List;
import java.util.Map;

/** What can be done with a queue of tasks. */
final class QueueVerb implements Verb {
  private static final int PAGE = 100;

  private static final String HELP =
      """
      Usage: queue push KEY [ID] [FLAG...]
             queue push KEY -
             queue pop|list|stats|dead|requeue|pause|resume|clear KEY [FLAG...]

      A queue of tasks, {"id", "payload", "meta"}, in a sorted set: lower scores run first. Others
      may fill it too (ZADD), and programs work on it with a TaskQueue or a Worker.

      push adds a task, without ID under a random one; one that waits gets the new score, time and
      content. Status 1 if nothing was changed: it is being worked on, or it is a dead letter. With
      "-", it reads lines of JSON from its input, {"id", "payload", "meta", "score"}, of which any
      may be missing.

        --payload JSON   what is to be done
        --meta JSON      what else there is to say, an object
        --score N        its turn; default: the time, in seconds
        --delay SECONDS  not before so much time has passed
        --at INSTANT     not before that: 2030-01-01T00:00:00Z

      pop takes tasks and prints each as a line of JSON. A task is done when its line was written;
      one that could not be written goes back.

        --count N        at most so many; default: 1
        --highest        the highest score first

      list prints tasks, dead those that failed too often or cannot be read; nothing is taken.

        --state STATE    ready (as it is by default), scheduled, leased or dead
        --min N          ready tasks with at least this score
        --max N          ready tasks with at most this score
        --limit N        at most so many, up to 500; default: 50
        --after CURSOR   goes on after an earlier list, which says how
        --all            all of them

      stats prints figures. requeue ID... makes dead letters ready again; with --all, all of them.
      pause stops handing out tasks, to anybody, until resume. clear deletes the queue.

        --yes            clear does not ask
        --json           push, list, dead and stats: lines of JSON
      """;

  private final String name;

  /** Without a name, it only has help to offer. */
  QueueVerb(String name) {
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
          case "push" -> "--payload= --meta= --score= --delay= --at= --json";
          case "pop" -> "--count= --highest";
          case "list" -> "--state= --min= --max= --limit= --after= --all --json";
          case "dead" -> "--limit= --after= --all --json";
          case "stats" -> "--json";
          case "requeue" -> "--all";
          case "clear" -> "--yes";
          case "pause", "resume", "" -> "";
          default -> throw new UsageException("There is no verb \"queue " + name + "\".");
        });
  }

  @Override
  public int run(Arguments arguments, Out out) {
    if (name.isEmpty()) {
      throw new UsageException("What shall I do with the queue?");
    }
    var key = arguments.word(0, "Which queue? Its key is missing.");
    try (var redis = Redis.connect(Target.options(arguments))) {
      return run(TaskQueue.of(redis, key), arguments, out);
    } catch (IllegalArgumentException wrong) {
      throw new UsageException(wrong.getMessage() + ".");
    }
  }

  private int run(TaskQueue queue, Arguments arguments, Out out) {
    arguments.noWordsFrom(
        switch (name) {
          case "push" -> 2;
          case "requeue" -> Integer.MAX_VALUE;
          default -> 1;
        });
    return switch (name) {
      case "push" -> new QueuePush(queue, arguments, out).run();
      case "pop" -> new QueuePop(queue, arguments, out).run();
      case "list", "dead" -> new QueueListing(queue, state(arguments), arguments, out).run();
      case "stats" -> stats(queue, arguments, out);
      case "requeue" -> requeue(queue, arguments, out);
      case "pause", "resume" -> pause(queue, out);
      default -> clear(queue, arguments, out);
    };
  }

  private TaskState state(Arguments arguments) {
    var state = arguments.value("--state").orElse(name.equals("dead") ? name : "ready");
    for (var known : TaskState.values()) {
      if (QueueListing.lower(known).equals(state)) {
        return known;
      }
    }
    throw new UsageException("There is no state \"" + state + "\".");
  }

  private static int stats(TaskQueue queue, Arguments arguments, Out out) {
    var stats = Json.of(queue.stats());
    var rows =
        stats.asMap().entrySet().stream()
            .map(figure -> List.of(figure.getKey(), figure.getValue().toString()))
            .toList();
    out.result(arguments.has("--json") ? stats.toString() : Listing.table(rows));
    return 0;
  }

  private static int requeue(TaskQueue queue, Arguments arguments, Out out) {
    var ids = arguments.words().subList(1, arguments.words().size());
    if (ids.isEmpty() != arguments.has("--all")) {
      throw new UsageException("Which dead letters? Say either their ids or --all.");
    }
    long requeued = ids.isEmpty() ? requeueAll(queue) : queue.requeue(ids);
    out.result(requeued + " requeued");
    if (requeued < ids.size()) {
      out.talk(
          "Not among the dead letters: " + (ids.size() - requeued) + " of " + ids.size() + ".");
    }
    return requeued < ids.size() ? 1 : 0;
  }

  /**
   * As many as there are now, the oldest first: those that die again meanwhile come behind them.
   */
  private static long requeueAll(TaskQueue queue) {
    long requeued = 0;
    long left = queue.stats().dead();
    while (left > 0) {
      var page = queue.list(TaskState.DEAD, (int) Math.min(PAGE, left));
      requeued += queue.requeue(page.tasks().stream().map(known -> known.task().id()).toList());
      left = page.tasks().isEmpty() ? 0 : left - page.tasks().size();
    }
    return requeued;
  }

  private int pause(TaskQueue queue, Out out) {
    if (name.equals("pause")) {
      queue.pause();
    } else {
      queue.resume();
    }
    out.talk(queue.key() + (name.equals("pause") ? " is paused." : " is not paused."));
    return 0;
  }

  private static int clear(TaskQueue queue, Arguments arguments, Out out) {
    var stats = queue.stats();
    long tasks = stats.ready() + stats.scheduled() + stats.leased() + stats.dead();
    if (tasks > 0 && !arguments.has("--yes") && !isWanted(queue.key(), tasks)) {
      out.talk("Nothing was deleted.");
      return 1;
    }
    queue.clear();
    out.result(tasks + " tasks deleted");
    return 0;
  }

  private static boolean isWanted(String key, long tasks) {
    // Some JDKs take a file for a terminal, unless told to use the console that they had before.
    System.setProperty("jdk.console", "java.base");
    var console = System.console();
    if (console == null) {
      throw new UsageException(key + " has " + tasks + " tasks: --yes deletes them.");
    }
    var answer = console.readLine("%s has %d tasks. Delete them? [y/N] ", key, tasks);
    return answer != null && answer.strip().equalsIgnoreCase("y");
  }
}
