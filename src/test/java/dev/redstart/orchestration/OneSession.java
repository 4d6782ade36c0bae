package dev.redstart.orchestration;

import dev.redstart.harness.Admin;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Hashes;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Server;
import dev.redstart.redis.SortedSets;
import dev.redstart.redis.StreamEntry;
import dev.redstart.redis.Streams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A session on an otherwise empty database. */
final class OneSession implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(10);

  final Redis redis;
  final Orchestration sessions;
  final SessionConfig config;
  final Session session;
  final SessionKeys keys;
  final Parent parent;
  private final List<Child> children = new ArrayList<>();

  private OneSession(Redis redis, Mode mode, SessionOptions options) {
    this.redis = redis;
    this.sessions = Orchestration.of(redis);
    this.config =
        mode == Mode.NORMAL ? sessions.initialize(options) : sessions.initializeSummoner(options);
    this.session = new Session(redis, config);
    this.keys = session.keys();
    this.parent = sessions.parent(config.sessionId());
  }

  /** On the shared server, which is emptied first. */
  static OneSession open(Mode mode, SessionOptions options) {
    var redis = Redis.connect(RedisServer.shared().url());
    redis.call(Server.flushDb());
    return new OneSession(redis, mode, options);
  }

  static OneSession open(Mode mode, int children) {
    return open(mode, SessionOptions.defaults().withChildren(children));
  }

  /** In summoner mode. */
  static OneSession open(SessionOptions options) {
    return open(Mode.SUMMONER, options);
  }

  static OneSession open(int children) {
    return open(SessionOptions.defaults().withChildren(children));
  }

  static OneSession on(String url, SessionOptions options) {
    return on(url, Mode.SUMMONER, options);
  }

  static OneSession on(String url, Mode mode, SessionOptions options) {
    return new OneSession(Redis.connect(url), mode, options);
  }

  String id() {
    return config.sessionId();
  }

  /** Closed with the session. */
  Child child(int number) {
    var child = sessions.child(id(), number);
    children.add(child);
    return child;
  }

  /** A child without a heartbeat, for tests that let it die. */
  ChildSession joinOnly(int number) {
    return ChildSession.join(session, number);
  }

  /** As if the child had shown no sign of life for too long. */
  void endLease(int number) {
    redis.call(SortedSets.add(keys.leases(), 1, Integer.toString(number)));
  }

  /** Moves a message into a child's taken list, as the child itself does. */
  void takeFor(int number) {
    redis.call("LMOVE", keys.tasks(number), keys.taken(number), "LEFT", "RIGHT");
  }

  List<String> list(String key) {
    return redis.call(Lists.range(key, 0, -1));
  }

  /** The task ids in a child's task list. */
  List<String> waiting(int number) {
    return list(keys.tasks(number)).stream()
        .map(Message::parse)
        .map(message -> message instanceof TaskMessage task ? task.taskId() : "other")
        .toList();
  }

  TaskMessage task(int child, String id) {
    return TaskMessage.of(id(), child, "do " + id).withTaskId(id);
  }

  void send(int child, String... ids) {
    for (var id : ids) {
      parent.send(task(child, id));
    }
  }

  /** Fields of P:read that were not buried. */
  List<String> refused() {
    return redis.call(Hashes.keys(keys.read())).stream().filter(it -> it.startsWith("?")).toList();
  }

  /** What Redis' thread has computed so far, by the system's clocks. */
  static long cpuMicros(Redis redis) {
    var cpu = Admin.info(redis, "cpu");
    return Stream.of("used_cpu_user_main_thread", "used_cpu_sys_main_thread")
        .mapToLong(name -> (long) (Double.parseDouble(cpu.get(name)) * 1e6))
        .sum();
  }

  List<String> allKeys() {
    return Admin.keys(redis);
  }

  List<String> events() {
    return history().stream().map(entry -> entry.field("event").orElse("")).toList();
  }

  List<StreamEntry> history() {
    return redis.call(Streams.range(keys.status(), EntryId.MIN, EntryId.MAX));
  }

  @Override
  public void close() {
    children.forEach(Child::close);
    redis.close();
  }
}
