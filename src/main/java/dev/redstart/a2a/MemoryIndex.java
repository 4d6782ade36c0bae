package dev.redstart.a2a;

import java.util.Comparator;
import java.util.OptionalInt;
import java.util.TreeMap;

/** The tasks that were built, those first whose status is newest. Guarded as they are. */
final class MemoryIndex {
  private static final Comparator<PageToken> ORDER =
      Comparator.comparingLong(PageToken::millis).thenComparing(PageToken::taskId).reversed();

  private final TreeMap<PageToken, MemoryTask> tasks = new TreeMap<>(ORDER);

  private static PageToken place(MemoryTask task) {
    return new PageToken(task.status().timestamp().toEpochMilli(), task.id);
  }

  void remove(MemoryTask task) {
    if (task.isBuilt()) {
      tasks.remove(place(task));
    }
  }

  /** Changes a task, which may move it. */
  void moving(MemoryTask task, Runnable change) {
    remove(task);
    try {
      change.run();
    } finally {
      if (task.isBuilt()) {
        tasks.put(place(task), task);
      }
    }
  }

  TaskPage page(TaskQuery query) {
    var after = query.pageToken().map(it -> PageToken.parse(it, query));
    var all = tasks.values().stream().filter(it -> isWanted(it, query)).toList();
    var left =
        all.stream()
            .filter(it -> after.isEmpty() || ORDER.compare(place(it), after.get()) > 0)
            .toList();
    var page = left.subList(0, Math.min(query.pageSize(), left.size()));
    boolean isLast = page.size() == left.size();
    var length = OptionalInt.of(query.historyLength().orElse(0));
    return new TaskPage(
        page.stream().map(it -> it.task(length, query.includeArtifacts())).toList(),
        isLast ? "" : place(page.get(page.size() - 1)).text(query),
        all.size());
  }

  private static boolean isWanted(MemoryTask task, TaskQuery query) {
    var status = task.status();
    return !task.isExpired()
        && query.contextId().map(task.contextId::equals).orElse(true)
        && query.status().map(status.state()::equals).orElse(true)
        && !query.statusTimestampAfter().map(status.timestamp()::isBefore).orElse(false);
  }
}
