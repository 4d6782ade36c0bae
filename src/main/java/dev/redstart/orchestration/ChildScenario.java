package dev.redstart.orchestration;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A child at work, that only pretends unless it has a handler: the chocobo scenario of the Redis
 * Orchestration App. One thread runs it, once; {@link #close} may come from any.
 */
public final class ChildScenario implements AutoCloseable {
  /** In a task's context: for how many milliseconds to pretend. */
  public static final String WORK_MILLIS = "work_ms";

  private static final int WORK_MILLIS_DEFAULT = 100;
  private static final int PROMPT_CHARS = 50;

  /**
   * What came of it.
   *
   * @param success whether it ended as it should
   * @param shutdownReceived whether its parent asked it to end
   * @param error what went wrong
   * @param details a JSON object for each task
   */
  public record Result(
      boolean success,
      String sessionId,
      int childId,
      int tasksReceived,
      int tasksCompleted,
      int tasksFailed,
      boolean shutdownReceived,
      Optional<String> error,
      Duration time,
      List<JsonObject> details) {
    public Result {
      details = List.copyOf(details);
    }

    /** With the fields of the original. */
    public JsonObject toJson() {
      return Json.object(
          "success", success,
          "session_id", sessionId,
          "child_id", childId,
          "tasks_received", tasksReceived,
          "tasks_completed", tasksCompleted,
          "tasks_failed", tasksFailed,
          "shutdown_received", shutdownReceived,
          "error", error.orElse(null),
          "duration_ms", time.toMillis(),
          "details", details);
    }
  }

  private final Orchestration sessions;
  private final String sessionId;
  private final int childId;
  private final TaskHandler handler;
  private final AtomicReference<Child> child = new AtomicReference<>();
  private final List<JsonObject> details = new ArrayList<>();
  private final long start = System.nanoTime();
  private Optional<String> error = Optional.empty();

  private ChildScenario(Orchestration sessions, String sessionId, int childId, TaskHandler done) {
    this.sessions = sessions;
    this.sessionId = Objects.requireNonNull(sessionId, "sessionId");
    this.childId = childId;
    this.handler = Objects.requireNonNull(done, "handler");
  }

  /** A child of a session of either mode; waits 100 ms for each task. */
  public static ChildScenario of(Redis redis, String sessionId, int childId) {
    return new ChildScenario(Orchestration.of(redis), sessionId, childId, ChildScenario::pretend);
  }

  /** One that does the tasks so. */
  public ChildScenario withHandler(TaskHandler other) {
    return new ChildScenario(sessions, sessionId, childId, other);
  }

  private static JsonValue pretend(TaskMessage task) throws InterruptedException {
    var wanted = task.context().get(WORK_MILLIS);
    Thread.sleep(wanted == null ? WORK_MILLIS_DEFAULT : wanted.asInt());
    var prompt = task.prompt();
    int end = Math.min(prompt.length(), PROMPT_CHARS);
    boolean cut = end < prompt.length() && Character.isHighSurrogate(prompt.charAt(end - 1));
    return Json.of("Processed: " + prompt.substring(0, cut ? end - 1 : end));
  }

  /** Takes part from now on; false if it cannot, and the result of {@link #run} will say why. */
  public boolean connect() {
    try {
      child.set(sessions.child(sessionId, childId));
      error = Optional.empty();
    } catch (RedisException | SessionException | IllegalArgumentException failed) {
      error = Optional.of(failed.getMessage());
    }
    return error.isEmpty();
  }

  /**
   * Does tasks until its parent ends it, or until it has done so many. What goes wrong is in the
   * result; no exception is thrown but for an argument.
   */
  public Result run(int tasksMax) {
    if (child.get() == null && !connect()) {
      return result(broken());
    }
    try {
      return result(child.get().run(this::handle, tasksMax));
    } catch (RedisException failed) {
      error = Optional.of(failed.getMessage());
      return result(broken());
    }
  }

  /** What is known of a run that Redis has ended: what the handler did. */
  private ChildRun broken() {
    int all = details.size();
    int good = (int) details.stream().filter(task -> task.get("success").asBoolean()).count();
    return new ChildRun(Child.End.STOPPED, all, good, all - good, 0);
  }

  private JsonValue handle(TaskMessage task) throws Exception {
    long begin = System.nanoTime();
    boolean done = false;
    try {
      var result = handler.handle(task);
      done = true;
      return result;
    } finally {
      details.add(
          Json.object(
              "action",
              "task_processed",
              "task_id",
              task.taskId(),
              "success",
              done,
              "duration_ms",
              (System.nanoTime() - begin) / 1_000_000));
    }
  }

  private Result result(ChildRun run) {
    boolean shutdown = run.end() == Child.End.SHUTDOWN;
    if (shutdown) {
      details.add(Json.object("action", "shutdown_received"));
    }
    var why = error.or(() -> trouble(run.end()));
    return new Result(
        why.isEmpty(),
        sessionId,
        childId,
        run.received(),
        run.succeeded(),
        run.failed(),
        shutdown,
        why,
        Duration.ofNanos(System.nanoTime() - start),
        details);
  }

  private static Optional<String> trouble(Child.End end) {
    if (end == Child.End.REPLACED) {
      return Optional.of("another process is this child now");
    }
    return end == Child.End.SESSION_GONE ? Optional.of("the session is gone") : Optional.empty();
  }

  /** Ends it at once: what it holds goes to others. */
  @Override
  public void close() {
    var running = child.get();
    if (running != null) {
      running.close();
    }
  }
}
