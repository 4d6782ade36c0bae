package dev.redstart.cli;

import dev.redstart.json.Json;
import dev.redstart.orchestration.Gathered;
import dev.redstart.orchestration.Orchestration;
import dev.redstart.orchestration.Parent;
import dev.redstart.orchestration.ReportMessage;
import dev.redstart.orchestration.SessionConfig;
import dev.redstart.orchestration.SessionOptions;
import dev.redstart.orchestration.TaskMessage;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Server;
import dev.redstart.redis.StreamEntry;
import dev.redstart.redis.Streams;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * What the demo plays: the parent, its children as processes, and whoever kills one of them. Each
 * step that goes wrong ends it with a sentence.
 */
final class Play implements AutoCloseable {
  private static final int CHILDREN = 3;
  private static final int TASKS = 12;
  private static final int VICTIM = 2;

  /** The second task of the victim takes longer, so that there is no doubt who holds it. */
  private static final String FATAL = "task-05";

  private static final int WORK_MILLIS = 250;
  private static final int FATAL_WORK_MILLIS = 1_000;
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Redis redis;
  private final Orchestration sessions;
  private final SessionConfig session;
  private final Place place;
  private final List<ChildProcess> children = new CopyOnWriteArrayList<>();
  private final Timeline timeline = new Timeline();

  Play(Redis redis, Place place) {
    this.redis = redis;
    this.sessions = Orchestration.of(redis);
    this.session =
        sessions.initializeSummoner(
            SessionOptions.defaults().withChildren(CHILDREN).withLease(LEASE));
    this.place = place;
  }

