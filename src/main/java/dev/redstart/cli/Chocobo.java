package dev.redstart.cli;

import dev.redstart.cli.Arguments.Kind;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import dev.redstart.orchestration.Child;
import dev.redstart.orchestration.ChildRun;
import dev.redstart.orchestration.Orchestration;
import dev.redstart.orchestration.TaskMessage;
import dev.redstart.redis.Redis;
import java.util.Map;

/** A child of a session that only pretends to work. */
final class Chocobo implements Verb {
  /** In a task's context: for how long to pretend. */
  static final String WORK_MILLIS = "work_ms";

  private static final int TASKS_MAX = 10;
  private static final int WORK_MILLIS_DEFAULT = 100;
  private static final int PROMPT_CHARS = 50;

  private static final String HELP =
      """
      Usage: scenario chocobo --session-id ID --child-id N [FLAG...]

      Does the tasks of one child of a session: waits a little (100 ms, or as many as "work_ms" in
      the task's context says) and reports a success. Ends when its parent asks it to, or after so
      many tasks.

        --session-id ID  the session
        --child-id N     which child to be, from 1
        --max-tasks N    default: 10
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
        "--child-id", Kind.ONE_WORD,
        "--max-tasks", Kind.ONE_WORD,
        "--json", Kind.NOTHING);
  }

  @Override
  public int run(Arguments arguments, Out out) {
    arguments.noWords();
    var id = arguments.required("--session-id");
    arguments.required("--child-id");
    int number = arguments.number("--child-id", 1, Integer.MAX_VALUE).orElseThrow();
    int tasksMax = arguments.number("--max-tasks", 1, Integer.MAX_VALUE).orElse(TASKS_MAX);
    try (var redis = Redis.connect(Target.options(arguments));
        var child = Orchestration.of(redis).child(id, number)) {
      out.talk("child " + number + " of session " + id + " is ready");
      return CtrlC.during(out, child::close, () -> run(child, tasksMax, arguments, out));
    }
  }

  private static int run(Child child, int tasksMax, Arguments arguments, Out out) {
    long start = System.nanoTime();
    var run = child.run(Chocobo::work, tasksMax);
    long millis = (System.nanoTime() - start) / 1_000_000;
    out.result(arguments.has("--json") ? json(child, run, millis).toString() : text(run));
    return isGood(run) ? 0 : 1;
  }

  private static JsonValue work(TaskMessage task) throws InterruptedException {
    var wanted = task.context().get(WORK_MILLIS);
    Thread.sleep(wanted == null ? WORK_MILLIS_DEFAULT : wanted.asInt());
    var prompt = task.prompt();
    int end = Math.min(prompt.length(), PROMPT_CHARS);
    boolean cut = end < prompt.length() && Character.isHighSurrogate(prompt.charAt(end - 1));
    return Json.of("Processed: " + prompt.substring(0, cut ? end - 1 : end));
  }

  private static boolean isGood(ChildRun run) {
    return run.end() != Child.End.SESSION_GONE && run.end() != Child.End.REPLACED;
  }

  private static JsonObject json(Child child, ChildRun run, long millis) {
    return Json.object(
        "success", isGood(run),
        "session_id", child.config().sessionId(),
        "child_id", child.childId(),
        "tasks_received", run.received(),
        "tasks_completed", run.succeeded(),
        "tasks_failed", run.failed(),
        "shutdown_received", run.end() == Child.End.SHUTDOWN,
        "error", isGood(run) ? null : why(run),
        "duration_ms", millis);
  }

  private static String text(ChildRun run) {
    return run.succeeded() + " tasks done, " + run.failed() + " failed; ended: " + why(run);
  }

  private static String why(ChildRun run) {
    return switch (run.end()) {
      case SHUTDOWN -> "its parent asked it to";
      case ENOUGH -> "that was enough";
      case STOPPED -> "it was stopped";
      case REPLACED -> "another process is this child now";
      case SESSION_GONE -> "the session is gone";
    };
  }
}
