package dev.redstart.cli;

import dev.redstart.cli.Arguments.Kind;
import dev.redstart.orchestration.ChildScenario;
import dev.redstart.redis.Redis;
import java.util.Map;

/** A child of a session that only pretends to work. */
final class Chocobo implements Verb {
  /** In a task's context: for how long to pretend. */
  static final String WORK_MILLIS = ChildScenario.WORK_MILLIS;

  private static final int TASKS_MAX = 10;

  private static final String HELP =
      """
      Usage: scenario chocobo --session-id ID --child-id N [FLAG...]

      Does the tasks of one child of a session: waits a little (100 ms, or as many as "work_ms" in
      the task's context says) and reports a success. Ends when its parent asks it to, or after so
      many tasks.

      """
          + SessionChoice.HELP
          + """
            --child-id N     which child to be, from 1
            --max-tasks N    default: 10
            --timeout S      changes nothing: it waits until there is a task, or the end
            --json           the result as one line of JSON
          """;

  @Override
  public String help() {
    return HELP;
  }

  @Override
  public Map<String, Kind> flags() {
    return Arguments.kinds("--session-id= --prefix= --child-id= --max-tasks= --timeout= --json");
  }

  @Override
  public int run(Arguments arguments, Out out) {
    arguments.noWords();
    SessionChoice.require(arguments);
    arguments.required("--child-id");
    int number = arguments.number("--child-id", 1, Integer.MAX_VALUE).orElseThrow();
    int tasksMax = arguments.number("--max-tasks", 1, Integer.MAX_VALUE).orElse(TASKS_MAX);
    arguments.seconds("--timeout", 0);
    try (var redis = Redis.connect(Target.options(arguments));
        var child = ChildScenario.of(redis, SessionChoice.id(redis, arguments), number)) {
      if (child.connect()) {
        out.talk("child " + number + " is ready");
      }
      return CtrlC.during(out, child::close, () -> run(child, tasksMax, arguments, out));
    }
  }

  private static int run(ChildScenario child, int tasksMax, Arguments arguments, Out out) {
    var result = child.run(tasksMax);
    if (arguments.has("--json")) {
      out.result(result.toJson().toString());
    } else if (result.success()) {
      out.result(text(result));
    } else {
      out.talk(result.error().orElseThrow());
    }
    return result.success() ? 0 : 1;
  }

  private static String text(ChildScenario.Result result) {
    return result.tasksCompleted()
        + " tasks done, "
        + result.tasksFailed()
        + " failed; ended: "
        + (result.shutdownReceived() ? "its parent asked it to" : "that was enough");
  }
}
