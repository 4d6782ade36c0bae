package dev.redstart.queue;

import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.ReadOptions;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Streams;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A queue of tasks. The key is a sorted set of those that are ready, as others may fill it too
 * ({@code ZADD}); what else there is to know lies in a fixed number of keys beside it. Thread-safe,
 * and free of any connection of its own: make one where you need it, and share it.
 *
 * <p>Every method is one round trip unless it says otherwise, and throws {@link RedisException}
 * when Redis cannot be reached or refuses; requests whose reply was lost on a broken connection are
 * repeated within the client's timeout without being executed twice. Every method throws {@link
 * IllegalStateException} if the key holds something else than a queue; nothing was changed then.
 */
public final class TaskQueue {
  /** The most that one page of tasks or events has. */
  public static final int PAGE_MAX = 500;

  private final StoredQueue stored;
  private final Leases leases;

  private TaskQueue(StoredQueue stored) {
    this.stored = stored;
    this.leases = new Leases(stored);
  }

  /** The queue at this key, with the default options. */
  public static TaskQueue of(Redis redis, String key) {
    return of(redis, key, QueueOptions.defaults());
  }

  /**
   * The queue at this key.
   *
   * @throws IllegalArgumentException if the key is blank, or has a brace without its counterpart
   */
  public static TaskQueue of(Redis redis, String key, QueueOptions options) {
    Objects.requireNonNull(redis, "redis");
    Objects.requireNonNull(options, "options");
    return new TaskQueue(new StoredQueue(redis, QueueKeys.of(key), options));
  }

  /** The key. */
  public String key() {
    return stored.keys().ready();
  }

  Leases leases() {
    return leases;
  }

  // ---- pushing

  /** Pushes a task behind all that came before: its score is the time, in seconds. */
  public Pushed push(Task task) {
    return push(Push.of(task));
  }

  /** Pushes a task. Lower scores run first, equal ones in the order in which they came. */
  public Pushed push(Task task, double score) {
    return push(Push.of(task).withScore(score));
  }

  /** Pushes a task that is not to run before {@code at}, by Redis' clock. */
  public Pushed push(Task task, double score, Instant at) {
    return push(Push.of(task).withScore(score).withTime(at));
  }

  /**
   * Pushes a task. It is in Redis when this returns.
   *
   * @throws IllegalArgumentException if it is larger than the options allow; nothing was sent
   */
  public Pushed push(Push push) {
    return push(List.of(Objects.requireNonNull(push, "push"))).get(0);
  }

  /**
   * Pushes tasks, in their order. Up to 100 of them, with different ids and not more than 512 KiB
   * together, are one round trip and one atomic step; more are several.
   *
   * @return what became of each
   * @throws IllegalArgumentException if one is larger than the options allow; nothing was sent
   */
  public List<Pushed> push(List<Push> pushes) {
    return stored.push(Numbers.copy(pushes, "pushes"));
  }

  // ---- taking

  /** As {@link #popAndHandle(TaskHandler, PopOptions)}, one task. */
  public List<Task> popAndHandle(TaskHandler handler) {
    return popAndHandle(handler, PopOptions.defaults());
  }

  /** As {@link #popAndHandle(TaskHandler, PopOptions)}, at most so many tasks. */
  public List<Task> popAndHandle(TaskHandler handler, int count) {
    return popAndHandle(handler, PopOptions.defaults().withCount(count));
  }

  /**
   * Takes tasks that are ready and handles them on this thread, one after the other; does not wait
   * for more. A task whose handler returned false or threw is tried again after a pause, by whoever
   * takes it then; after too many attempts it is a dead letter. One round trip a task.
   *
   * @return the tasks that were completed, in their order
   * @throws RedisException if Redis cannot be reached: the task at hand goes to another when its
   *     lease is over, unless it was completed
   * @throws Error if the handler threw it; the task is tried again, too
   */
  public List<Task> popAndHandle(TaskHandler handler, PopOptions options) {
    Objects.requireNonNull(options, "options");
    return new Pops(leases, handler, options).run();
  }

  /**
   * Takes at most {@code max} tasks that are ready; does not wait for more. Each lease is renewed
   * until it is ended: {@link Lease#settle} or {@link Lease#close} has to be called on each.
   *
   * @param max 1 to 100
   */
  public List<Lease> claim(int max) {
    Numbers.between(max, "max", 1, 100);
    return leases.take(new StoredQueue.Round("", List.of(), max, false)).leases();
  }

  /**
   * Completes tasks that were claimed from this queue, as {@link Lease#complete()} does each: one
   * round trip for 100 of them.
   *
   * @return what became of each
   * @throws IllegalStateException if one was ended before; nothing was sent
   * @throws RedisException if Redis cannot be reached: the leases of which it does not know are
   *     still renewed, and may be completed again; that says LOST if the first time did arrive
   */
  public List<Settlement> complete(List<Lease> claimed) {
    return leases.complete(Numbers.copy(claimed, "claimed"));
  }

  // ---- looking

  /** How many tasks are to be done: ready, scheduled and leased ones, without dead letters. */
  public long size() {
    var stats = stats();
    return stats.ready() + stats.scheduled() + stats.leased();
  }

  /** The queue in figures, all of one moment. */
  public QueueStats stats() {
    return QueueStats.of(stored.stats());
  }

  /** All that is known of a task; empty if it is not in the queue. */
  public Optional<QueuedTask> get(String id) {
    var parts = stored.get(Task.checkId(id));
    return parts.get(0).integer() == 0
        ? Optional.empty()
        : Optional.of(QueuedTask.known(id, parts));
  }

