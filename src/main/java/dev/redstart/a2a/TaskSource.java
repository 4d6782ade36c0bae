package dev.redstart.a2a;

import dev.redstart.redis.EntryId;
import dev.redstart.stream.TailPage;
import dev.redstart.stream.TailSource;
import java.time.Duration;

/** Where one follower reads the events of a task. */
final class TaskSource implements TailSource {
  /** What a slow reader holds in its hands. */
  private static final int PAGE_BYTES_MAX = 32 << 10;

  private static final long TRUST_MAX_MILLIS = 5000;

  private final StoredTasks stored;
  private final String taskId;
  private volatile Duration trust = Duration.ofMillis(TRUST_MAX_MILLIS);

  TaskSource(StoredTasks stored, String taskId) {
    this.stored = stored;
    this.taskId = taskId;
  }

  @Override
  public String stream() {
    return stored.keys().events(taskId);
  }

  @Override
  public String channel() {
    return stored.keys().channel(taskId);
  }

  @Override
  public TailPage after(EntryId cursor, int max) {
    var words = new Object[] {taskId, cursor.millis(), max, PAGE_BYTES_MAX};
    var parts = stored.ask(Scripts.READ, words);
    var state = parts.get(0).text();
    // Nobody tells that something has expired.
    trust = Duration.ofMillis(Math.min(TRUST_MAX_MILLIS, Math.max(0, parts.get(1).integer()) + 1));
    var entries = parts.subList(3, parts.size()).stream().map(Stored::entry).toList();
    boolean isGap = parts.get(2).integer() == 1;
    boolean isOver = state.equals("over") && entries.isEmpty() && !isGap;
    return new TailPage(entries, isGap, state.equals("gone") || isOver);
  }

  @Override
  public Duration trust() {
    return trust;
  }
}
