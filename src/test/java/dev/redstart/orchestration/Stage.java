package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Hashes;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Server;
import dev.redstart.redis.StreamEntry;
import dev.redstart.redis.Streams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A session of either mode to which bad things are done, and what must hold for it in the end. */
final class Stage implements AutoCloseable {
  /** How much more than usual. */
  static final int CHAOS = Integer.getInteger("redstart.chaos", 1);

  static final Duration LIMIT = Duration.ofSeconds(30);

  /** Whatever happens, a lease does not end by itself, and no task may be delivered in vain. */
  static final SessionOptions PATIENT =
      SessionOptions.defaults().withLease(Duration.ofMinutes(2)).withDeliveries(1);

  /** The dead are found soon, and may be many. */
  static final SessionOptions QUICK =
      SessionOptions.defaults().withLease(Duration.ofMillis(600)).withDeliveries(1000);

  final String url;
  final Redis redis;
  final Orchestration sessions;
  final SessionConfig config;
  final Session session;
  final SessionKeys keys;

  /** What {@code P:status} has said so far: it forgets. */
  private final Map<EntryId, StreamEntry> history = new TreeMap<>();

  private Stage(String url, Mode mode, SessionOptions options) {
    this.url = url;
    this.redis = Redis.connect(url);
    this.sessions = Orchestration.of(redis);
    this.config =
        mode == Mode.NORMAL ? sessions.initialize(options) : sessions.initializeSummoner(options);
    this.session = new Session(redis, config);
    this.keys = session.keys();
  }

  /** For tests that take long, and to which the mode means little. */
  static Mode mode(long seed) {
    return Mode.values()[Math.floorMod(seed, Mode.values().length)];
  }

  /** On the shared server, which is emptied first. */
  static Stage open(Mode mode, SessionOptions options) {
    var url = RedisServer.shared().url();
    try (var redis = Redis.connect(url)) {
      redis.call(Server.flushDb());
    }
    return on(url, mode, options);
  }

  static Stage on(String url, Mode mode, SessionOptions options) {
    return new Stage(url, mode, options);
  }

  String id() {
    return config.sessionId();
  }

  Parent parent() {
    return sessions.parent(id());
  }

  TaskMessage task(int child, String id) {
    return TaskMessage.of(id(), child, "do " + id).withTaskId(id);
  }

  /** A child in a process of its own: see {@link WorkerMain}. */
  ChildJvm worker(int number, int workMillis) {
    return ChildJvm.of(WorkerMain.class)
        .withHeap("48m")
        .withFlag("-XX:+UseSerialGC")
        .start(url, id(), Integer.toString(number), Integer.toString(workMillis));
  }

  /** A parent in a process of its own: see {@link ParentMain}. */
  ChildJvm parentProcess(String seenAt, int tasks) {
    return ChildJvm.of(ParentMain.class)
        .withHeap("64m")
        .withFlag("-XX:+UseSerialGC")
        .start(seenAt, id(), Integer.toString(tasks));
  }

  List<String> list(String key) {
    return redis.call(Lists.range(key, 0, -1));
  }

  long done() {
    return redis.call(Hashes.len(keys.done()));
  }

  void awaitDone(long count) {
    Eventually.within(LIMIT, count + " reports", () -> done() >= count);
  }

  /** Moves a message into a child's taken list, as the child itself does. */
  void takeFor(int number) {
    redis.call("LMOVE", keys.tasks(number), keys.taken(number), "LEFT", "RIGHT");
  }

  List<String> waitingReports() {
    return keys.reports().stream().flatMap(key -> list(key).stream()).toList();
  }

  /** All that the status stream has said, if this is called often enough. */
  Collection<StreamEntry> history() {
    redis
        .call(Streams.range(keys.status(), EntryId.MIN, EntryId.MAX))
        .forEach(entry -> history.put(entry.id(), entry));
    return history.values();
  }

  List<StreamEntry> eventsOf(String name) {
    return history().stream()
        .filter(entry -> entry.field("event").orElse("").equals(name))
        .toList();
  }

  /** How many such events there were, by task. */
  Map<String, Integer> events(String name) {
    var counts = new HashMap<String, Integer>();
    eventsOf(name).forEach(it -> counts.merge(it.field("task_id").orElse(""), 1, Integer::sum));
    return counts;
  }

  /** Each of these tasks, and no other, has had one report; nothing is left, nothing was odd. */
  void assertAllDoneOnce(Set<String> ids) {
    assertEquals(List.of(), list(keys.dead()), "dead letters");
    assertEquals(List.of(), waitingReports(), "reports that nobody has taken");
    assertEquals(Map.of(), redis.call(Hashes.getAll(keys.deliveries())), "tasks without report");
    assertEquals(new TreeSet<>(ids), new TreeSet<>(redis.call(Hashes.keys(keys.done()))));
    for (int child = 1; child <= config.maxChildren(); child++) {
      assertEquals(List.of(), list(keys.tasks(child)), "tasks of child " + child);
      assertEquals(List.of(), held(child), "tasks in the hands of child " + child);
    }
    assertEquals(Map.of(), events("task_given_up"));
    assertEquals(Map.of(), events("dead_letter"));
    assertOncePerTask(ids, "task_sent");
    assertOncePerTask(ids, "report");
  }

  private void assertOncePerTask(Set<String> ids, String event) {
    var counts = events(event);
    var odd = new ArrayList<String>();
    counts.forEach((id, count) -> odd.addAll(count == 1 ? List.of() : List.of(id + " " + count)));
    assertEquals(List.of(), odd, event + " more than once");
    assertEquals(new TreeSet<>(ids), new TreeSet<>(counts.keySet()), event);
  }

  /** What a child has taken, without the mark of the process that is it. */
  List<String> held(int child) {
    return list(keys.taken(child)).stream().filter(raw -> !raw.startsWith("holder ")).toList();
  }

  @Override
  public void close() {
    redis.close();
  }
}
