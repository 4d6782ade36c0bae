package dev.redstart.cli;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import dev.redstart.orchestration.ChildView;
import dev.redstart.orchestration.Orchestration;
import dev.redstart.orchestration.SessionConfig;
import dev.redstart.orchestration.SessionException;
import dev.redstart.orchestration.SessionView;
import dev.redstart.redis.Command;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.ReadOptions;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.StreamEntry;
import dev.redstart.redis.Streams;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Shows a session as it goes on, until it is gone, without being a part of it. */
final class OrchWatch {
  static final double INTERVAL_SECONDS_MIN = 0.05;

  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int FIRST_EVENTS = 5;
  private static final int EVENTS_SHOWN = 12;
  private static final int PAGE = 100;

  /** What Redis says while it starts, or changes its part. */
  private static final String PASSING = "LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|UNBLOCKED";

  private final Redis redis;
  private final SessionConfig session;
  private final Duration interval;
  private final boolean picture;
  private final Out out;
  private final Deque<StreamEntry> latest = new ArrayDeque<>();
  private Optional<SessionView> view = Optional.empty();
  private Optional<EntryId> last = Optional.empty();
  private List<Object> shown = List.of();
  private long heardNanos = System.nanoTime();
  private Duration patience;
  private boolean away;
  private boolean read = true;

  OrchWatch(
      Redis redis, SessionConfig session, Optional<Duration> interval, boolean json, Out out) {
    this.redis = redis;
    this.session = session;
    this.interval = interval.orElse(INTERVAL);
    this.patience = redis.options().ttl();
    this.picture = !json && isTerminal();
    this.out = out;
  }

  private static boolean isTerminal() {
    // Some JDKs take a file for a terminal, unless told to use the console that they had before.
    System.setProperty("jdk.console", "java.base");
    return System.console() != null;
  }

  int run() {
    return CtrlC.during(out, redis::close, this::watch);
  }

  private int watch() {
    while (read) {
      try {
        if (!isThere()) {
          out.talk("Session " + session.sessionId() + " is gone.");
          return 0;
        }
        listen();
        heardNanos = System.nanoTime();
        away = false;
      } catch (RedisException trouble) {
        pause(trouble);
      }
    }
    return 1;
  }

  /** While Redis is away for less than the time to live, the session may still be there. */
  private void pause(RedisException trouble) {
    boolean over = System.nanoTime() - heardNanos >= patience.toNanos();
    boolean passes =
        trouble instanceof RedisException.Rejected refused
            ? refused.code().matches(PASSING)
            : !(trouble instanceof RedisException.Interrupted);
    if (over || !passes) {
      throw trouble;
    }
    if (!away) {
      out.talk("Trying again for " + patience.toSeconds() + " s: " + trouble.getMessage());
      away = true;
    }
    LockSupport.parkNanos(PAUSE.toNanos());
  }

  private boolean isThere() {
    try {
      var now = Orchestration.of(redis).view(session.sessionId());
      // Another one of the same name is none of our business.
      boolean same = now.config().equals(session);
      if (same) {
        patience = now.ttl();
        view = Optional.of(now);
        show(now);
      }
      return same;
    } catch (SessionException.Unknown gone) {
      return false;
    }
  }

  private void show(SessionView now) {
    var news =
        List.<Object>of(
            now.children(),
            now.reportsWaiting(),
            now.reportsRead(),
            now.tasksOpen(),
            now.tasksReported(),
            now.deadLetters());
    if (!picture && !news.equals(shown)) {
      print(json(now));
    }
    redraw();
    shown = news;
  }

  private void print(JsonObject line) {
    read = read && out.hasPrinted(line.toString());
  }

  // ---- events

  /** Until it is time to look at the session again. */
  private void listen() {
    long due = System.nanoTime() + interval.toNanos();
    if (last.isEmpty()) {
      var newest = new ArrayList<>(redis.call(recent()));
      Collections.reverse(newest);
      last = Optional.of(EntryId.MIN);
      newest.forEach(this::add);
      redraw();
    }
    for (long left = interval.toNanos(); left > 0 && read; left = due - System.nanoTime()) {
      var block =
          ReadOptions.defaults().withCount(PAGE).withBlock(Duration.ofNanos(left + 999_999));
      var key = session.statusStream();
      var entries = redis.call(Streams.read(Map.of(key, last.get()), block)).get(key);
      if (entries != null) {
        entries.forEach(this::add);
        redraw();
      }
    }
  }

  private Command<List<StreamEntry>> recent() {
    return Streams.revRange(session.statusStream(), EntryId.MAX, EntryId.MIN, FIRST_EVENTS);
  }

  private void add(StreamEntry entry) {
    last = Optional.of(entry.id());
    latest.add(entry);
    if (latest.size() > EVENTS_SHOWN) {
      latest.remove();
    }
    if (!picture) {
      var members = new LinkedHashMap<String, Object>();
      members.put("kind", "event");
      members.put("id", entry.id().toString());
      entry.fields().forEach(members::putIfAbsent);
      print((JsonObject) Json.of(members));
    }
  }

  // ---- as JSON

  private JsonObject json(SessionView now) {
    return Json.object(
        "kind", "session",
        "session_id", session.sessionId(),
        "mode", session.mode(),
        "time", now.time().toString(),
        "ttl_ms", now.ttl().toMillis(),
        "children", now.children().stream().map(OrchWatch::json).toList(),
        "reports_waiting", now.reportsWaiting(),
        "reports_read", now.reportsRead(),
        "tasks_open", now.tasksOpen(),
        "tasks_reported", now.tasksReported(),
        "dead_letters", now.deadLetters());
  }

  private static JsonValue json(ChildView child) {
    return Json.object(
        "child_id", child.childId(),
        "state", child.state().name().toLowerCase(Locale.ROOT),
        "waiting", child.waiting(),
        "task_id", child.taskId().orElse(null));
  }

  // ---- as a picture

  private void redraw() {
    // Home, then clear to the end.
    if (picture && view.isPresent()) {
      read = read && out.hasPrinted("\u001b[H\u001b[J" + picture(view.get()));
    }
  }

  private String picture(SessionView now) {
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("child", "state", "waiting", "task"));
    for (var child : now.children()) {
      var state = child.state().name().toLowerCase(Locale.ROOT);
      var number = Integer.toString(child.childId());
      rows.add(List.of(number, state, Long.toString(child.waiting()), child.taskId().orElse("-")));
    }
    return String.join(
        "\n",
        "Session "
            + session.sessionId()
            + " ("
            + session.mode()
            + "), "
            + now.ttl().toSeconds()
            + " s to live",
        "",
        Listing.table(rows),
        "",
        "tasks: " + now.tasksOpen() + " open, " + now.tasksReported() + " reported",
        "reports: " + now.reportsWaiting() + " waiting, " + now.reportsRead() + " read",
        "dead letters: " + now.deadLetters(),
        "",
        Listing.table(latest.stream().map(OrchWatch::row).toList()));
  }

  private static List<String> row(StreamEntry entry) {
    var fields = new LinkedHashMap<>(entry.fields());
    var event = fields.remove("event");
    var rest = fields.entrySet().stream().map(field -> field.getKey() + "=" + field.getValue());
    return List.of(
        Instant.ofEpochMilli(entry.id().millis()).toString(),
        event == null ? "" : event,
        String.join(" ", rest.toList()));
  }
}
