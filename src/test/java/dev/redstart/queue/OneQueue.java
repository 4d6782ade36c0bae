package dev.redstart.queue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.redis.Backoff;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Keys;
import dev.redstart.redis.MemberRange;
import dev.redstart.redis.Redis;
import dev.redstart.redis.ScoredMember;
import dev.redstart.redis.Server;
import dev.redstart.redis.SortedSets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** A queue on an otherwise empty database, and ways to look behind it. */
final class OneQueue implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(10);

  /** Leases and pauses last until a test ends them. */
  static final QueueOptions CALM =
      QueueOptions.defaults()
          .withBackoff(new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(1)))
          .withLease(Duration.ofSeconds(30));

  /** Retries come at once. */
  static final QueueOptions QUICK =
      CALM.withBackoff(new Backoff(Duration.ofMillis(1), Duration.ofMillis(1)));

  /** Leases as short as they may be. */
  static final QueueOptions BRIEF = CALM.withLease(Duration.ofMillis(200));

  final Redis redis;
  final TaskQueue queue;
  final QueueKeys keys;
  private final List<Runnable> ends = new ArrayList<>();

  private OneQueue(Redis redis, String key, QueueOptions options) {
    this.redis = redis;
    this.queue = TaskQueue.of(redis, key, options);
    this.keys = QueueKeys.of(key);
  }

  /** On the shared server, which is emptied first. */
  static OneQueue open(QueueOptions options) {
    var redis = Redis.connect(RedisServer.shared().url());
    redis.call(Server.flushDb());
    return new OneQueue(redis, "jobs", options);
  }

  static OneQueue open() {
    return open(CALM);
  }

  static Task task(String id) {
    return new Task(id, Json.of(1));
  }

  static List<String> ids(List<Task> tasks) {
    return tasks.stream().map(Task::id).toList();
  }

  static List<String> ids(TaskPage page) {
    return ids(page.tasks().stream().map(QueuedTask::task).toList());
  }

  /** The same queue, as another process sees it. Closed with this one. */
  TaskQueue elsewhere(QueueOptions options) {
    var other = Redis.connect(RedisServer.shared().url());
    ends.add(other::close);
    return TaskQueue.of(other, queue.key(), options);
  }

  /** Closed with the queue. */
  Worker worker(WorkerOptions options, LeaseHandler handler) {
    return worker(queue, options, handler);
  }

  /** On the same queue as seen from elsewhere. Closed with the queue, before its connection. */
  Worker worker(TaskQueue seen, WorkerOptions options, LeaseHandler handler) {
    var worker = Worker.start(seen, options, handler);
    ends.add(0, worker::close);
    return worker;
  }

  /** With score 1. */
  void push(String... ids) {
    for (var id : ids) {
      queue.push(task(id), 1);
    }
  }

  /** As a client without this library writes. */
  void write(double score, String member) {
    redis.call(SortedSets.add(keys.ready(), score, member));
  }

  Lease claim() {
    return queue.claim(1).get(0);
  }

  QueuedTask get(String id) {
    return queue.get(id).orElseThrow();
  }

  TaskState state(String id) {
    return get(id).state();
  }

  /** As if the holder had shown no sign of life for too long. */
  void endLease(String id) {
    redis.call(SortedSets.add(keys.leased(), 1, id));
  }

  /** As if the time of all that is scheduled had come. */
  void endPauses() {
    for (var each : members(keys.scheduled())) {
      redis.call(SortedSets.add(keys.scheduled(), 1, each.member()));
    }
  }

  List<ScoredMember> members(String sortedSet) {
    return redis.call(SortedSets.rangeWithScores(sortedSet, MemberRange.byRank(0, -1)));
  }

  List<QueuedTask> dead() {
    return queue.list(TaskState.DEAD, TaskQueue.PAGE_MAX).tasks();
  }

  /** What happened to a task, in order. */
  List<String> events(String id) {
    return events().stream().filter(e -> e.taskId().equals(id)).map(QueueEvent::name).toList();
  }

  List<QueueEvent> events() {
    return queue.events(EntryId.MIN, TaskQueue.PAGE_MAX, Duration.ZERO);
  }

  TreeSet<String> allKeys() {
    return new TreeSet<>(Admin.keys(redis));
  }

  /** Returns when so many workers wait for a word. */
  void awaitIdle(int workers) {
    Eventually.within(
        LIMIT,
        workers + " workers wait",
        () ->
            Admin.info(redis, "clients").get("blocked_clients").equals("" + workers)
                && redis.call(Keys.exists(keys.wake())) == 0);
  }

  void awaitSize(long size) {
    Eventually.within(LIMIT, size + " tasks are left", () -> queue.size() == size);
  }

  @Override
  public void close() {
    ends.forEach(Runnable::run);
    redis.close();
  }
}
