package dev.redstart.a2a;

import dev.redstart.a2a.TaskStorage.Snapshot;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.StreamEntry;
import dev.redstart.stream.Follower;
import dev.redstart.stream.LiveTail;
import dev.redstart.stream.TailPage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** Follows a task by the live tail. */
final class TaskFeed implements TaskStream {
  private static final Duration WAIT_MAX = Duration.ofDays(365);
  private static final int PAGE_MAX = 64;

  private final LiveTail tail;
  private final TaskSource source;
  private final String taskId;
  private final Supplier<Snapshot> snapshot;
  private final Deque<Sequenced> ready = new ArrayDeque<>();

  /** The generation up to which all is ready, or was handed out. */
  private long seen;

  /** Events after that are gone: the task as it is comes next. */
  private boolean isBehind;

  /** The reader's place was not looked at yet: there may never have been such an event. */
  private boolean isNew;

  private volatile Follower follower;
  private volatile boolean over;
  private volatile boolean ended;
  private volatile boolean closed;

  TaskFeed(
      LiveTail tail, TaskSource source, String taskId, long after, Supplier<Snapshot> snapshot) {
    this.tail = tail;
    this.source = source;
    this.taskId = taskId;
    this.snapshot = snapshot;
    this.seen = after;
    this.isNew = after > 0;
    this.follower = tail.follow(source, new EntryId(after, 0));
  }

  @Override
  public Optional<Sequenced> next(Duration wait) {
    Objects.requireNonNull(wait, "wait");
    if (closed) {
      throw new IllegalStateException("this stream of the task " + taskId + " is closed");
    }
    long nanos = wait.compareTo(WAIT_MAX) < 0 ? wait.toNanos() : WAIT_MAX.toNanos();
    try {
      fill(System.nanoTime() + nanos);
    } catch (RedisException.Interrupted interrupted) {
      throw new CancellationException("waiting for events of " + taskId + " was interrupted");
    }
    var first = Optional.ofNullable(ready.poll());
    ended = over && ready.isEmpty();
    return first;
  }

  private void fill(long deadline) {
    boolean waits = true;
    while (ready.isEmpty() && !over && waits) {
      if (isBehind) {
        takeSnapshot();
      } else if (isNew) {
        take(source.after(new EntryId(seen, 0), PAGE_MAX));
        isNew = false;
      } else {
        var left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        var page = follower.next(left);
        waits = !page.isEmpty() && !closed;
        take(page);
      }
    }
  }

  private void take(TailPage page) {
    isBehind = page.isGap();
    for (var entry : page.entries()) {
      take(entry);
    }
    if (page.isGone()) {
      over();
    }
  }

  /** Generations have no holes, so that nothing can be missing unnoticed. */
  private void take(StreamEntry entry) {
    long generation = entry.id().millis();
    isBehind |= generation > seen + 1;
    if (isBehind || over || generation <= seen) {
      return;
    }
    var event = Stored.event(taskId, entry);
    seen = generation;
    ready.add(event);
    boolean isEnd =
        event.event() instanceof TaskStatusUpdate update && update.status().state().isTerminal();
    if (isEnd || Stored.isReply(entry)) {
      over();
    }
  }

  private void takeSnapshot() {
    try {
      var now = snapshot.get();
      ready.add(new Sequenced(now.generation(), now.task()));
      seen = now.generation();
      isBehind = false;
      if (now.task().state().isTerminal()) {
        over();
      } else {
        goOn();
      }
    } catch (A2AException gone) {
      over();
    }
  }

  private void goOn() {
    follower.close();
    follower = tail.follow(source, new EntryId(seen, 0));
    if (closed) {
      follower.close();
    }
  }

  private void over() {
    over = true;
    follower.close();
  }

  @Override
  public boolean isEnded() {
    return ended;
  }

  @Override
  public void close() {
    closed = true;
    follower.close();
  }
}