  /** A step that did not work out. */
  private static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failed(String message) {
      super(message);
    }
  }

  int run(Out out) {
    try {
      play(out);
      return 0;
    } catch (Failed failed) {
      out.talk("The demo failed: " + failed.getMessage());
      children.forEach(ChildProcess::kill);
      children.stream()
          .map(ChildProcess::lastWords)
          .filter(words -> !words.isEmpty())
          .forEach(out::talk);
      return 1;
    }
  }

  private void play(Out out) {
    out.talk("Session " + session.sessionId() + ": waiting for " + CHILDREN + " children.");
    for (int n = 1; n <= CHILDREN; n++) {
      children.add(ChildProcess.start(session.sessionId(), n, place));
    }
    until("the children were not ready", () -> events("child_started") == CHILDREN);
    var parent = sessions.parent(session.sessionId());
    send(parent);
    out.talk(TASKS + " tasks are sent; child " + VICTIM + " will be killed in its second one.");
    killVictim(parent);
    var gathered = parent.gather(PATIENCE);
    now("parent", "has all " + gathered.reports().size() + " reports");
    check(gathered);
    finish(parent);
    var summary = summary();
    out.talk("An agent answers a message; its reader will be cut off.");
    int characters = stream();
    out.result(timeline.table());
    out.result("");
    out.result(
        "1 message, streamed to a reader that was cut off: all " + characters + " characters.");
    out.result(summary);
  }

  private void send(Parent parent) {
    for (int i = 1; i <= TASKS; i++) {
      int child = 1 + (i - 1) % CHILDREN;
      var label = String.format("task-%02d", i);
      int millis = label.equals(FATAL) ? FATAL_WORK_MILLIS : WORK_MILLIS;
      parent.send(
          TaskMessage.of(session.sessionId(), child, "part " + i + " of the work")
              .withTaskId(label)
              .withContext(Map.of(Chocobo.WORK_MILLIS, Json.of(millis))));
    }
    now("parent", "has sent " + TASKS + " tasks, " + TASKS / CHILDREN + " to each child");
  }

  private void killVictim(Parent parent) {
    until("child " + VICTIM + " did not begin " + FATAL, () -> holdsFatal(parent));
    children.get(VICTIM - 1).kill();
    now("child " + VICTIM, "is killed with kill -9 while it holds " + FATAL);
    require(holdsFatal(parent), "child " + VICTIM + " was quicker than kill -9");
  }

  private static boolean holdsFatal(Parent parent) {
    return parent.heldBy(VICTIM).stream().anyMatch(task -> task.taskId().equals(FATAL));
  }

  private void check(Gathered gathered) {
    require(gathered.isComplete(), "no report on " + String.join(", ", gathered.missing()));
    require(gathered.reports().size() == TASKS, "there are not " + TASKS + " reports");
    require(events("report") == TASKS, "a task has more than one report");
    require(
        gathered.reports().values().stream().allMatch(ReportMessage::isSuccess),
        "a report tells of a failure");
    require(gathered.reports().get(FATAL).childId() != VICTIM, "a dead child has reported");
  }

  private void finish(Parent parent) {
    parent.shutdown("the demo is over");
    for (var child : children) {
      boolean dead = child.number() == VICTIM;
      require(child.awaitEnd(), "child " + child.number() + " did not stop");
      require(dead || child.endedWell(), "child " + child.number() + " did not end well");
    }
    history().forEach(this::tell);
    sessions.cleanup(session.sessionId());
    now("session", "is cleaned up");
    var keys = Stream.of(session.parentToChildLists(), session.childToParentLists());
    var left = keys.flatMap(List::stream).toArray(String[]::new);
    require(redis.call(Keys.exists(left)) == 0, "keys of the session are left");
  }

  private int stream() {
    try (var conversation = new Conversation(redis, this::now)) {
      return conversation.play().length();
    } catch (IOException | IllegalStateException broken) {
      throw new Failed("the message was not streamed: " + broken.getMessage());
    }
  }

  private List<StreamEntry> history() {
    return redis.call(Streams.range(session.statusStream(), EntryId.MIN, EntryId.MAX));
  }

  private long events(String name) {
    return history().stream().filter(entry -> entry.field("event").orElse("").equals(name)).count();
  }

  /** Adds to the table what the session itself has noted. */
  private void tell(StreamEntry entry) {
    var child = "child " + entry.field("child_id").orElse("?");
    var task = entry.field("task_id").orElse("");
    var from = entry.field("from").orElse("");
    switch (entry.field("event").orElse("")) {
      case "initialized" -> add(entry, "session", "is opened for " + CHILDREN + " children");
      case "child_started" -> add(entry, child, "is ready");
      case "child_lost" -> add(entry, child, "has shown no sign of life: its lease is over");
      case "task_returned" ->
          add(entry, child, "gets " + task + ", which child " + from + " held when it died");
      case "task_moved" -> add(entry, child, "gets " + task + ", which waited for child " + from);
      case "report" -> add(entry, child, "reports on " + task);
      case "shutdown_sent" -> add(entry, "parent", "asks " + child + " to stop");
      case "child_stopped" -> add(entry, child, "has stopped");
      default -> {
        // The sending of tasks is one line of its own.
      }
    }
  }

  private void add(StreamEntry entry, String who, String what) {
    timeline.add(Instant.ofEpochMilli(entry.id().millis()), who, what);
  }

  private void now(String who, String what) {
    timeline.add(redis.call(Server.time()), who, what);
  }

  private String summary() {
    return String.format(
        Locale.ROOT,
        "%d tasks, %d children, 1 of them killed with kill -9: %d reports, one for each task, in"
            + " %.1f s.",
        TASKS,
        CHILDREN,
        TASKS,
        timeline.length().toMillis() / 1000.0);
  }

  private void until(String otherwise, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      require(System.nanoTime() < deadline, otherwise + " within " + PATIENCE.toSeconds() + " s");
      require(children.stream().allMatch(ChildProcess::isAlive), otherwise + ": a child has ended");
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new Failed(otherwise + ".");
    }
  }

  @Override
  public void close() {
    children.forEach(ChildProcess::kill);
    try {
      sessions.cleanup(session.sessionId());
    } catch (RedisException away) {
      // Then its keys go with Redis, or by themselves at the end of their time.
    }
  }
}