  /** The result of the last task of this id that was completed with one, while it is kept. */
  public Optional<JsonValue> result(String id) {
    var result = stored.get(Task.checkId(id)).get(7);
    return result.isNull() ? Optional.empty() : Optional.of(Json.parse(result.bytes()));
  }

  /**
   * Ready tasks with scores from {@code min} to {@code max}, in the order in which they will be
   * taken. Takes none. A page of large tasks, of more than 4 MiB together, is shorter than its
   * limit.
   *
   * @param limit 1 to {@link #PAGE_MAX}
   */
  public TaskPage range(double min, double max, int limit) {
    return page(TaskState.READY, min, max, limit, TaskPage.Place.START);
  }

  /**
   * The page after another one of the same range. It begins after the last task of that page, even
   * if that has gone in the meantime.
   *
   * @throws IllegalArgumentException if the cursor is not one of {@link TaskPage#cursor}
   */
  public TaskPage range(double min, double max, int limit, String cursor) {
    return page(TaskState.READY, min, max, limit, TaskPage.Place.parse(cursor));
  }

  /** Tasks in a state, the one first whose turn, or whose time, comes first. */
  public TaskPage list(TaskState state, int limit) {
    return all(state, limit, TaskPage.Place.START);
  }

  /** The page after another one; see {@link #range(double, double, int, String)}. */
  public TaskPage list(TaskState state, int limit, String cursor) {
    return all(state, limit, TaskPage.Place.parse(cursor));
  }

  private TaskPage all(TaskState state, int limit, TaskPage.Place after) {
    return page(state, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, limit, after);
  }

  private TaskPage page(TaskState state, double min, double max, int limit, TaskPage.Place after) {
    Objects.requireNonNull(state, "state");
    Numbers.between(limit, "limit", 1, PAGE_MAX);
    if (Double.isNaN(min) || Double.isNaN(max)) {
      throw new IllegalArgumentException("min, max: must be numbers, were " + min + ", " + max);
    }
    var low = Double.toString(min);
    var high = Double.toString(max);
    var flat = stored.list(state, low, high, limit, after.score(), after.member());
    return TaskPage.of(state, flat);
  }

  /**
   * What happened after {@code after} ({@link EntryId#MIN}: as far back as is known), at most
   * {@code limit} events. Waits for one, if there is none yet, for at most {@code wait}.
   */
  public List<QueueEvent> events(EntryId after, int limit, Duration wait) {
    Numbers.between(limit, "limit", 1, PAGE_MAX);
    var options = ReadOptions.defaults().withCount(limit);
    var blocking =
        Objects.requireNonNull(wait, "wait").isZero() ? options : options.withBlock(wait);
    var key = stored.keys().events();
    var command = Streams.read(Map.of(key, Objects.requireNonNull(after, "after")), blocking);
    var read = stored.explained(() -> stored.redis().call(command));
    return read.getOrDefault(key, List.of()).stream().map(QueueEvent::of).toList();
  }

  // ---- managing

  /**
   * Cancels a task. One that waits is gone at once. The holder of one that is leased is told within
   * a third of his lease, and its handler interrupted; unless he completes it all the same, it is
   * gone then, and it is not tried again.
   *
   * @return false if there is no such task, or it is a dead letter
   */
  public boolean cancel(String id) {
    return !stored.drop("cancel", List.of(Task.checkId(id))).equals("n");
  }

  /**
   * Removes a task, wherever it is. Who has a lease on it has lost it.
   *
   * @return false if there is no such task
   */
  public boolean remove(String id) {
    return stored.drop("remove", List.of(Task.checkId(id))).equals("g");
  }

  /**
   * Makes dead letters ready again, at their old place, with nothing counted. One round trip for
   * 250.
   *
   * @return how many there were
   */
  public int requeue(List<String> ids) {
    return gone(stored.requeue(checked(ids)));
  }

  /**
   * Deletes dead letters. One round trip for 100.
   *
   * @return how many there were
   */
  public int purge(List<String> ids) {
    return gone(stored.drop("purge", checked(ids)));
  }

  private static List<String> checked(List<String> ids) {
    var copy = Numbers.copy(ids, "ids");
    copy.forEach(Task::checkId);
    return copy;
  }

  private static int gone(String letters) {
    return (int) letters.chars().filter(letter -> letter == 'g').count();
  }

  /** Hands out no tasks until {@link #resume}, to nobody. What is leased is not affected. */
  public void pause() {
    stored.configure("paused", "1");
  }

  /** Ends a {@link #pause}. */
  public void resume() {
    stored.configure("paused", "");
  }

  /** Hands out at most so many tasks at a time, over all processes; 0: no limit. */
  public void limitConcurrency(int max) {
    Numbers.atLeast(max, "max", 0);
    stored.configure("concurrency", max == 0 ? "" : Integer.toString(max));
  }

  /**
   * Hands out at most {@code max} tasks in each period, over all processes; 0: no limit. A period
   * begins with the first task after the end of the last one.
   */
  public void limitRate(int max, Duration period) {
    Numbers.atLeast(max, "max", 0);
    Numbers.atLeast(period, "period", Duration.ofMillis(1));
    var rate = max == 0 ? "" : Integer.toString(max);
    var millis = max == 0 ? "" : Long.toString(Numbers.millis(period));
    stored.configure("rate", rate, "rate_millis", millis, "window", "", "used", "");
  }

  /**
   * Deletes the queue: all tasks in all states, its settings, events and results. Who has a lease
   * has lost it.
   */
  public void clear() {
    stored.clear();
  }
}
