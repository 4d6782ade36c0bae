package dev.redstart.event;

import dev.redstart.redis.EntryId;
import dev.redstart.stream.Follower;
import dev.redstart.stream.LiveTail;
import dev.redstart.stream.TailPage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;

/**
 * One reader of a run: gets each event once and in order, those that are there and those to come,
 * until the run ends. To be used by one thread at a time, but for {@link #close}.
 *
 * <p>However many there are in a process, they share one connection; one that is slow holds a page
 * of events in its hands, and keeps nobody waiting.
 */
public final class EventFollower implements AutoCloseable {
  private final String runId;
  private final RunSource source;
  private final Follower follower;
  private final Deque<RunUpdate> ready = new ArrayDeque<>();
  private volatile RunUpdate.Ended end;
  private volatile EntryId cursor;

  EventFollower(StoredRun run, LiveTail tail, EntryId cursor, Optional<RunState> over) {
    this.runId = run.keys().runId();
    this.source = new RunSource(run);
    this.cursor = cursor;
    this.follower = tail.follow(source, cursor);
    over.ifPresent(this::end);
  }

  /**
   * What comes next, as soon as there is something. After the event that is the run's end comes
   * {@link RunUpdate.Ended}, and nothing else from then on.
   *
   * @param wait how long to wait; a read under way may take the client's timeout longer
   * @return empty if nothing came in time, or this was closed meanwhile
   * @throws dev.redstart.redis.RedisException if Redis could not be read during all of that time;
   *     nothing is lost, and it may be called again
   * @throws java.util.concurrent.CancellationException if the thread is interrupted (the flag is
   *     set again); nothing is lost
   * @throws IllegalStateException if this was closed before
   */
  public Optional<RunUpdate> next(Duration wait) {
    Objects.requireNonNull(wait, "wait");
    if (ready.isEmpty() && end == null) {
      take(follower.next(wait));
    }
    var first = ready.poll();
    if (first instanceof RunUpdate.Added added) {
      cursor = added.event().id();
    }
    return Optional.ofNullable(first != null ? first : end);
  }

  private void take(TailPage page) {
    if (page.isGap()) {
      ready.add(RunUpdate.Gap.of(source.lost()));
    }
    for (var entry : page.entries()) {
      var event = Event.of(runId, entry);
      ready.add(new RunUpdate.Added(event));
      if (event.isEnd()) {
        end(RunState.CLOSED);
        return;
      }
    }
    if (page.isGone()) {
      end(source.state());
    }
  }

  private void end(RunState state) {
    end = new RunUpdate.Ended(state);
    follower.close();
  }

  /** Whether all has been handed out, and there is no more to come. */
  public boolean isEnded() {
    return end != null && ready.isEmpty();
  }

  /** The id of the event that was handed out last: after which to go on elsewhere. */
  public EntryId cursor() {
    return cursor;
  }

  /** Ends it; a thread that waits in {@link #next} returns at once. May be called again. */
  @Override
  public void close() {
    follower.close();
  }
}
