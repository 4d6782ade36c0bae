package dev.redstart.cli;

import dev.redstart.cli.Arguments.Kind;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.orchestration.Gathered;
import dev.redstart.orchestration.Orchestration;
import dev.redstart.orchestration.Parent;
import dev.redstart.orchestration.ReportMessage;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** The parent of a session: sends tasks, gathers the reports, stops the children. */
final class Moogle implements Verb {
  private static final int TIMEOUT_SECONDS = 30;

  private static final String HELP =
      """
      Usage: scenario moogle --session-id ID [FLAG...]

      Sends tasks to the children of a session in turn, waits for the reports, and asks the
      children to stop. Exit status 1 if a report is missing.

        --session-id ID  the session
        --tasks TEXT...  the tasks; default: one for each child
        --no-wait        does not wait for reports
        --no-shutdown    does not stop the children
        --timeout S      how long to wait for all reports, in seconds; default: 30
        --json           the result as one line of JSON
      """;

  @Override
  public String help() {
    return HELP;
  }

  @Override
  public Map<String, Kind> flags() {
    return Map.of(
        "--session-id", Kind.ONE_WORD,
        "--tasks", Kind.WORDS,
        "--no-wait", Kind.NOTHING,
        "--no-shutdown", Kind.NOTHING,
        "--timeout", Kind.ONE_WORD,
        "--json", Kind.NOTHING);
  }

  @Override
  public int run(Arguments arguments, Out out) {
    arguments.noWords();
    var id = arguments.required("--session-id");
    int timeout = arguments.number("--timeout", 1, Integer.MAX_VALUE).orElse(TIMEOUT_SECONDS);
    long start = System.nanoTime();
    try (var redis = Redis.connect(Target.options(arguments))) {
      var parent = Orchestration.of(redis).parent(id);
      var sent = send(parent, arguments.values("--tasks"));
      out.talk(sent.size() + " tasks sent to session " + id);
      var gathered =
          arguments.has("--no-wait")
              ? new Gathered(Map.of(), Set.of())
              : parent.gather(sent, Duration.ofSeconds(timeout));
      if (!arguments.has("--no-shutdown")) {
        parent.shutdown("scenario_complete");
      }
      long millis = (System.nanoTime() - start) / 1_000_000;
      var result = result(arguments, sent, gathered, millis);
      out.result(arguments.has("--json") ? result.toString() : text(gathered));
      return gathered.isComplete() ? 0 : 1;
    }
  }

  private static List<String> send(Parent parent, List<String> prompts) {
    int children = parent.config().maxChildren();
    var all =
        prompts.isEmpty()
            ? IntStream.rangeClosed(1, children).mapToObj(Moogle::prompt).toList()
            : prompts;
    return IntStream.range(0, all.size())
        .mapToObj(i -> parent.send(1 + i % children, all.get(i)).taskId())
        .toList();
  }

  private static String prompt(int child) {
    return "Task for chocobo-" + child + ": Process data batch #" + child;
  }

  private static JsonObject result(
      Arguments arguments, List<String> sent, Gathered gathered, long millis) {
    long good = gathered.reports().values().stream().filter(ReportMessage::isSuccess).count();
    return Json.object(
        "success", gathered.isComplete(),
        "session_id", arguments.required("--session-id"),
        "tasks_sent", sent.size(),
        "reports_received", gathered.reports().size(),
        "successful_reports", good,
        "failed_reports", gathered.reports().size() - good,
        "shutdown_sent", !arguments.has("--no-shutdown"),
        "error", gathered.isComplete() ? null : gathered.missing().size() + " reports are missing",
        "duration_ms", millis,
        "details", gathered.reports().values().stream().map(ReportMessage::toJson).toList());
  }

  private static String text(Gathered gathered) {
    var lines = new StringBuilder();
    gathered.reports().forEach((id, report) -> lines.append(line(report)).append('\n'));
    gathered.missing().forEach(id -> lines.append("missing  ").append(id).append('\n'));
    return lines.append(gathered.reports().size()).append(" reports").toString();
  }

  private static String line(ReportMessage report) {
    return report.status()
        + "  child "
        + report.childId()
        + "  "
        + report.error().orElseGet(() -> report.result().toString());
  }
}
