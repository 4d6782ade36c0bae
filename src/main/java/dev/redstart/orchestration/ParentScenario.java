package dev.redstart.orchestration;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A parent at work: sends tasks to the children in turn, gathers the reports, and asks the children
 * to stop. The moogle scenario of the Redis Orchestration App. Immutable; may run again.
 */
public final class ParentScenario {
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final int NAMED_MAX = 3;

  /**
   * What came of it.
   *
   * @param success whether all reports that were waited for are there, whatever they say
   * @param shutdownSent whether the children were asked to stop
   * @param error what went wrong
   * @param details a JSON object for each task sent and each report received
   */
  public record Result(
      boolean success,
      String sessionId,
      int tasksSent,
      int reportsReceived,
      int successfulReports,
      int failedReports,
      boolean shutdownSent,
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
          "tasks_sent", tasksSent,
          "reports_received", reportsReceived,
          "successful_reports", successfulReports,
          "failed_reports", failedReports,
          "shutdown_sent", shutdownSent,
          "error", error.orElse(null),
          "duration_ms", time.toMillis(),
          "details", details);
    }
  }

  private final Orchestration sessions;
  private final String sessionId;
  private final List<String> prompts;
  private final Duration wait;
  private final boolean shutdown;

  private ParentScenario(
      Orchestration sessions,
      String sessionId,
      List<String> prompts,
      Duration wait,
      boolean shutdown) {
    this.sessions = sessions;
    this.sessionId = Objects.requireNonNull(sessionId, "sessionId");
    this.prompts = List.copyOf(prompts);
    this.wait = Objects.requireNonNull(wait, "wait");
    this.shutdown = shutdown;
  }

  /** For a session of either mode: a task for each child, 30 seconds for the reports. */
  public static ParentScenario of(Redis redis, String sessionId) {
    return new ParentScenario(Orchestration.of(redis), sessionId, List.of(), WAIT, true);
  }

  /** With these tasks: child 1 gets the first, and the one after the last child's. */
  public ParentScenario withPrompts(List<String> texts) {
    return new ParentScenario(sessions, sessionId, texts, wait, shutdown);
  }

  /** Waits so long for all reports; zero is not at all. */
  public ParentScenario withWait(Duration limit) {
    return new ParentScenario(sessions, sessionId, prompts, limit, shutdown);
  }

  /** Lets the children go on afterwards. */
  public ParentScenario withoutShutdown() {
    return new ParentScenario(sessions, sessionId, prompts, wait, false);
  }

  /** Does all of it. What goes wrong is in the result; nothing is thrown. */
  public Result run() {
    return new Run().result();
  }

  /** One run, and how far it has come. */
  private final class Run {
    private final long start = System.nanoTime();
    private final List<JsonObject> details = new ArrayList<>();
    private final List<String> sent = new ArrayList<>();
    private Gathered gathered = new Gathered(Map.of(), Set.of());
    private boolean stopped;

    Result result() {
      Optional<String> error;
      try {
        play(sessions.parent(sessionId));
        error = missing();
      } catch (RedisException | SessionException | IllegalArgumentException failed) {
        error = Optional.of(failed.getMessage());
      }
      int reports = gathered.reports().size();
      int good =
          (int) gathered.reports().values().stream().filter(ReportMessage::isSuccess).count();
      return new Result(
          error.isEmpty(),
          sessionId,
          sent.size(),
          reports,
          good,
          reports - good,
          stopped,
          error,
          Duration.ofNanos(System.nanoTime() - start),
          details);
    }

    private void play(Parent parent) {
      int children = parent.config().maxChildren();
      var texts = prompts.isEmpty() ? defaults(children) : prompts;
      for (int i = 0; i < texts.size(); i++) {
        send(parent, 1 + i % children, texts.get(i));
      }
      if (!wait.isZero()) {
        gathered = parent.gather(sent, wait);
        gathered.reports().values().forEach(report -> details.add(detail(report)));
        parent.acknowledge(gathered.reports().keySet());
      }
      if (shutdown) {
        parent.shutdown("scenario_complete");
        stopped = true;
      }
    }

    private void send(Parent parent, int child, String text) {
      var id = parent.send(child, text).taskId();
      sent.add(id);
      details.add(
          Json.object("action", "send_task", "child_id", child, "task_id", id, "success", true));
    }

    private Optional<String> missing() {
      int count = gathered.missing().size();
      var some = String.join(", ", gathered.missing().stream().limit(NAMED_MAX).toList());
      var more = count > NAMED_MAX ? ", ..." : "";
      return count == 0
          ? Optional.empty()
          : Optional.of(
              (count == 1 ? "1 report is missing: " : count + " reports are missing: ")
                  + some
                  + more);
    }
  }

  private static List<String> defaults(int children) {
    return IntStream.rangeClosed(1, children)
        .mapToObj(i -> "Task for chocobo-" + i + ": Process data batch #" + i)
        .toList();
  }

  private static JsonObject detail(ReportMessage report) {
    return Json.object(
        "action", "receive_report",
        "child_id", report.childId(),
        "task_id", report.taskId(),
        "status", report.status(),
        "result", report.result(),
        "error", report.error().orElse(null));
  }
}
