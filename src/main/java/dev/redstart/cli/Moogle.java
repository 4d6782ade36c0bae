package dev.redstart.cli;

import dev.redstart.cli.Arguments.Kind;
import dev.redstart.json.JsonNull;
import dev.redstart.json.JsonObject;
import dev.redstart.orchestration.ParentScenario;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.Map;

/** The parent of a session: sends tasks, gathers the reports, stops the children. */
final class Moogle implements Verb {
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final double MIN_SECONDS = 0.001;

  private static final String HELP =
      """
      Usage: scenario moogle --session-id ID [FLAG...]

      Sends tasks to the children of a session in turn, waits for the reports, and asks the
      children to stop. Exit status 1 if a report is missing.

      """
          + SessionChoice.HELP
          + """
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
    return Arguments.kinds(
        "--session-id= --prefix= --tasks* --no-wait --no-shutdown --timeout= --json");
  }

  @Override
  public int run(Arguments arguments, Out out) {
    arguments.noWords();
    SessionChoice.require(arguments);
    var wait =
        arguments.has("--no-wait")
            ? Duration.ZERO
            : arguments.seconds("--timeout", MIN_SECONDS).orElse(WAIT);
    try (var redis = Redis.connect(Target.options(arguments))) {
      var scenario =
          ParentScenario.of(redis, SessionChoice.id(redis, arguments))
              .withPrompts(arguments.values("--tasks"))
              .withWait(wait);
      var result = (arguments.has("--no-shutdown") ? scenario.withoutShutdown() : scenario).run();
      if (arguments.has("--json")) {
        out.result(result.toJson().toString());
      } else {
        tell(result, out);
      }
      return result.success() ? 0 : 1;
    }
  }

  private static void tell(ParentScenario.Result result, Out out) {
    if (result.tasksSent() > 0) {
      result.details().stream()
          .filter(detail -> detail.get("action").asString().equals("receive_report"))
          .forEach(report -> out.result(line(report)));
      out.result(result.tasksSent() + " tasks sent, " + result.reportsReceived() + " reports");
    }
    result.error().ifPresent(out::talk);
  }

  private static String line(JsonObject report) {
    var error = report.get("error");
    return report.get("status").asString()
        + "  child "
        + report.get("child_id")
        + "  "
        + (error instanceof JsonNull ? report.get("result").toString() : error.asString());
  }
}
