package dev.redstart.cli;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.queue.QueuedTask;
import dev.redstart.queue.TaskPage;
import dev.redstart.queue.TaskQueue;
import dev.redstart.queue.TaskState;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Prints the tasks that are in one state, page by page. */
final class QueueListing {
  /** For each state, in their order. */
  private static final List<String> COLUMNS =
      List.of(
          "id,score,attempts,payload",
          "id,score,time=ready at,attempts,payload",
          "id,score,time=leased until,deliveries,worker,payload",
          "id,time=died at,attempts,deliveries,error=reason,payload");

  private static final int LIMIT = 50;

  /** Of tasks that are as large as allowed, no more should be in memory at a time. */
  private static final int ALL_LIMIT = 100;

  /** Somebody's large member makes a cursor that no command line takes. */
  private static final int CURSOR_LENGTH_MAX = 10_000;

  private final TaskQueue queue;
  private final TaskState state;
  private final Arguments arguments;
  private final Out out;
  private final int limit;
  private final double min;
  private final double max;

  QueueListing(TaskQueue queue, TaskState state, Arguments arguments, Out out) {
    this.queue = queue;
    this.state = state;
    this.arguments = arguments;
    this.out = out;
    int preset = arguments.has("--all") ? ALL_LIMIT : LIMIT;
    this.limit = arguments.number("--limit", 1, TaskQueue.PAGE_MAX).orElse(preset);
    this.min = arguments.real("--min").orElse(Double.NEGATIVE_INFINITY);
    this.max = arguments.real("--max").orElse(Double.POSITIVE_INFINITY);
    if (state != TaskState.READY && (arguments.has("--min") || arguments.has("--max"))) {
      throw new UsageException("Only ready tasks are listed by --min and --max.");
    }
  }

  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  int run() {
    var listing = new Listing(COLUMNS.get(state.ordinal()), arguments, out);
    var next = arguments.value("--after");
    boolean heard;
    do {
      var page = page(next, limit);
      heard = listing.hasPrinted(page.tasks().stream().map(QueueListing::json).toList());
      next = page.cursor();
    } while (heard && arguments.has("--all") && next.isPresent());
    if (heard && next.isPresent() && !page(next, 1).tasks().isEmpty()) {
      boolean usable = next.get().length() <= CURSOR_LENGTH_MAX;
      out.talk("There are more: " + (usable ? "--after " + next.get() : "--all"));
    }
    return heard ? 0 : 1;
  }

  private TaskPage page(Optional<String> after, int size) {
    if (state == TaskState.READY) {
      return after.isPresent()
          ? queue.range(min, max, size, after.get())
          : queue.range(min, max, size);
    }
    return after.isPresent() ? queue.list(state, size, after.get()) : queue.list(state, size);
  }

  private static JsonObject json(QueuedTask it) {
    return Json.object(
        "id", it.task().id(),
        "payload", it.task().payload(),
        "meta", it.task().meta(),
        "state", lower(it.state()),
        "score", Score.json(it.score()),
        "time", it.time().orElse(null),
        "attempts", it.attempts(),
        "deliveries", it.deliveries(),
        "worker", it.worker().orElse(null),
        "cancelled", it.cancelled(),
        "error", it.error().orElse(null));
  }
}
